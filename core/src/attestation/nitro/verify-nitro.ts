/** Attestation documents of AWS Nitro enclaves: one signature, by a key that AWS certified for three hours. */
import { utf8Encode } from '../../codec/index.ts'
import type { VerifyContext } from '../context.ts'
import { isSignedWith, readMap, readSign1 } from '../cose/sign1.ts'
import type { NitroFacts } from '../facts.ts'
import { buildOf, platformOf } from '../identify.ts'
import { demand, refuse, verdictOf } from '../refusal.ts'
import { reportDataOf } from '../report-data.ts'
import type { Verdict } from '../verdict.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { checkChain, isInForce } from '../x509/chain.ts'
import { readDocument } from './document.ts'

/** All that AWS signs with. */
const ES384 = -35

/** First bit of the key usage extension (RFC 5280, section 4.2.1.3). */
const DIGITAL_SIGNATURE = 1

const isZero = (pcr: Uint8Array): boolean => pcr.every((byte) => byte === 0)

/**
 * What a Nitro document shows. Its certificates must be in force both when it was made and at `now`, so it counts for as
 * long as its leaf: keep the facts, not the document. Never throws.
 *
 * The report data is `user_data`.
 *
 * @param document COSE_Sign1
 *
 * @example
 * const verdict = verifyNitro(document, { now, roots: productionRoots, signatures: pureSignatures })
 */
export function verifyNitro(document: Uint8Array, { now, roots, signatures }: VerifyContext): Verdict<NitroFacts> {
  return verdictOf(() => {
    const message = readSign1(document)
    demand(message.algorithm.id === ES384, 'unsupported-algorithm')
    const { moduleId, digest, timestampMs, pcrs, ...fields } = readDocument(readMap(message.payload))
    const leaf = parseCertificate(fields.certificate)
    const certificates = [leaf, ...fields.caBundle.map(parseCertificate).toReversed()]
    const failure = checkChain(certificates, { now, pins: roots.awsNitro, signatures })
    if (failure !== undefined) refuse(failure)
    const madeAt = (timestampMs - (timestampMs % 1000)) / 1000
    demand(
      certificates.every((certificate) => isInForce(certificate, madeAt)),
      'cert-expired',
    )
    demand(isSignedWith(message, signerOf(leaf), signatures), 'cose-signature')

    // Image, kernel and application.
    const code = [0, 1, 2].map((index) => pcrs.get(index) ?? refuse('missing-claim'))
    return {
      tee: 'Nitro',
      measurement: buildOf('Nitro', ...code),
      reportData: reportDataOf(fields.userData),
      // AWS: an enclave in debug mode has these registers zero.
      debug: code.every(isZero),
      platform: platformOf('Nitro', utf8Encode(instanceOf(moduleId))),
      moduleId,
      digest,
      timestampMs,
      measurements: {
        pcrs: new Map([...pcrs].filter(([, pcr]) => !isZero(pcr))),
        userData: fields.userData,
        nonce: fields.nonce,
        publicKey: fields.publicKey,
      },
      leafNotAfter: leaf.notAfter,
      certificates: certificates.map(({ der }) => der),
    }
  })
}

function signerOf({ isCa, keyUsage, publicKey }: Certificate) {
  demand(!isCa && (keyUsage === undefined || (keyUsage & DIGITAL_SIGNATURE) !== 0), 'cert-chain')
  return publicKey.type === 'ec' ? publicKey : refuse('unsupported-algorithm')
}

/** `i-0827e799ec9232d44-enc019b55a68bd2ed4b` is an enclave of the instance before `-enc`. */
function instanceOf(moduleId: string): string {
  const end = moduleId.indexOf('-enc')
  return end === -1 ? moduleId : moduleId.slice(0, end)
}
