/**
 * What is kept of evidence once it is verified: enough to judge its platform again under newer collateral and another
 * policy, a hundredth of the evidence in size. Who runs what is in the registry; this is about the platform alone.
 */
import { type Infer, t } from '../../schema/index.ts'
import { SnpProductName } from '../policy/schema.ts'

const serial = t.boundedBytes(20)

export const QuotingEnclave = t.struct('QuotingEnclave', {
  miscSelect: t.fixedBytes(4),
  attributes: t.fixedBytes(16),
  mrSigner: t.bytes32,
  isvProdId: t.u16,
  isvSvn: t.u16,
})

export const TrustDomain = t.struct('TrustDomain', {
  teeTcbSvn: t.fixedBytes(16),
  mrSignerSeam: t.fixedBytes(48),
  seamAttributes: t.fixedBytes(8),
  tdAttributes: t.fixedBytes(8),
  xfam: t.fixedBytes(8),
  mrServiceTd: t.option(t.fixedBytes(48)),
})

export const DcapStanding = t.struct(
  'DcapStanding',
  {
    fmspc: t.fixedBytes(6),
    pceId: t.fixedBytes(2),
    components: t.fixedBytes(16),
    pceSvn: t.u16,
    quotingEnclave: QuotingEnclave,
    trustDomain: t.option(TrustDomain),
    pckSerial: serial,
    pckCaSerial: serial,
    pckCaKey: t.bytes32,
    certificatesUntil: t.u64,
  },
  'Of an SGX enclave or a trust domain: the versions of its platform, and the certificates that may be revoked. pckCaKey: SHA-256 of the SubjectPublicKeyInfo.',
)
export type DcapStanding = Infer<typeof DcapStanding>

export const SnpSigningKey = t.enum('SnpSigningKey', { VCEK: null, VLEK: null })
export type SnpSigningKey = Infer<typeof SnpSigningKey>

const SnpFirmware = t.struct('SnpFirmware', {
  fmc: t.option(t.u8),
  bootLoader: t.u8,
  tee: t.u8,
  snp: t.u8,
  microcode: t.u8,
})

export const SnpStanding = t.struct(
  'SnpStanding',
  {
    product: SnpProductName,
    signingKey: SnpSigningKey,
    vmpl: t.u8,
    policy: t.u64,
    platformInfo: t.u64,
    reportedTcb: SnpFirmware,
    committedTcb: SnpFirmware,
    committedBuild: t.struct('SnpBuild', { major: t.u8, minor: t.u8, build: t.u8 }),
    vekSerial: serial,
    askKey: t.bytes32,
    certificatesUntil: t.u64,
  },
  'Of an SEV-SNP guest: its policy, the firmware of its platform, and its certificates. askKey: SHA-256 of the SubjectPublicKeyInfo of who certified its key.',
)
export type SnpStanding = Infer<typeof SnpStanding>

export const Standing = t.enum('Standing', {
  Simulated: { root: t.bytes32 },
  Dcap: DcapStanding,
  Snp: SnpStanding,
  Cca: { lifecycle: t.u16, instance: t.boundedBytes(64), anchorKey: t.bytes32 },
  Nitro: { timestampMs: t.u64, certificatesUntil: t.u64 },
})
export type Standing = Infer<typeof Standing>
