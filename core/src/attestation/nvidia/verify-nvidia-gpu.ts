/**
 * Reports of NVIDIA's graphics cards: one signature, by a key that the card's boot ROM certified for its firmware. It shows a
 * genuine card and a fresh nonce; what the measurements should be is in NVIDIA's reference manifests, which nobody here reads.
 */
import { utf8Decode } from '../../codec/index.ts'
import type { VerifyContext } from '../context.ts'
import type { AttestationEvidence } from '../evidence.ts'
import type { NvidiaGpuFacts } from '../facts.ts'
import { buildOf, platformOf } from '../identify.ts'
import { demand, refuse, verdictOf } from '../refusal.ts'
import { reportDataOf } from '../report-data.ts'
import type { Verdict } from '../verdict.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { checkChain } from '../x509/chain.ts'
import { MAX_CHAIN_CERTIFICATES } from '../x509/limits.ts'
import { isOfFirmware } from './firmware-id.ts'
import { readSpdmReport } from './spdm-report.ts'

/** NVIDIA's numbers of fields. */
const DRIVER_VERSION = 3
const FIRMWARE_ID = 20

/**
 * What a report proves.
 *
 * @example
 * const verdict = verifyNvidiaGpu({ report, certificates }, { now, roots: productionRoots, signatures })
 */
export function verifyNvidiaGpu(
  { report, certificates }: Omit<Extract<AttestationEvidence, { type: 'NvidiaGpu' }>, 'type'>,
  { now, roots, signatures }: VerifyContext,
): Verdict<NvidiaGpuFacts> {
  return verdictOf(() => {
    const { requestNonce, record, measurements, fields, signed, signature } = readSpdmReport(report)
    demand(certificates.length >= 3 && certificates.length <= MAX_CHAIN_CERTIFICATES, 'cert-chain')
    const chain = certificates.map(parseCertificate)
    const failure = checkChain(chain, { now, pins: roots.nvidiaGpu, signatures })
    if (failure !== undefined) refuse(failure)
    const [signer, device] = chain as [Certificate, Certificate]
    demand(!signer.isCa && signer.publicKey.type === 'ec' && signer.publicKey.curve === 'P-384', 'cert-chain')
    demand(signatures.ecdsa('P-384', 'SHA-384', signer.publicKey.point, signed, signature), 'signature')
    const firmwareId = fields.get(FIRMWARE_ID) ?? refuse('missing-claim')
    demand(isOfFirmware(signer, firmwareId), 'firmware-id')
    return {
      tee: 'NvidiaGpu',
      measurement: buildOf('NvidiaGpu', record),
      reportData: reportDataOf(requestNonce),
      // The report does not say it in a format that is published.
      debug: false,
      // The key of the boot ROM: the signer's changes with the firmware.
      platform: platformOf('Nvidia', device.spki),
      driverVersion: textOf(fields.get(DRIVER_VERSION) ?? refuse('missing-claim')),
      measurements: { requestNonce, blocks: measurements },
      certificates,
    }
  })
}

/** ASCII up to its zero. */
function textOf(field: Uint8Array): string {
  demand(
    field.every((byte) => byte < 0x80),
    'malformed',
  )
  const end = field.indexOf(0)
  return utf8Decode(end === -1 ? field : field.subarray(0, end))
}
