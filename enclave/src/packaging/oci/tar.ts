/**
 * Archives (POSIX.1-1988 ustar) that say what lies where and nothing of the machine that wrote them: time 0, owner and
 * mode by rule, names sorted. The same files give the same bytes.
 */
import { createReadStream } from 'node:fs'
import { utf8Encode } from '@pha/core/codec'

const BLOCK = 512

export type TarEntry =
  | { readonly type: 'folder'; readonly path: string; readonly mode: number; readonly owner: number }
  | {
      readonly type: 'file'
      readonly path: string
      readonly mode: number
      /** Bytes, or a file on this machine with its size. */
      readonly content: Uint8Array | { readonly file: string; readonly size: number }
    }

/**
 * The archive, part by part: a program of 150 MB is never in memory as a whole.
 * @throws Error if a file changes its size meanwhile, or a path does not fit into the format
 */
export async function* tar(entries: readonly TarEntry[]): AsyncGenerator<Uint8Array> {
  for (const entry of entries.toSorted((left, right) => (left.path < right.path ? -1 : 1))) {
    yield header(entry)
    if (entry.type === 'folder') continue
    let size = 0
    for await (const part of contentOf(entry.content)) {
      size += part.length
      yield part
    }
    if (size !== sizeOf(entry)) throw new Error(`${entry.path} has ${size} bytes, not ${sizeOf(entry)}`)
    yield new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK)
  }
  yield new Uint8Array(2 * BLOCK)
}

async function* contentOf(content: Uint8Array | { readonly file: string }): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) yield content
  else yield* createReadStream(content.file, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>
}

function sizeOf(entry: TarEntry): number {
  if (entry.type === 'folder') return 0
  return entry.content instanceof Uint8Array ? entry.content.length : entry.content.size
}

function header(entry: TarEntry): Uint8Array {
  const block = new Uint8Array(BLOCK)
  const name = utf8Encode(entry.type === 'folder' ? `${entry.path}/` : entry.path)
  if (name.length > 100) throw new Error(`${entry.path} is longer than 100 bytes`)
  const owner = octal(entry.type === 'folder' ? entry.owner : 0, 7)
  block.set(name, 0)
  block.set(octal(entry.mode, 7), 100)
  block.set(owner, 108)
  block.set(owner, 116)
  block.set(octal(sizeOf(entry), 11), 124)
  block.set(octal(0, 11), 136)
  // The checksum counts itself as 8 spaces.
  block.fill(0x20, 148, 156)
  block.set(utf8Encode(entry.type === 'folder' ? '5' : '0'), 156)
  block.set(utf8Encode('ustar\x0000'), 257)
  block.set(octal(0, 7), 329)
  block.set(octal(0, 7), 337)
  const checksum = block.reduce((sum, byte) => sum + byte, 0)
  block.set(utf8Encode(`${checksum.toString(8).padStart(6, '0')}\0 `), 148)
  return block
}

function octal(value: number, digits: number): Uint8Array {
  const text = value.toString(8)
  if (text.length > digits) throw new Error(`${value} does not fit into ${digits} octal digits`)
  return utf8Encode(`${text.padStart(digits, '0')}\0`)
}
