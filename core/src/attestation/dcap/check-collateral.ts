/**
 * Intel's collateral: whether all of it is Intel's, fits together and is of now. What was checked once can be kept, so
 * that each quote of a platform family costs its own signatures only.
 */
import type { VerifyContext } from '../context.ts'
import type { DcapCollateral } from '../evidence.ts'
import { demand, refuse, verdictOf } from '../refusal.ts'
import type { SignatureVerifier } from '../signatures.ts'
import type { EvidenceFailure, Verdict } from '../verdict.ts'
import { type Certificate, parseCertificates } from '../x509/certificate.ts'
import { type ChainRules, checkChain, spkiHash } from '../x509/chain.ts'
import { checkCrl } from '../x509/check-crl.ts'
import { type Crl, parseCrl } from '../x509/crl.ts'
import { nameSays } from './name-says.ts'
import { type QeIdentity, readQeIdentity } from './qe-identity.ts'
import type { DcapTee } from './quote.ts'
import { readTcbInfo, type TcbInfo } from './tcb-info.ts'
import { demandInForce, type Validity, validityOf } from './validity.ts'

/** Collateral that `checkDcapCollateral` accepted, read. */
export interface CheckedDcapCollateral {
  readonly tee: DcapTee
  readonly tcbInfo: TcbInfo
  readonly qeIdentity: QeIdentity
  /** Where all its chains end. */
  readonly root: Certificate
  /** Of CAs and signers. */
  readonly rootCrl: Crl
  /** The Platform CA or the Processor CA: only PCKs of this one can be looked up in the list. */
  readonly pckCa: Certificate
  readonly pckCrl: Crl
  /** When each part of it is in force: checked anew for every quote. */
  readonly validities: readonly Validity[]
}

/**
 * Chains, revocation lists, signatures, identities and dates of collateral for quotes of this TEE.
 *
 * @example
 * const collateral = checkDcapCollateral('Tdx', dcap, context)
 * if (!collateral.ok) return collateral
 * return verifyDcapQuote({ tee: 'Tdx', quote }, collateral.facts, context)
 */
export function checkDcapCollateral(
  tee: DcapTee,
  collateral: DcapCollateral,
  context: VerifyContext,
): Verdict<CheckedDcapCollateral> {
  return verdictOf(() => demandCollateral(tee, collateral, context))
}

/**
 * The same without signatures, for the bytes of collateral that `checkDcapCollateral` accepted before: they are read
 * again, and dates and roots count as of now.
 */
export function recheckDcapCollateral(
  tee: DcapTee,
  collateral: DcapCollateral,
  { now, roots }: Pick<VerifyContext, 'now' | 'roots'>,
): Verdict<CheckedDcapCollateral> {
  return verdictOf(() => demandCollateral(tee, collateral, { now, roots, signatures: VERIFIED_BEFORE }))
}

const VERIFIED_BEFORE: SignatureVerifier = { ecdsa: () => true, rsaPkcs1: () => true, rsaPss: () => true }

