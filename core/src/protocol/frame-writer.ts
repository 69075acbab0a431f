/**
 * Frames on their way to the other end of the channel: those of one turn of the event loop leave in one write, which
 * costs more than most frames take to make. A few are not waited for: the other end can begin with them.
 */
import { concatBytes } from '../codec/index.ts'
import { Frame } from './channel.ts'
import { encodeFrame } from './framing.ts'

export interface FrameWriterInit {
  /** Takes bytes of one frame or several. */
  readonly write: (bytes: Uint8Array) => void
  /** Runs something when the turn is over: `setImmediate`. */
  readonly soon: (run: () => void) => void
}

/** Both ends work at the same time while one has this many to do: an eighth of what hosts let wait for an enclave. */
const MOST_FRAMES = 4
/** Larger frames are written as they are, not copied. */
const MOST_BYTES = 65_536

/**
 * @example
 * const frames = new FrameWriter({ write: (bytes) => output.write(bytes), soon: setImmediate })
 * frames.send({ id, body: { type: 'Response', value } })
 */
export class FrameWriter {
  readonly #init: FrameWriterInit
  #waiting: Uint8Array[] = []

  constructor(init: FrameWriterInit) {
    this.#init = init
  }

  /** @throws RangeError for a frame that the other end would refuse */
  send(frame: Frame): void {
    const bytes = encodeFrame(Frame.encode(frame))
    if (bytes.length > MOST_BYTES) {
      this.#flush()
      return this.#init.write(bytes)
    }
    if (this.#waiting.length === 0) this.#init.soon(() => this.#flush())
    this.#waiting.push(bytes)
    if (this.#waiting.length >= MOST_FRAMES) this.#flush()
  }

  #flush(): void {
    const [first, ...more] = this.#waiting
    if (first === undefined) return
    this.#waiting = []
    this.#init.write(more.length === 0 ? first : concatBytes(first, ...more))
  }
}
