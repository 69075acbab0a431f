/** A vendor's list of revoked authorities by itself, without the authorities: what a root that is trusted says of those under it. */
import type { VerifyContext } from '../context.ts'
import { demand, refuse, verdictOf } from '../refusal.ts'
import type { Pins } from '../roots.ts'
import type { Verdict } from '../verdict.ts'
import { parseCertificate } from './certificate.ts'
import { isInForce, isPinned, mayIssue, spkiHash } from './chain.ts'
import { checkCrl } from './check-crl.ts'
import { type Crl, parseCrl } from './crl.ts'
import { isSelfSigned } from './self-signed.ts'

/** DER of both. */
export interface RootList {
  readonly root: Uint8Array
  readonly crl: Uint8Array
}

export interface CheckedRootList {
  /** SHA-256 of the root's SubjectPublicKeyInfo. */
  readonly rootKey: Uint8Array
  readonly crl: Crl
}

/**
 * Whether a list is that of a trusted root, and of now.
 *
 * Collateral that names a revoked authority does not verify, so the list that says so has to be believed without it.
 *
 * @example
 * const list = checkRootList({ root, crl }, roots.intel, { now, signatures })
 * if (list.ok && list.facts.crl.has(ca.serial)) refuse('pck-ca:revoked')
 */
export function checkRootList(
  list: RootList,
  pins: Pins,
  { now, signatures }: Pick<VerifyContext, 'now' | 'signatures'>,
): Verdict<CheckedRootList> {
  return verdictOf(() => {
    const root = parseCertificate(list.root)
    demand(isPinned(root, pins), 'untrusted-root')
    demand(isInForce(root, now), 'cert-expired')
    // Its own signature makes constraints and key usage the vendor's.
    demand(mayIssue(root, root, 0) && isSelfSigned(root, signatures), 'cert-chain')
    const crl = parseCrl(list.crl)
    const failure = checkCrl(crl, root, { now, signatures })
    if (failure !== undefined) return refuse(failure === 'expired' ? 'crl-expired' : 'crl-signature')
    return { rootKey: spkiHash(root), crl }
  })
}
