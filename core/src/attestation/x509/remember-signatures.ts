/** Chains of one piece of evidence share certificates: Intel's collateral has the root four times. Each counts once. */
import { equalBytes, toHex } from '../../codec/index.ts'
import type { RsaKey, SignatureHash, SignatureVerifier } from '../signatures.ts'

interface Answer {
  readonly kind: string
  readonly parts: readonly Uint8Array[]
  readonly holds: boolean
}

/**
 * The same answers, but a question that was asked before costs a comparison of its bytes. For one verification: what it
 * remembers is never more than the bytes that were given to it, and dies with it.
 *
 * @example
 * const failure = checkChain(chain, { now, pins, signatures: rememberSignatures(signatures) })
 */
export function rememberSignatures(signatures: SignatureVerifier): SignatureVerifier {
  const answers = new Map<string, Answer>()

  function ask(kind: string, signature: Uint8Array, parts: readonly Uint8Array[], check: () => boolean): boolean {
    const name = toHex(signature)
    const known = answers.get(name)
    if (known?.kind === kind && known.parts.every((part, i) => equalBytes(part, parts[i] as Uint8Array))) {
      return known.holds
    }
    const holds = check()
    answers.set(name, { kind, parts, holds })
    return holds
  }

  const rsa =
    (scheme: 'rsaPkcs1' | 'rsaPss') =>
    (hash: SignatureHash, key: RsaKey, message: Uint8Array, signature: Uint8Array): boolean =>
      ask(`${scheme} ${hash}`, signature, [key.modulus, key.exponent, message], () =>
        signatures[scheme](hash, key, message, signature),
      )

  return {
    ecdsa: (curve, hash, point, message, signature) =>
      ask(`${curve} ${hash}`, signature, [point, message], () =>
        signatures.ecdsa(curve, hash, point, message, signature),
      ),
    rsaPkcs1: rsa('rsaPkcs1'),
    rsaPss: rsa('rsaPss'),
  }
}
