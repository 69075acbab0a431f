/** What vendors publish about their platforms, as it is sent to the chain and kept there. No logic. */
import { SnpProductName, SnpSigningKey } from '@pha/core/attestation/schema'
import { limits, Tee } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'

const certificate = t.boundedBytes(limits.evidenceCertificate)
const issuerChain = t.boundedVec(certificate, limits.collateralChain)
const signature = t.fixedBytes(64)

export const DcapTee = t.enum('DcapTee', { Sgx: null, Tdx: null })
export type DcapTee = Infer<typeof DcapTee>

export const DcapCollateral = t.struct(
  'DcapCollateral',
  {
    tee: DcapTee,
    tcbInfo: t.boundedBytes(limits.collateralText),
    tcbInfoSignature: signature,
    tcbInfoIssuerChain: issuerChain,
    qeIdentity: t.boundedBytes(limits.collateralText),
    qeIdentitySignature: signature,
    qeIdentityIssuerChain: issuerChain,
    rootCaCrl: t.boundedBytes(limits.revocationList),
    pckCrl: t.boundedBytes(limits.revocationList),
    pckCrlIssuerChain: issuerChain,
  },
  'Of Intel, for SGX or TDX on one family of platforms. Texts are the exact signed bytes, certificates and lists DER, signers first.',
)
export type DcapCollateral = Infer<typeof DcapCollateral>

export const SnpCollateral = t.struct(
  'SnpCollateral',
  { ask: certificate, ark: certificate, crl: t.boundedBytes(limits.revocationList) },
  'Of AMD, for one product: the ASK, or the ASVK for keys that a cloud provider holds; the ARK and its revocation list. DER.',
)
export type SnpCollateral = Infer<typeof SnpCollateral>

export const Collateral = t.enum('Collateral', { Dcap: DcapCollateral, Snp: SnpCollateral })
export type Collateral = Infer<typeof Collateral>

export const PlatformFamily = t.enum(
  'PlatformFamily',
  {
    Dcap: { tee: DcapTee, fmspc: t.fixedBytes(6), pckCaKey: t.bytes32 },
    Snp: { product: SnpProductName, signingKey: SnpSigningKey },
    Other: Tee,
  },
  'Platforms that one collateral is about, or all of a kind that needs none. pckCaKey: SHA-256 of the SubjectPublicKeyInfo of the CA that certified them.',
)
export type PlatformFamily = Infer<typeof PlatformFamily>

export const CollateralVersion = t.enum(
  'CollateralVersion',
  {
    Dcap: {
      tcbInfoNumber: t.u32,
      tcbInfoIssuedAt: t.u64,
      qeIdentityNumber: t.u32,
      qeIdentityIssuedAt: t.u64,
      rootCrlIssuedAt: t.u64,
      pckCrlIssuedAt: t.u64,
    },
    Snp: { askIssuedAt: t.u64, crlIssuedAt: t.u64 },
  },
  'How new collateral is: evaluation numbers, and seconds since 1970. None of them ever goes back.',
)
export type CollateralVersion = Infer<typeof CollateralVersion>

export const HeldCollateral = t.struct(
  'HeldCollateral',
  { collateral: Collateral, heldSince: t.u32, expiresAt: t.u64 },
  'Collateral whose signatures were verified in block heldSince. At expiresAt (seconds) the first of its parts is due for renewal.',
)
export type HeldCollateral = Infer<typeof HeldCollateral>

export const RootList = t.struct(
  'RootList',
  { root: certificate, crl: t.boundedBytes(limits.revocationList) },
  'Which authorities a root of a vendor has revoked: Intel, of its PCK CAs and signers; an ARK of AMD, of its ASK and ASVK. DER.',
)
export type RootList = Infer<typeof RootList>

export const HeldRootList = t.struct(
  'HeldRootList',
  { list: RootList, issuedAt: t.u64 },
  'A list whose signature was verified, and when the vendor issued it, in seconds since 1970.',
)
export type HeldRootList = Infer<typeof HeldRootList>

export const AnchorKey = t.struct(
  'AnchorKey',
  { curve: t.enum('AnchorCurve', { P256: null, P384: null, P521: null }), point: t.boundedBytes(133) },
  'A public key that tokens of one Arm platform are signed with: an uncompressed point (SEC 1). No vendor signs these, so governance names them.',
)
export type AnchorKey = Infer<typeof AnchorKey>

const pins = t.boundedVec(t.bytes32, 4)

export const TestRoots = t.struct(
  'TestRoots',
  { intel: pins, milan: pins, genoa: pins, turin: pins, awsNitro: pins },
  'Root keys that play vendors on development chains, those of AMD by product, each as the SHA-256 of its SubjectPublicKeyInfo. Anyone may know their secrets.',
)
export type TestRoots = Infer<typeof TestRoots>
