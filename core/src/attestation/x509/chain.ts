/** Paths from a leaf to a pinned root (RFC 5280, section 6.1, without policies and name constraints: no vendor has them). */
import { equalBytes } from '../../codec/index.ts'
import { sha256 } from '../../crypto/index.ts'
import type { VerifyContext } from '../context.ts'
import type { Pins } from '../roots.ts'
import { type Certificate, KEY_CERT_SIGN } from './certificate.ts'
import { MAX_CHAIN_CERTIFICATES } from './limits.ts'
import { isSelfSigned } from './self-signed.ts'
import { isSignedBy } from './signed-by.ts'

export type ChainFailure = 'untrusted-root' | 'cert-expired' | 'cert-chain'

export interface ChainRules extends Pick<VerifyContext, 'now' | 'signatures'> {
  readonly pins: Pins
  /** Checked before, under the same root: where the same bytes come again, their signatures are not verified twice. */
  readonly verified?: readonly Certificate[]
}

/**
 * The first thing that is wrong with a chain; undefined if nothing is.
 *
 * The root counts by its key, and carries its own signature all the same (`isSelfSigned`): only then are its dates and
 * constraints the vendor's. Cheap checks come first.
 *
 * @param certificates leaf first, root last; 2 to 8
 *
 * @example
 * const failure = checkChain([pck, ca, root], { now, pins: roots.intel, signatures })
 * if (failure !== undefined) refuse(`pck:${failure}`)
 */
export function checkChain(
  certificates: readonly Certificate[],
  { now, pins, signatures, verified = [] }: ChainRules,
): ChainFailure | undefined {
  const root = certificates.at(-1)
  if (root === undefined || certificates.length < 2 || certificates.length > MAX_CHAIN_CERTIFICATES) return 'cert-chain'
  if (!isPinned(root, pins)) return 'untrusted-root'
  const links = certificates.map((certificate, i) => ({ certificate, issuer: certificates[i + 1] ?? root, below: i }))
  if (
    !links.every(({ certificate, issuer, below }) =>
      mayIssue(issuer, certificate, issuer === certificate ? below - 1 : below),
    )
  ) {
    return 'cert-chain'
  }
  if (!certificates.every((certificate) => isInForce(certificate, now))) return 'cert-expired'
  const isVerified = (certificate: Certificate): boolean =>
    verified.some((before) => before === certificate || equalBytes(before.der, certificate.der))
  const isSigned = (certificate: Certificate, issuer: Certificate): boolean =>
    certificate === root ? isSelfSigned(root, signatures) : isSignedBy(certificate, issuer, signatures)
  return links.every(({ certificate, issuer }) => isVerified(certificate) || isSigned(certificate, issuer))
    ? undefined
    : 'cert-chain'
}

/**
 * Whether `issuer` is the CA that `certificate` names, and is allowed to sign it; the signature is another question.
 *
 * @param below how many intermediates stand between `issuer` and the leaf
 */
export function mayIssue(issuer: Certificate, certificate: Certificate, below: number): boolean {
  return (
    equalBytes(certificate.issuer, issuer.subject) &&
    issuer.isCa &&
    (issuer.pathLength === undefined || below <= issuer.pathLength) &&
    (issuer.keyUsage === undefined || (issuer.keyUsage & KEY_CERT_SIGN) !== 0)
  )
}

export function isInForce({ notBefore, notAfter }: Certificate, now: number): boolean {
  return notBefore <= now && now <= notAfter
}

export function isPinned(root: Certificate, pins: Pins): boolean {
  const hash = spkiHash(root)
  return pins.some((pin) => equalBytes(pin, hash))
}

/** SHA-256 of the SubjectPublicKeyInfo: how roots are pinned. */
export function spkiHash({ spki }: Certificate): Uint8Array {
  return sha256(spki)
}
