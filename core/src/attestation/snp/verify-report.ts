/** Whether a report of SEV-SNP firmware is genuine, by collateral that is; and what it then says. */
import { equalBytes } from '../../codec/index.ts'
import type { VerifyContext } from '../context.ts'
import type { SnpFacts, SnpTcb } from '../facts.ts'
import { buildOf, platformOf } from '../identify.ts'
import { demand, refuse, verdictOf } from '../refusal.ts'
import type { Verdict } from '../verdict.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { isInForce, mayIssue } from '../x509/chain.ts'
import { isSignedBy } from '../x509/signed-by.ts'
import { type CheckedSnpCollateral, demandInForce } from './check-collateral.ts'
import { commonNameOf } from './common-name.ts'
import { type EndorsementKey, endorsementKeyOf } from './endorsement-key.ts'
import { productOfCpuid } from './product.ts'
import { isZero, readReport, type SnpReport } from './report.ts'
import { readTcb } from './tcb.ts'

/** Guest policy, bit 19: the host may debug the guest. */
const DEBUG = 1n << 19n
/** Of a chip id, on Turin; the rest of the field is zero. */
const TURIN_HARDWARE_ID_BYTES = 8
const HARDWARE_ID_BYTES = 64

export interface SnpEvidence {
  /** 1,184 bytes. */
  readonly report: Uint8Array
  /** VCEK or VLEK, DER. */
  readonly vek: Uint8Array
}

/** Verifies a report by collateral that was checked before; dates are checked anew. */
export function verifySnpReport(
  { report, vek }: SnpEvidence,
  collateral: CheckedSnpCollateral,
  context: VerifyContext,
): Verdict<SnpFacts> {
  return verdictOf(() => factsOf(readReport(report), vek, collateral, context))
}

/** `verifySnpReport` for use inside a verification, of a report that was read: refuses. */
export function factsOf(
  report: SnpReport,
  vekDer: Uint8Array,
  collateral: CheckedSnpCollateral,
  context: VerifyContext,
): SnpFacts {
  demandInForce(collateral, context.now)
  const signingKey = SIGNING_KEYS[report.signingKey] ?? refuse('signing-key')
  const vek = parseCertificate(vekDer)
  demandCertified(vek, signingKey, collateral, context)
  const key = endorsementKeyOf(vek)
  const { signature } = report
  const isSigned =
    signature !== undefined && context.signatures.ecdsa('P-384', 'SHA-384', key.point, report.signed, signature)
  demand(isSigned, 'report-signature')

  const { product } = collateral
  demand(key.product === product, 'product-mismatch')
  demand(report.cpuid === undefined || productOfCpuid(report.cpuid) === product, 'product-mismatch')
  const reportedTcb = readTcb(product, report.reportedTcb)
  demand(isSameTcb(reportedTcb, key.tcb), 'tcb-mismatch')
  demandChip(report, signingKey, key)

  const { measurement, hostData, reportData, idKeyDigest, authorKeyDigest, reportId, familyId, imageId } = report
  const { guestSvn, chipId } = report
  const { ask, ark, crl } = collateral
  return {
    tee: 'SevSnp',
    measurement: buildOf('SevSnp', measurement, hostData),
    reportData,
    debug: (report.policy & DEBUG) !== 0n,
    platform: platformName(chipId, key.providerId),
    reportVersion: report.version,
    product,
    signingKey,
    vmpl: report.vmpl,
    policy: report.policy,
    platformInfo: report.platformInfo,
    isChipIdMasked: isZero(chipId),
    currentTcb: readTcb(product, report.currentTcb),
    reportedTcb,
    committedTcb: readTcb(product, report.committedTcb),
    launchTcb: readTcb(product, report.launchTcb),
    currentBuild: report.currentBuild,
    committedBuild: report.committedBuild,
    launchMitigations: report.launchMitigations,
    currentMitigations: report.currentMitigations,
    measurements: {
      ...{ measurement, hostData, reportData, idKeyDigest, authorKeyDigest, reportId, familyId, imageId },
      ...{ guestSvn, chipId, reportedTcb: report.reportedTcb },
    },
    cpuid: report.cpuid,
    crl: crl === undefined ? undefined : { thisUpdate: crl.thisUpdate, nextUpdate: crl.nextUpdate },
    certificates: [vek.der, ask.der, ark.der],
  }
}

const SIGNING_KEYS: readonly ('VCEK' | 'VLEK' | undefined)[] = ['VCEK', 'VLEK']

/** The key's certificate, under the authority for its kind. */
function demandCertified(
  vek: Certificate,
  signingKey: 'VCEK' | 'VLEK',
  { certifies, ask, crl }: CheckedSnpCollateral,
  { now, signatures }: VerifyContext,
): void {
  demand(certifies === signingKey && mayIssue(ask, vek, 0) && !vek.isCa, 'chain:vek')
  demand(commonNameOf(vek.subject) === `SEV-${signingKey}`, 'signing-key')
  demand(isInForce(vek, now), 'vek-expired')
  demand(isSignedBy(vek, ask, signatures), 'chain:vek')
  // The list is the ARK's and names what the ARK issued, as far as AMD uses it. Should it ever name a VLEK, that counts.
  demand(crl === undefined || !crl.has(vek.serial), 'vek-revoked')
}

function isSameTcb(a: SnpTcb, b: SnpTcb): boolean {
  return (
    a.fmc === b.fmc &&
    a.bootLoader === b.bootLoader &&
    a.tee === b.tee &&
    a.snp === b.snp &&
    a.microcode === b.microcode
  )
}

/**
 * A VCEK is of one chip, which the report must name: a masked chip id would let reports of one chip pass for another's. A
 * VLEK is of all chips of a provider.
 */
function demandChip(
  { chipId }: SnpReport,
  signingKey: 'VCEK' | 'VLEK',
  { product, hardwareId, providerId }: EndorsementKey,
): void {
  if (signingKey === 'VLEK') {
    demand(providerId !== undefined && hardwareId === undefined, 'signing-key')
    return
  }
  demand(hardwareId !== undefined && providerId === undefined, 'signing-key')
  const length = product === 'Turin' ? TURIN_HARDWARE_ID_BYTES : HARDWARE_ID_BYTES
  const isChip = hardwareId.length === length && equalBytes(chipId.subarray(0, length), hardwareId)
  demand(isChip && isZero(chipId.subarray(length)) && !isZero(chipId), 'hwid-mismatch')
}

/** Behind a VLEK with a masked chip id all machines of the provider are one: nobody outside can tell them apart. */
function platformName(chipId: Uint8Array, providerId: Uint8Array | undefined): Uint8Array {
  return isZero(chipId) && providerId !== undefined ? platformOf('Amd', chipId, providerId) : platformOf('Amd', chipId)
}
