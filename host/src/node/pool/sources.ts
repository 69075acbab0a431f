/** How much garbage each source has sent lately: who sends much is not listened to for a while. */
import { poolLimits } from '../limits.ts'

interface Conduct {
  /** Begin of the present window. */
  sinceMs: number
  refused: number
  silencedUntilMs: number
}

export class Sources {
  /** Goes away with the source. */
  readonly #conduct = new WeakMap<object, Conduct>()

  isSilenced(source: object, nowMs: number): boolean {
    return (this.#conduct.get(source)?.silencedUntilMs ?? 0) > nowMs
  }

  noteRefusal(source: object, nowMs: number): void {
    const conduct = this.#conduct.get(source) ?? { sinceMs: nowMs, refused: 0, silencedUntilMs: 0 }
    this.#conduct.set(source, conduct)
    if (nowMs - conduct.sinceMs >= poolLimits.garbageWindowMs) {
      conduct.sinceMs = nowMs
      conduct.refused = 0
    }
    if (++conduct.refused < poolLimits.garbage) return
    conduct.silencedUntilMs = nowMs + poolLimits.garbageWindowMs
    conduct.refused = 0
  }
}
