/**
 * AMD's collateral for one product: whether it is AMD's, fits together and is of now. What was checked once can be kept,
 * so that each report of the product costs its own two signatures only.
 */
import type { VerifyContext } from '../context.ts'
import type { SnpCollateral } from '../evidence.ts'
import type { SnpProduct } from '../facts.ts'
import { demand, refuse, verdictOf } from '../refusal.ts'
import type { SignatureVerifier } from '../signatures.ts'
import type { Verdict } from '../verdict.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { isInForce, isPinned, mayIssue } from '../x509/chain.ts'
import { checkCrl } from '../x509/check-crl.ts'
import { type Crl, parseCrl } from '../x509/crl.ts'
import { isSelfSigned } from '../x509/self-signed.ts'
import { isSignedBy } from '../x509/signed-by.ts'
import { commonNameOf } from './common-name.ts'
import { SNP_PRODUCTS } from './product.ts'

export interface SnpOptions {
  /** Without a list nobody knows what is revoked: `optional` is for looking at evidence, not for trusting it. */
  readonly crls?: 'required' | 'optional'
}

/** Collateral that `checkSnpCollateral` accepted, read. */
export interface CheckedSnpCollateral {
  readonly product: SnpProduct
  /** What the intermediate certifies: keys of chips (it is the ASK), or of cloud providers (it is the ASVK). */
  readonly certifies: 'VCEK' | 'VLEK'
  /** ASK or ASVK. */
  readonly ask: Certificate
  readonly ark: Certificate
  /** Of the ARK. */
  readonly crl: Crl | undefined
}

/**
 * Chain, revocation list and dates of collateral.
 *
 * @example
 * const collateral = checkSnpCollateral(snp, context)
 * if (!collateral.ok) return collateral
 * return verifySnpReport({ report, vek }, collateral.facts, context)
 */
export function checkSnpCollateral(
  collateral: SnpCollateral,
  context: VerifyContext,
  options: SnpOptions = {},
): Verdict<CheckedSnpCollateral> {
  return verdictOf(() => demandCollateral(collateral, context, options))
}

/**
 * The same without signatures, for the bytes of collateral that `checkSnpCollateral` accepted before: they are read again,
 * and dates and roots count as of now.
 */
export function recheckSnpCollateral(
  collateral: SnpCollateral,
  { now, roots }: Pick<VerifyContext, 'now' | 'roots'>,
  options: SnpOptions = {},
): Verdict<CheckedSnpCollateral> {
  return verdictOf(() => demandCollateral(collateral, { now, roots, signatures: VERIFIED_BEFORE }, options))
}

const VERIFIED_BEFORE: SignatureVerifier = { ecdsa: () => true, rsaPkcs1: () => true, rsaPss: () => true }

/** `checkSnpCollateral` for use inside a verification: refuses. */
export function demandCollateral(
  collateral: SnpCollateral,
  { now, roots, signatures }: VerifyContext,
  { crls = 'required' }: SnpOptions,
): CheckedSnpCollateral {
  const ark = parseCertificate(collateral.ark)
  const product = SNP_PRODUCTS.find((each) => isPinned(ark, roots.amd[each])) ?? refuse('untrusted-ark')
  const ask = parseCertificate(collateral.ask)
  demand(mayIssue(ark, ark, 0) && mayIssue(ark, ask, 1) && ask.isCa, 'chain:ask')
  const certifies = CERTIFIES.find((each) => commonNameOf(ask.subject) === authorityName(each, product))
  if (certifies === undefined) return refuse('chain:ask')
  demandAuthoritiesInForce({ ark, ask }, now)
  demand(isSelfSigned(ark, signatures) && isSignedBy(ask, ark, signatures), 'chain:ask')
  if (collateral.crl === undefined) {
    demand(crls === 'optional', 'crl-missing')
    return { product, certifies, ask, ark, crl: undefined }
  }
  const crl = parseCrl(collateral.crl)
  const failure = checkCrl(crl, ark, { now, signatures })
  if (failure !== undefined) refuse(failure === 'expired' ? 'crl-expired' : 'crl-signature')
  demand(!crl.has(ask.serial), 'ask-revoked')
  return { product, certifies, ask, ark, crl }
}

const CERTIFIES = ['VCEK', 'VLEK'] as const

function authorityName(certifies: 'VCEK' | 'VLEK', product: SnpProduct): string {
  return certifies === 'VCEK' ? `SEV-${product}` : `SEV-VLEK-${product}`
}

/** Dates of what was accepted before, as of now. */
export function demandInForce(collateral: CheckedSnpCollateral, now: number): void {
  demandAuthoritiesInForce(collateral, now)
  const { crl } = collateral
  demand(crl === undefined || (crl.thisUpdate <= now && now <= crl.nextUpdate), 'crl-expired')
}

function demandAuthoritiesInForce({ ark, ask }: Pick<CheckedSnpCollateral, 'ark' | 'ask'>, now: number): void {
  demand(isInForce(ark, now), 'ark-expired')
  demand(isInForce(ask, now), 'ask-expired')
}
