import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { concatBytes } from '../codec/index.ts'
import { encodeFrame, FrameSplitter } from './framing.ts'
import { limits } from './limits.ts'

describe('frames on a byte stream', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 8 }),
        (frames, cuts) => {
          const stream = concatBytes(...frames.map(encodeFrame))
          const splitter = new FrameSplitter()
          const received: Uint8Array[] = []
          for (let at = 0, i = 0; at < stream.length; i++) {
            const end = at + (cuts[i % cuts.length] as number)
            const split = splitter.push(stream.subarray(at, end))
            if (!split.ok) throw new Error(split.reason)
            received.push(...split.frames)
            at = end
          }
          deepEqual(received, frames)
          equal(splitter.atBoundary, true)
        },
      ),
    )
  })

  it('know when the stream ends inside a frame', () => {
    const splitter = new FrameSplitter()
    splitter.push(encodeFrame(Uint8Array.of(1, 2, 3)).subarray(0, 6))
    equal(splitter.atBoundary, false)
  })

  it('refuse a length above the bound before any byte of the frame has come', () => {
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, limits.channelFrame + 1, true)
    deepEqual(new FrameSplitter().push(length), { ok: false, reason: 'channel.frame-too-large' })
  })

  it('do not share memory with the chunk that they came in', () => {
    const chunk = encodeFrame(Uint8Array.of(7))
    const split = new FrameSplitter().push(chunk)
    chunk.fill(0)
    deepEqual(split, { ok: true, frames: [Uint8Array.of(7)] })
  })
})
