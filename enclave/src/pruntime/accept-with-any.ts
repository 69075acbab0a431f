/**
 * Sessions while an agreement key is succeeded by the next: nothing in an encapsulation says to which of two keys it was
 * made (X-Wing rejects implicitly), but the first message opens under one of them only.
 */
import { type AcceptSessionParams, type AgreementKey, acceptSession, CryptoError, type Session } from '@pha/core/crypto'

/**
 * Answers a session that a client opened to one of these keys; as `acceptSession` where there is one key.
 * @example
 * const session = await acceptWithAny(identity.agreement.opening, { context, info, encapsulation })
 */
export async function acceptWithAny(
  keys: readonly AgreementKey[],
  params: AcceptSessionParams,
): Promise<Session | undefined> {
  const candidates: Session[] = []
  for (const { seed } of keys) {
    const session = await acceptSession(seed, params)
    if (session === undefined) return undefined
    candidates.push(session)
  }
  return candidates.length > 1 ? undecided(candidates) : candidates[0]
}

function undecided(candidates: readonly Session[]): Session {
  let chosen: Session | undefined
  const closeBut = (kept?: Session): void => {
    for (const candidate of candidates) if (candidate !== kept) candidate.close()
  }
  return {
    get closed() {
      return chosen === undefined ? candidates.every(({ closed }) => closed) : chosen.closed
    },
    encrypt(plaintext, aad) {
      if (chosen === undefined) throw new CryptoError('session.closed', 'the client speaks first')
      return chosen.encrypt(plaintext, aad)
    },
    decrypt(message, aad) {
      if (chosen !== undefined) return chosen.decrypt(message, aad)
      for (const candidate of candidates) {
        const decrypted = candidate.decrypt(message, aad)
        if (!decrypted.ok) continue
        chosen = candidate
        closeBut(candidate)
        return decrypted
      }
      return { ok: false, reason: 'session.forged' }
    },
    close: () => closeBut(),
  }
}