/** `checkDcapCollateral` for use inside a verification: refuses. */
export function demandCollateral(
  tee: DcapTee,
  collateral: DcapCollateral,
  { now, roots, signatures }: VerifyContext,
): CheckedDcapCollateral {
  const [tcbSigner, root] = signingChain('tcbchain', collateral.tcbInfoIssuerChain, {
    now,
    pins: roots.intel,
    signatures,
  })
  // Where several roots are trusted, one may still not vouch for what another has to revoke.
  const rules: ChainRules = { now, pins: [spkiHash(root)], signatures, verified: [tcbSigner, root] }
  const [qeSigner] = signingChain('qechain', collateral.qeIdentityIssuerChain, rules)
  const pckCa = crlIssuer(collateral.pckCrlIssuerChain, rules)

  const rootCrl = crlOf('root_crl', collateral.rootCaCrl, root, rules)
  const pckCrl = crlOf('pck_crl', collateral.pckCrl, pckCa, rules)
  demand(!rootCrl.has(tcbSigner.serial), 'tcbchain:revoked')
  demand(!rootCrl.has(qeSigner.serial), 'qechain:revoked')
  demand(!rootCrl.has(pckCa.serial), 'pck-ca:revoked')

  const { tcbInfo: tcbInfoText, qeIdentity: qeIdentityText } = collateral
  demandSigned(tcbSigner, tcbInfoText, collateral.tcbInfoSignature, 'tcb-info-signature', signatures)
  demandSigned(qeSigner, qeIdentityText, collateral.qeIdentitySignature, 'qe-identity-signature', signatures)
  const tcbInfo = readTcbInfo(tee, tcbInfoText)
  const qeIdentity = readQeIdentity(tee, qeIdentityText)

  const validities = [
    validityOf(tcbInfo.issuedAt, tcbInfo.nextUpdate, 'tcb-info:not-yet-valid', 'tcb-info:expired'),
    validityOf(qeIdentity.issuedAt, qeIdentity.nextUpdate, 'qe-identity:not-yet-valid', 'qe-identity:expired'),
    validityOf(rootCrl.thisUpdate, rootCrl.nextUpdate, 'root_crl:expired'),
    validityOf(pckCrl.thisUpdate, pckCrl.nextUpdate, 'pck_crl:expired'),
    validityOf(tcbSigner.notBefore, tcbSigner.notAfter, 'tcbchain:cert-expired'),
    validityOf(qeSigner.notBefore, qeSigner.notAfter, 'qechain:cert-expired'),
    validityOf(pckCa.notBefore, pckCa.notAfter, 'pck_crl:bad-signature/issuer'),
    validityOf(root.notBefore, root.notAfter, 'tcbchain:cert-expired'),
  ]
  demandInForce(validities, now)
  return { tee, tcbInfo, qeIdentity, root, rootCrl, pckCa, pckCrl, validities }
}

const TCB_SIGNER = 'Intel SGX TCB Signing'

/**
 * The signer of TCB info or QE identity, and the root.
 *
 * The root itself certifies that signer, by that name: a key of a broken platform has a chain to the root too, and must
 * not be able to say which platforms are sound.
 */
function signingChain(
  chain: 'tcbchain' | 'qechain',
  encoded: readonly Uint8Array[],
  rules: ChainRules,
): readonly [signer: Certificate, root: Certificate] {
  demand(encoded.length === 2, `${chain}:cert-chain`)
  const certificates = parseCertificates(encoded, rules.verified) as [Certificate, Certificate]
  const failure = checkChain(certificates, rules)
  if (failure !== undefined) refuse(`${chain}:${failure}`)
  const [signer, root] = certificates
  demand(!signer.isCa && nameSays(signer.subject, TCB_SIGNER), `${chain}:cert-chain`)
  return [signer, root]
}

/** The CA that signs the list of revoked PCKs. Its certificate is collateral, so that the list can be judged without a quote. */
function crlIssuer(encoded: readonly Uint8Array[], rules: ChainRules): Certificate {
  demand(encoded.length === 2, 'pck_crl:bad-signature/issuer')
  const certificates = parseCertificates(encoded, rules.verified) as [Certificate, Certificate]
  demand(checkChain(certificates, rules) === undefined, 'pck_crl:bad-signature/issuer')
  return certificates[0]
}

function crlOf(list: 'root_crl' | 'pck_crl', der: Uint8Array | undefined, issuer: Certificate, rules: ChainRules): Crl {
  if (der === undefined) return refuse(`${list}:missing`)
  const crl = parseCrl(der)
  const failure = checkCrl(crl, issuer, rules)
  if (failure !== undefined) refuse(`${list}:${failure}`)
  return crl
}

function demandSigned(
  { publicKey }: Certificate,
  text: Uint8Array,
  signature: Uint8Array,
  reason: EvidenceFailure,
  signatures: SignatureVerifier,
): void {
  demand(publicKey.type === 'ec' && publicKey.curve === 'P-256', reason)
  demand(signatures.ecdsa('P-256', 'SHA-256', publicKey.point, text, signature), reason)
}
