/**
 * The page with which QEMU (`kernel-hashes=on`) ties kernel, initrd and command line to the launch digest: OVMF boots
 * nothing else (QEMU, target/i386/sev.c, `SevHashTable`).
 */
import { createHash } from 'node:crypto'
import { concatBytes, utf8Encode } from '@pha/core/codec'
import { guid } from './firmware.ts'

export interface Boot {
  readonly kernel: Uint8Array
  /** Empty if there is none. */
  readonly initrd: Uint8Array
  readonly commandLine: string
}

export function kernelHashesPage({ kernel, initrd, commandLine }: Boot, offset: number): Uint8Array {
  const page = new Uint8Array(4_096)
  const entries = concatBytes(
    entry('97d02dd8-bd20-4c94-aa78-e7714d36ab2a', utf8Encode(`${commandLine}\0`)),
    entry('44baf731-3a2f-4bd7-9af1-41e29169781d', initrd),
    entry('4de79437-abd2-427f-b835-d5b172d2045b', kernel),
  )
  page.set(lengthPrefixedBy('9438d606-4f22-4cc9-b479-a793d411fd21', entries), offset)
  return page
}

function entry(name: string, hashed: Uint8Array): Uint8Array {
  return lengthPrefixedBy(name, new Uint8Array(createHash('sha256').update(hashed).digest()))
}

/** GUID, length of all as 2 bytes, content. */
function lengthPrefixedBy(name: string, content: Uint8Array): Uint8Array {
  const length = new Uint8Array(2)
  new DataView(length.buffer).setUint16(0, 18 + content.length, true)
  return concatBytes(guid(name), length, content)
}
