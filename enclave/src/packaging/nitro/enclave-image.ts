/**
 * PCR0 to PCR2 of an enclave image file, as AWS Nitro's hypervisor measures it: SHA-384(48 zeros || SHA-384(sections)).
 * PCR0 is over kernel, command line and all ramdisks, PCR1 over kernel, command line and the first ramdisk, PCR2 over
 * the other ramdisks, each in the order of the file. Metadata and signature are in none of them.
 *
 * Format: AWS' `aws-nitro-enclaves-image-format`, version 4; numbers are big-endian.
 */
import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { packagingLimits } from '../limits.ts'
import { PackagingError } from '../packaging-error.ts'
import { fileSize } from '../read-bounded.ts'

/** `.eif` */
const MAGIC = 0x2e65_6966
const HEADER_BYTES = 548
/** In the header: where each section begins, then how long each is, 32 numbers of 8 bytes each. */
const OFFSETS = 28
const SIZES = 284
const SECTION_HEADER_BYTES = 12
const SECTION = { kernel: 1, commandLine: 2, ramdisk: 3, signature: 4, metadata: 5 } as const
const CHUNK = 1 << 20

export type Pcrs = readonly [pcr0: Uint8Array, pcr1: Uint8Array, pcr2: Uint8Array]

/** @throws PackagingError `packaging.bad-eif`, `packaging.file-too-large`, `packaging.no-file` */
export async function measureEnclaveImage(path: string): Promise<Pcrs> {
  const size = await fileSize(path)
  if (size > packagingLimits.eifBytes) throw new PackagingError('packaging.file-too-large', path)
  await using file = await open(path)
  const header = await readAt(file, 0, HEADER_BYTES)
  if (header.getUint32(0) !== MAGIC) throw malformed('it does not begin with .eif')
  const sections = header.getUint16(26)
  if (sections > packagingLimits.eifSections) throw malformed(`${sections} sections`)

  const hashes = [createHash('sha384'), createHash('sha384'), createHash('sha384')] as const
  const seen = { kernel: 0, commandLine: 0, ramdisk: 0 }
  let position = HEADER_BYTES
  for (let i = 0; i < sections; i++) {
    const section = await readAt(file, position, SECTION_HEADER_BYTES)
    const type = section.getUint16(0)
    const length = Number(section.getBigUint64(4))
    const start = position + SECTION_HEADER_BYTES
    if (length > size - start) throw malformed(`section ${i} ends after the file`)
    // A loader that believes the header and one that walks the file would run different images.
    const listed = [header.getBigUint64(OFFSETS + 8 * i), header.getBigUint64(SIZES + 8 * i)]
    if (listed[0] !== BigInt(position) || listed[1] !== BigInt(length)) throw malformed(`section ${i} lies elsewhere`)
    const [image, bootstrap, application] = hashes
    if (type === SECTION.kernel || type === SECTION.commandLine) {
      seen[type === SECTION.kernel ? 'kernel' : 'commandLine']++
      await hashRange(file, start, length, [image, bootstrap])
    } else if (type === SECTION.ramdisk) {
      await hashRange(file, start, length, [image, seen.ramdisk++ === 0 ? bootstrap : application])
    } else if (type !== SECTION.signature && type !== SECTION.metadata) {
      throw malformed(`section ${i} has type ${type}`)
    }
    position = start + length
  }
  if (position !== size) throw malformed(`${size - position} bytes after the last section`)
  if (seen.kernel !== 1 || seen.commandLine !== 1 || seen.ramdisk === 0) {
    throw malformed('it needs one kernel, one command line and a ramdisk')
  }
  return [extended(hashes[0]), extended(hashes[1]), extended(hashes[2])]
}

function extended(hash: Hash): Uint8Array {
  return new Uint8Array(createHash('sha384').update(new Uint8Array(48)).update(hash.digest()).digest())
}

async function hashRange(file: FileHandle, start: number, length: number, hashes: readonly Hash[]): Promise<void> {
  for (let offset = 0; offset < length; offset += CHUNK) {
    const part = await readAt(file, start + offset, Math.min(CHUNK, length - offset))
    for (const hash of hashes) hash.update(part)
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<DataView> {
  const bytes = new Uint8Array(length)
  const { bytesRead } = await file.read(bytes, 0, length, position)
  if (bytesRead !== length) throw malformed('it is cut short')
  return new DataView(bytes.buffer)
}

function malformed(what: string): PackagingError {
  return new PackagingError('packaging.bad-eif', what)
}
