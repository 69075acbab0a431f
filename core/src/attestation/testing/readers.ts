/**
 * The readers that a stranger's bytes meet before any signature is looked at, for campaigns that feed them changed bytes.
 * They leave by `refuse` or by an error of a codec; anything else that they throw is a check that somebody forgot, which
 * `verdictOf` would hide.
 */
import { readCollection } from '../cca/collection.ts'
import { readPlatformClaims } from '../cca/platform-claims.ts'
import { readRealmClaims } from '../cca/realm-claims.ts'
import { readMap, readSign1 } from '../cose/sign1.ts'
import { pckPlatformOf } from '../dcap/pck-extension.ts'
import { readQeIdentity } from '../dcap/qe-identity.ts'
import { readQuote } from '../dcap/quote.ts'
import { readTcbInfo } from '../dcap/tcb-info.ts'
import { readDocument } from '../nitro/document.ts'
import { readSpdmReport } from '../nvidia/spdm-report.ts'
import { endorsementKeyOf } from '../snp/endorsement-key.ts'
import { readReport } from '../snp/report.ts'
import { parseCertificate } from '../x509/certificate.ts'
import { parseCrl } from '../x509/crl.ts'
import { derFromPem } from '../x509/pem.ts'

export const EVIDENCE_READERS = {
  'quote.sgx': (bytes) => readQuote('Sgx', bytes),
  'quote.tdx': (bytes) => readQuote('Tdx', bytes),
  'tcb-info.sgx': (bytes) => readTcbInfo('Sgx', bytes),
  'tcb-info.tdx': (bytes) => readTcbInfo('Tdx', bytes),
  'qe-identity.sgx': (bytes) => readQeIdentity('Sgx', bytes),
  'qe-identity.tdx': (bytes) => readQeIdentity('Tdx', bytes),
  certificate: parseCertificate,
  'certificate.pck': (bytes) => pckPlatformOf(parseCertificate(bytes)),
  'certificate.vek': (bytes) => endorsementKeyOf(parseCertificate(bytes)),
  crl: parseCrl,
  pem: derFromPem,
  'snp-report': readReport,
  'cca-token': (bytes) => {
    const { platform, realm } = readCollection(bytes)
    return [readPlatformClaims(readMap(platform.payload)), readRealmClaims(readMap(realm.payload))]
  },
  'psa-token': (bytes) => readMap(readSign1(bytes).payload),
  'nitro-document': (bytes) => readDocument(readMap(readSign1(bytes).payload)),
  'spdm-report': readSpdmReport,
} as const satisfies Readonly<Record<string, (bytes: Uint8Array) => unknown>>

export type EvidenceReader = keyof typeof EVIDENCE_READERS
