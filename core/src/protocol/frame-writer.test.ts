import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes } from '../codec/index.ts'
import { Frame } from './channel.ts'
import { FrameWriter } from './frame-writer.ts'
import { FrameSplitter } from './framing.ts'

/** A writer whose turns end when the test says so. */
function writer() {
  const writes: Uint8Array[] = []
  const ends: (() => void)[] = []
  const frames = new FrameWriter({ write: (bytes) => writes.push(bytes), soon: (run) => ends.push(run) })
  const endTurn = (): void => {
    for (const end of ends.splice(0)) end()
  }
  return { frames, writes, endTurn }
}

const frame = (id: number, length = 8): Frame => ({
  id,
  body: { type: 'Response', value: new Uint8Array(length).fill(id) },
})

function framesOf(writes: readonly Uint8Array[]): readonly Frame[] {
  const split = new FrameSplitter().push(concatBytes(...writes))
  if (!split.ok) throw new Error(split.reason)
  return split.frames.map((bytes) => Frame.decode(bytes))
}

describe('frames on their way', () => {
  it('leave in one write when the turn is over', () => {
    const { frames, writes, endTurn } = writer()
    for (const id of [1, 2, 3]) frames.send(frame(id))
    equal(writes.length, 0)
    endTurn()
    equal(writes.length, 1)
    deepEqual(framesOf(writes), [frame(1), frame(2), frame(3)])
    frames.send(frame(4))
    endTurn()
    deepEqual(
      framesOf(writes),
      [1, 2, 3, 4].map((id) => frame(id)),
    )
  })

  it('are not waited for once there are some, and none is written twice', () => {
    const { frames, writes, endTurn } = writer()
    for (let id = 0; id < 9; id++) frames.send(frame(id))
    equal(writes.length, 2)
    endTurn()
    endTurn()
    deepEqual(
      framesOf(writes),
      Array.from({ length: 9 }, (_, id) => frame(id)),
    )
  })

  it('keep their order around a large one, which is written as it is', () => {
    const { frames, writes, endTurn } = writer()
    frames.send(frame(1))
    frames.send(frame(2, 100_000))
    frames.send(frame(3))
    endTurn()
    equal(writes.length, 3)
    deepEqual(framesOf(writes), [frame(1), frame(2, 100_000), frame(3)])
  })
})
