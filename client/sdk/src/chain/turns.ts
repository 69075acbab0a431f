/** Keeps what is sent together in the order in which it was asked for, however long each preparation takes. */

export interface Turn {
  /** Resolves when all earlier turns of this name have ended. */
  readonly comes: Promise<void>
  /** Lets the next one go; more than once is the same as once. */
  end(): void
}

/**
 * @example
 * const turn = turns.take('ann')
 * try { await turn.comes; … } finally { turn.end() }
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  take(name: string): Turn {
    const comes = this.#last.get(name) ?? Promise.resolve()
    const own = Promise.withResolvers<void>()
    const over = Promise.all([comes, own.promise]).then(() => {
      if (this.#last.get(name) === over) this.#last.delete(name)
    })
    this.#last.set(name, over)
    return { comes, end: own.resolve }
  }
}
