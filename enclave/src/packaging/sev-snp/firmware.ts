/**
 * What OVMF says about itself to a hypervisor that starts it under SEV-SNP: a table of GUIDs 32 bytes before its end
 * (edk2, OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm), and the sections of memory that are to be in the launch digest
 * (OvmfPkg/ResetVector/X64/OvmfSevMetadata.asm).
 */
import { compareBytes } from '@pha/core/codec'
import { packagingLimits } from '../limits.ts'
import { PackagingError } from '../packaging-error.ts'

const PAGE = 4_096
/** The firmware ends where the first 4 GiB of the guest's memory end. */
const FOUR_GIB = 0x1_0000_0000

const GUIDS = {
  footer: guid('96b582de-1fb2-45f7-baea-a366c55a082d'),
  kernelHashes: guid('7255371f-3a3b-4b04-927b-1da6efa8d454'),
  resetBlock: guid('00f771de-1a7e-4fcb-890e-68c77e2fb44e'),
  metadata: guid('dc886566-984a-4798-a75e-5585a7bf67cc'),
}

const SECTIONS: ReadonlyMap<number, SectionType> = new Map([
  [1, 'memory'],
  [2, 'secrets'],
  [3, 'cpuid'],
  [4, 'calling-area'],
  [0x10, 'kernel-hashes'],
])

export type SectionType = 'memory' | 'secrets' | 'cpuid' | 'calling-area' | 'kernel-hashes'

export interface Section {
  readonly type: SectionType
  /** In the guest's memory, at a page's start. */
  readonly address: number
  /** Whole pages. */
  readonly size: number
}

export interface Firmware {
  readonly bytes: Uint8Array
  readonly address: number
  readonly sections: readonly Section[]
  /** Where the table of kernel hashes goes, if there is a place for it. */
  readonly kernelHashesAddress: number | undefined
  /** Where all processors but the first start; undefined if the firmware does not say. */
  readonly resetAddress: number | undefined
}

/** @throws PackagingError `packaging.bad-firmware` */
export function parseFirmware(bytes: Uint8Array): Firmware {
  if (bytes.length === 0 || bytes.length % PAGE !== 0 || bytes.length > packagingLimits.firmwareBytes) {
    throw malformed('its size is no number of pages')
  }
  const table = guidTable(bytes)
  const kernelHashes = firstWord(table, GUIDS.kernelHashes)
  const metadata = firstWord(table, GUIDS.metadata)
  return {
    bytes,
    address: FOUR_GIB - bytes.length,
    sections: metadata === undefined ? [] : sectionsAt(bytes, bytes.length - metadata),
    kernelHashesAddress: kernelHashes === 0 ? undefined : kernelHashes,
    resetAddress: firstWord(table, GUIDS.resetBlock),
  }
}

interface TableEntry {
  readonly guid: Uint8Array
  readonly data: Uint8Array
}

/** Entries are read backwards: data, then 2 bytes of length (of all three), then the GUID. */
function guidTable(bytes: Uint8Array): readonly TableEntry[] {
  const end = bytes.length - 32
  const footer = entryBefore(bytes, end, 0)
  if (footer === undefined || compareBytes(footer.guid, GUIDS.footer) !== 0) throw malformed('it has no table of GUIDs')
  const start = end - footer.length
  const entries: TableEntry[] = []
  for (let at = end - 18; at > start; ) {
    const entry = entryBefore(bytes, at, start)
    if (entry === undefined) throw malformed('its table of GUIDs is broken')
    entries.push({ guid: entry.guid, data: bytes.subarray(at - entry.length, at - 18) })
    at -= entry.length
  }
  return entries
}

function entryBefore(bytes: Uint8Array, end: number, start: number): { guid: Uint8Array; length: number } | undefined {
  if (end - 18 < start) return undefined
  const length = view(bytes).getUint16(end - 18, true)
  return length < 18 || end - length < start ? undefined : { guid: bytes.subarray(end - 16, end), length }
}

function firstWord(table: readonly TableEntry[], name: Uint8Array): number | undefined {
  const entry = table.find((entry) => compareBytes(entry.guid, name) === 0)
  if (entry === undefined) return undefined
  if (entry.data.length < 4) throw malformed('an entry of its table of GUIDs is too short')
  return view(entry.data).getUint32(0, true)
}

/** `ASEV`, size, version 1, number of sections; then address, size and type of each. */
function sectionsAt(bytes: Uint8Array, start: number): readonly Section[] {
  if (start < 0 || start + 16 > bytes.length) throw malformed('its metadata is outside of it')
  const words = view(bytes)
  const count = words.getUint32(start + 12, true)
  if (words.getUint32(start, false) !== 0x4153_4556 || words.getUint32(start + 8, true) !== 1) {
    throw malformed('its metadata is not of version 1')
  }
  if (count > packagingLimits.firmwareSections || start + 16 + 12 * count > bytes.length) {
    throw malformed(`${count} sections`)
  }
  const sections = Array.from({ length: count }, (_, i): Section => {
    const at = start + 16 + 12 * i
    const type = SECTIONS.get(words.getUint32(at + 8, true))
    const [address, size] = [words.getUint32(at, true), words.getUint32(at + 4, true)]
    if (type === undefined) throw malformed(`a section of type ${words.getUint32(at + 8, true)}`)
    if (address % PAGE !== 0 || size % PAGE !== 0) throw malformed('a section that is no number of pages')
    return { type, address, size }
  })
  const pages = sections.reduce((sum, { size }) => sum + size / PAGE, 0)
  if (pages > packagingLimits.firmwarePages) throw malformed(`sections of ${pages} pages`)
  return sections
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** As firmware writes GUIDs: the first three groups are little-endian (RFC 9562, section 4, last note). */
export function guid(text: string): Uint8Array {
  const [a = '', b = '', c = '', d = '', e = ''] = text.split('-')
  const reversed = [a, b, c].map((group) => Buffer.from(group, 'hex').reverse())
  return new Uint8Array(Buffer.concat([...reversed, Buffer.from(d + e, 'hex')]))
}

function malformed(what: string): PackagingError {
  return new PackagingError('packaging.bad-firmware', what)
}
