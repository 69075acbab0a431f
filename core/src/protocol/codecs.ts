/** Straight-line code for headers. Written by `npm run check -- codecs --write`. */
import { type Reader, readLength, type Writer } from '../codec/index.ts'
import type { Codec, GeneratedCodecs } from '../schema/index.ts'
import {
  readBytes,
  readCompactNumber,
  readFixedBytes,
  requireItems,
  requireObject,
  unknownTag,
  unknownVariant,
  writeBytes,
  writeCompactNumber,
  writeFixedBytes,
  writeLength,
} from '../schema/parts.ts'

type DigestItem =
  | { readonly type: 'Other'; readonly value: Uint8Array }
  | { readonly type: 'Consensus'; readonly value: readonly [Uint8Array, Uint8Array] }
  | { readonly type: 'Seal'; readonly value: readonly [Uint8Array, Uint8Array] }
  | { readonly type: 'PreRuntime'; readonly value: readonly [Uint8Array, Uint8Array] }
  | { readonly type: 'RuntimeEnvironmentUpdated' }

type Digest = { readonly logs: readonly DigestItem[] }

type Header = {
  readonly parentHash: Uint8Array
  readonly number: number
  readonly stateRoot: Uint8Array
  readonly extrinsicsRoot: Uint8Array
  readonly digest: Digest
}

function writeDigestItemConsensus(to: Writer, value: readonly [Uint8Array, Uint8Array]): void {
  requireItems(value, 2)
  writeFixedBytes(to, value[0], 4)
  writeBytes(to, value[1], 0xffff_ffff)
}

function readDigestItemConsensus(from: Reader): readonly [Uint8Array, Uint8Array] {
  return [readFixedBytes(from, 4), readBytes(from, 0xffff_ffff)]
}

function writeDigestItem(to: Writer, value: DigestItem): void {
  switch (value?.type) {
    case 'Other':
      to.u8(0)
      writeBytes(to, value.value, 0xffff_ffff)
      return
    case 'Consensus':
      to.u8(4)
      writeDigestItemConsensus(to, value.value)
      return
    case 'Seal':
      to.u8(5)
      writeDigestItemConsensus(to, value.value)
      return
    case 'PreRuntime':
      to.u8(6)
      writeDigestItemConsensus(to, value.value)
      return
    case 'RuntimeEnvironmentUpdated':
      to.u8(8)
      return
    default:
      throw unknownVariant('DigestItem', value)
  }
}

function readDigestItem(from: Reader): DigestItem {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Other', value: readBytes(from, 0xffff_ffff) }
    case 4:
      return { type: 'Consensus', value: readDigestItemConsensus(from) }
    case 5:
      return { type: 'Seal', value: readDigestItemConsensus(from) }
    case 6:
      return { type: 'PreRuntime', value: readDigestItemConsensus(from) }
    case 8:
      return { type: 'RuntimeEnvironmentUpdated' }
    default:
      throw unknownTag('DigestItem', tag)
  }
}

function writeDigestLogs(to: Writer, value: readonly DigestItem[]): void {
  writeLength(to, value, 64)
  for (const item of value) {
    writeDigestItem(to, item)
  }
}

function readDigestLogs(from: Reader): readonly DigestItem[] {
  const length = readLength(from, 1, 64)
  const items: DigestItem[] = []
  for (let i = 0; i < length; i++) items.push(readDigestItem(from))
  return items
}

function writeDigest(to: Writer, value: Digest): void {
  requireObject(value)
  writeDigestLogs(to, value.logs)
}

function readDigest(from: Reader): Digest {
  return { logs: readDigestLogs(from) }
}

function writeHeader(to: Writer, value: Header): void {
  requireObject(value)
  writeFixedBytes(to, value.parentHash, 32)
  writeCompactNumber(to, value.number, 32)
  writeFixedBytes(to, value.stateRoot, 32)
  writeFixedBytes(to, value.extrinsicsRoot, 32)
  writeDigest(to, value.digest)
}

function readHeader(from: Reader): Header {
  return {
    parentHash: readFixedBytes(from, 32),
    number: readCompactNumber(from, 32),
    stateRoot: readFixedBytes(from, 32),
    extrinsicsRoot: readFixedBytes(from, 32),
    digest: readDigest(from),
  }
}

/** By layout. */
export const codecs: GeneratedCodecs = new Map<string, (...own: readonly Codec[]) => Codec>([
  [
    '{parentHash:FixedBytes(32),number:CompactNumber(32),stateRoot:FixedBytes(32),extrinsicsRoot:FixedBytes(32),digest:{logs:[DigestItem{0=Other:Bytes(4294967295),4=Consensus:(FixedBytes(4),Bytes(4294967295)),5=Seal:(FixedBytes(4),Bytes(4294967295)),6=PreRuntime:(FixedBytes(4),Bytes(4294967295)),8=RuntimeEnvironmentUpdated};1,64]}}',
    () => ({ write: writeHeader, read: readHeader }),
  ],
])
