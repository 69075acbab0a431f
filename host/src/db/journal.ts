/**
 * The journal: what finalised blocks do to the database, on disk after one short write in a row of others, before the
 * tables have it.
 *
 * Two files are written by turns, each time from the beginning, over what is no longer needed and without growing. So
 * what a record is worth is said by the record alone: the key of the process that wrote it, which no stranger knows, a
 * number above the head of the tables, and a checksum. A torn record is the last one, of a block that nobody was told of.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, constants, existsSync, fstatSync, fsyncSync, openSync, readFileSync, write } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'

const FILES = ['journal-0', 'journal-1'] as const

const KEY_BYTES = 16
/** Key, u32 LE number of the block, u32 LE length of the payload, u32 LE CRC-32 of number, length and payload. */
const HEAD_BYTES = KEY_BYTES + 12

/** A file grows by zeros up to a multiple of this: the size of a file that grows is another write in each sync. */
const GROWTH_BYTES = 1024 * 1024

export interface JournalRecord {
  readonly number: number
  readonly payload: Uint8Array
}

export function newJournalKey(): Uint8Array {
  return new Uint8Array(randomBytes(KEY_BYTES))
}

/**
 * The whole records of blocks above `after`, in the order of their numbers; torn and damaged ones are left out.
 *
 * @param key of the process that wrote them
 */
export function readJournal(directory: string, key: Uint8Array, after: number): JournalRecord[] {
  const records: JournalRecord[] = []
  for (const name of FILES) {
    const file = join(directory, name)
    if (existsSync(file)) records.push(...recordsIn(readFileSync(file), key, after))
  }
  return records.sort((a, b) => a.number - b.number)
}

/** A damaged length hides where the next record is, so the key is searched for. */
function* recordsIn(bytes: Buffer, key: Uint8Array, after: number): Generator<JournalRecord, void, undefined> {
  let at = bytes.indexOf(key)
  while (at >= 0) {
    const record = recordAt(bytes, at)
    if (record !== undefined && record.number > after) yield record
    at = bytes.indexOf(key, record === undefined ? at + 1 : at + HEAD_BYTES + record.payload.length)
  }
}

function recordAt(bytes: Buffer, at: number): JournalRecord | undefined {
  const start = at + HEAD_BYTES
  if (start > bytes.length) return undefined
  const number = bytes.readUInt32LE(at + KEY_BYTES)
  const end = start + bytes.readUInt32LE(at + KEY_BYTES + 4)
  if (end > bytes.length || checksum(bytes, at, end) !== bytes.readUInt32LE(at + KEY_BYTES + 8)) return undefined
  return { number, payload: new Uint8Array(bytes.subarray(start, end)) }
}

function checksum(bytes: Buffer, at: number, end: number): number {
  const counted = crc32(bytes.subarray(at + KEY_BYTES, at + KEY_BYTES + 8))
  return crc32(bytes.subarray(at + HEAD_BYTES, end), counted)
}

const writeAt = promisify(write)

interface JournalFile {
  readonly descriptor: number
  size: number
}

/** The journal of the process that writes. Errors are the system's. */
export class Journal {
  readonly #key: Uint8Array
  readonly #files: readonly [JournalFile, JournalFile]
  #written: JournalFile
  #end = 0

  constructor(directory: string, key: Uint8Array) {
    this.#key = key
    this.#files = [opened(join(directory, FILES[0])), opened(join(directory, FILES[1]))]
    this.#written = this.#files[0]
    // The names of new files are on disk only with their directory.
    const descriptor = openSync(directory, 'r')
    fsyncSync(descriptor)
    closeSync(descriptor)
  }

  /** Resolves when the disk has the record. Only one may be under way; after one that failed there may be no other. */
  async append(number: number, payload: Uint8Array): Promise<void> {
    const file = this.#written
    const bytes = this.#encode(number, payload, file)
    let done = 0
    while (done < bytes.length) {
      // The descriptor is synchronous: a write is on disk when it returns.
      const { bytesWritten } = await writeAt(file.descriptor, bytes, done, bytes.length - done, this.#end + done)
      done += bytesWritten
    }
    file.size = Math.max(file.size, this.#end + bytes.length)
    this.#end += HEAD_BYTES + payload.length
  }

  /** Goes on in the other file: the tables have all blocks of it. */
  turn(): void {
    this.#written = this.#files[this.#written === this.#files[0] ? 1 : 0]
    this.#end = 0
  }

  close(): void {
    for (const { descriptor } of this.#files) closeSync(descriptor)
  }

  /** With the zeros by which the file grows, if it has to. */
  #encode(number: number, payload: Uint8Array, file: JournalFile): Buffer {
    const length = HEAD_BYTES + payload.length
    const end = this.#end + length
    const grown = end <= file.size ? length : Math.ceil(end / GROWTH_BYTES) * GROWTH_BYTES - this.#end
    const bytes = Buffer.alloc(grown)
    bytes.set(this.#key)
    bytes.writeUInt32LE(number, KEY_BYTES)
    bytes.writeUInt32LE(payload.length, KEY_BYTES + 4)
    bytes.set(payload, HEAD_BYTES)
    bytes.writeUInt32LE(checksum(bytes, 0, length), KEY_BYTES + 8)
    return bytes
  }
}

function opened(path: string): JournalFile {
  const { O_RDWR, O_CREAT, O_DSYNC } = constants
  const descriptor = openSync(path, O_RDWR | O_CREAT | O_DSYNC, 0o600)
  return { descriptor, size: fstatSync(descriptor).size }
}
