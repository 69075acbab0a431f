/** Frames on a byte stream: `lp(frame)`, a 4-byte little-endian length and that many bytes. Both ends of the channel. */
import { concatBytes, lengthPrefixed } from '../codec/index.ts'
import { limits } from './limits.ts'

export type Split =
  | { readonly ok: true; readonly frames: readonly Uint8Array[] }
  /** The sender announced more than `limits.channelFrame`; the stream can't be followed any further. */
  | { readonly ok: false; readonly reason: 'channel.frame-too-large' }

const LENGTH_BYTES = 4

/** @throws RangeError for a frame that the other end would refuse */
export function encodeFrame(frame: Uint8Array): Uint8Array {
  if (frame.length > limits.channelFrame) throw new RangeError(`frame of ${frame.length} bytes`)
  return lengthPrefixed(frame)
}

/**
 * Cuts a stream into frames, however its chunks fall. Keeps at most one frame and one chunk in memory, and refuses a
 * length before it waits for the bytes.
 *
 * @example
 * const splitter = new FrameSplitter()
 * for await (const chunk of input) {
 *   const split = splitter.push(chunk)
 *   if (!split.ok) throw new ChannelError(split.reason)
 *   for (const frame of split.frames) receive(frame)
 * }
 */
export class FrameSplitter {
  #chunks: Uint8Array[] = []
  #buffered = 0
  /** Bytes needed before anything can be decided: a length, or a length and its frame. */
  #needed = LENGTH_BYTES

  /** Whether the stream may end here. */
  get atBoundary(): boolean {
    return this.#buffered === 0
  }

  push(chunk: Uint8Array): Split {
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    // Joining only when a whole frame is there keeps the cost linear for frames that come in many chunks.
    if (this.#buffered < this.#needed) return { ok: true, frames: [] }

    const bytes = this.#chunks.length === 1 ? chunk : concatBytes(...this.#chunks)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const frames: Uint8Array[] = []
    let start = 0
    this.#needed = LENGTH_BYTES
    while (bytes.length - start >= LENGTH_BYTES) {
      const length = view.getUint32(start, true)
      if (length > limits.channelFrame) return { ok: false, reason: 'channel.frame-too-large' }
      const end = start + LENGTH_BYTES + length
      if (end > bytes.length) {
        this.#needed = LENGTH_BYTES + length
        break
      }
      // Not `subarray`: a frame must not keep, or share, the buffer of the stream.
      frames.push(new Uint8Array(bytes.subarray(start + LENGTH_BYTES, end)))
      start = end
    }
    const rest = new Uint8Array(bytes.subarray(start))
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#buffered = rest.length
    return { ok: true, frames }
  }
}
