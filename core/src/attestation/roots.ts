/** Whom the verifiers believe: vendors' root keys, each as SHA-256 of its DER SubjectPublicKeyInfo (RFC 7469, section 2.4). */

/** A set of keys, each named by the SHA-256 of its DER SubjectPublicKeyInfo, 32 bytes. */
export type Pins = readonly Uint8Array[]

export interface TrustedRoots {
  /** Intel SGX Root CA, for SGX and TDX. */
  readonly intel: Pins
  /** Intel's Attestation Report Signing CA of 2016 (IAS, EPID). */
  readonly intelIas: Pins
  /** AMD Root Keys (ARK), by product: a Milan root vouches for Milan only. */
  readonly amd: { readonly Milan: Pins; readonly Genoa: Pins; readonly Turin: Pins }
  /** AWS Nitro Enclaves root. */
  readonly awsNitro: Pins
  /** NVIDIA Device Identity CA. */
  readonly nvidiaGpu: Pins
  /** ed25519 public keys of simulated platforms' roots. Empty in production. */
  readonly simulated: readonly Uint8Array[]
}
