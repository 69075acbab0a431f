/**
 * Sealed answers that can be given again: a client whose connection broke repeats its request, byte for byte, and gets
 * the same bytes; nothing is encrypted, run or counted twice. Answers of one session stay until its window has passed
 * them, all together within a number of bytes; the oldest go first.
 */
import { SESSION_WINDOW } from '@pha/core/crypto'

interface Kept {
  readonly answer: Promise<Uint8Array>
  readonly of: Map<number, Kept>
  readonly counter: number
  /** 0 until it is sealed. */
  bytes: number
}

/** The answers of one session, by counter. */
export interface SessionAnswers {
  /** `undefined` if it was never asked, or is kept no more. */
  find(counter: number): Promise<Uint8Array> | undefined
  /** Keeps the answer to `counter`, which may still be in work. */
  keep(counter: number, answer: Promise<Uint8Array>): void
  /** Forgets all of them. */
  drop(): void
}

export class KeptAnswers {
  readonly #mostBytes: number
  /** In order of their requests. */
  readonly #all = new Set<Kept>()
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  session(): SessionAnswers {
    const of = new Map<number, Kept>()
    return {
      find: (counter) => of.get(counter)?.answer,
      keep: (counter, answer) => {
        for (const [old, kept] of of) if (old <= counter - SESSION_WINDOW) this.#forget(kept)
        const kept: Kept = { answer, of, counter, bytes: 0 }
        of.set(counter, kept)
        this.#all.add(kept)
        answer.then(
          ({ length }) => this.#weigh(kept, length),
          () => this.#forget(kept),
        )
      },
      drop: () => {
        for (const kept of of.values()) this.#forget(kept)
      },
    }
  }

  #weigh(kept: Kept, bytes: number): void {
    if (!this.#all.has(kept)) return
    kept.bytes = bytes
    this.#bytes += bytes
    for (const oldest of this.#all) {
      if (this.#bytes <= this.#mostBytes) return
      if (oldest.bytes > 0) this.#forget(oldest)
    }
  }

  #forget(kept: Kept): void {
    if (!this.#all.delete(kept)) return
    kept.of.delete(kept.counter)
    this.#bytes -= kept.bytes
  }
}
