/** Whether a certificate or a list carries a signature of an issuer's key. */
import type { EcdsaCurve, SignatureVerifier } from '../signatures.ts'
import type { Certificate } from './certificate.ts'
import { ecdsaSignatureFromDer } from './ecdsa-signature.ts'

const SCALAR_BYTES: Readonly<Record<EcdsaCurve, number>> = { 'P-256': 32, 'P-384': 48 }

/** Says nothing of names, dates or what the issuer may sign: `checkChain` does. */
export function isSignedBy(
  {
    tbs,
    signature,
    signatureAlgorithm: { scheme, hash },
  }: Pick<Certificate, 'tbs' | 'signature' | 'signatureAlgorithm'>,
  { publicKey }: Certificate,
  signatures: SignatureVerifier,
): boolean {
  if (scheme === 'ecdsa') {
    if (publicKey.type !== 'ec' || publicKey.curve === 'P-521') return false
    const { curve, point } = publicKey
    const raw = ecdsaSignatureFromDer(signature, SCALAR_BYTES[curve])
    return raw !== undefined && signatures.ecdsa(curve, hash, point, tbs, raw)
  }
  return publicKey.type === 'rsa' && signatures[scheme](hash, publicKey.key, tbs, signature)
}
