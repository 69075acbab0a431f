/**
 * Sessions while an agreement key is succeeded by the next: nothing in an encapsulation says to which of two keys it was
 * made (X-Wing rejects implicitly), but the first message opens under one of them only.
 */
import {
  type AcceptSessionParams,
  type AgreementKey,
  type AnsweringEnd,
  acceptSession,
  CryptoError,
} from '@pha/core/crypto'

/**
 * Answers a session that a client opened to one of these keys; as `acceptSession` where there is one key.
 * @example
 * const end = acceptWithAny(identity.agreement.opening, { context, info, encapsulation })
 */
export function acceptWithAny(keys: readonly AgreementKey[], params: AcceptSessionParams): AnsweringEnd | undefined {
  const candidates: AnsweringEnd[] = []
  for (const { seed } of keys) {
    const end = acceptSession(seed, params)
    if (end === undefined) return undefined
    candidates.push(end)
  }
  return candidates.length > 1 ? undecided(candidates) : candidates[0]
}

function undecided(candidates: readonly AnsweringEnd[]): AnsweringEnd {
  let chosen: AnsweringEnd | undefined
  const closeBut = (kept?: AnsweringEnd): void => {
    for (const candidate of candidates) if (candidate !== kept) candidate.close()
  }
  return {
    get closed() {
      return chosen === undefined ? candidates.every(({ closed }) => closed) : chosen.closed
    },
    receive(message) {
      if (chosen !== undefined) return chosen.receive(message)
      for (const candidate of candidates) {
        const received = candidate.receive(message)
        if (!received.ok) continue
        chosen = candidate
        closeBut(candidate)
        return received
      }
      return { ok: false, reason: 'session.forged' }
    },
    answer(counter, plaintext) {
      if (chosen === undefined) throw new CryptoError('session.answered', 'the client speaks first')
      return chosen.answer(counter, plaintext)
    },
    close: () => closeBut(),
  }
}
