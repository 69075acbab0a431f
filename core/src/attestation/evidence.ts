/** What a verifier gets: evidence as the platform gave it, and collateral as the vendor published it. Nothing is fetched. */

/** Evidence by TEE. Bytes are in the vendor's own format. */
export type AttestationEvidence =
  /** SCALE of `SimulatedQuote`. */
  | { readonly type: 'Simulated'; readonly quote: Uint8Array }
  /** DCAP quote version 3. */
  | { readonly type: 'Sgx'; readonly quote: Uint8Array }
  /** DCAP quote version 4 or 5. */
  | { readonly type: 'Tdx'; readonly quote: Uint8Array }
  /** Attestation report of 1,184 bytes, and the chip's or the provider's certificate (VCEK or VLEK, DER). */
  | { readonly type: 'SevSnp'; readonly report: Uint8Array; readonly vek: Uint8Array }
  /** CBOR, tag 399: platform token and realm token. */
  | { readonly type: 'Cca'; readonly token: Uint8Array }
  /** COSE_Sign1. */
  | { readonly type: 'Psa'; readonly token: Uint8Array }
  /** COSE_Sign1; carries its certificates. */
  | { readonly type: 'Nitro'; readonly document: Uint8Array }
  /** Attestation verification report: the exact JSON body, its signature (raw bytes), certificates (DER, signer first). */
  | {
      readonly type: 'Ias'
      readonly report: Uint8Array
      readonly signature: Uint8Array
      readonly certificates: readonly Uint8Array[]
    }
  /** SPDM measurement response with its request in front, and the device's certificates (DER, device first). */
  | { readonly type: 'NvidiaGpu'; readonly report: Uint8Array; readonly certificates: readonly Uint8Array[] }

/** Intel's collateral for one platform family (FMSPC). Texts are the exact signed bytes, chains DER with the signer first. */
export interface DcapCollateral {
  readonly tcbInfo: Uint8Array
  /** r || s, 64 bytes. */
  readonly tcbInfoSignature: Uint8Array
  readonly tcbInfoIssuerChain: readonly Uint8Array[]
  readonly qeIdentity: Uint8Array
  /** r || s, 64 bytes. */
  readonly qeIdentitySignature: Uint8Array
  readonly qeIdentityIssuerChain: readonly Uint8Array[]
  /** DER. Mandatory; absent is refused by a reason of its own. */
  readonly rootCaCrl: Uint8Array | undefined
  /** DER, of the CA that issued the PCK certificate. Mandatory. */
  readonly pckCrl: Uint8Array | undefined
  readonly pckCrlIssuerChain: readonly Uint8Array[]
  /** Only for quotes that do not carry it. */
  readonly pckCertificateChain: readonly Uint8Array[] | undefined
}

/** AMD's collateral for one product. */
export interface SnpCollateral {
  /** ASK for a VCEK, ASVK for a VLEK; DER. */
  readonly ask: Uint8Array
  /** DER. */
  readonly ark: Uint8Array
  /** DER, of the ARK. `undefined` is refused unless `isCrlOptional`. */
  readonly crl: Uint8Array | undefined
}

/** Public keys that a vendor or verifier vouches for: the anchors of tokens without certificates. */
export interface AnchorKey {
  readonly curve: 'P-256' | 'P-384' | 'P-521'
  /** Uncompressed point (SEC 1). */
  readonly point: Uint8Array
}

export type AttestationCollateral =
  | { readonly type: 'None' }
  | { readonly type: 'Dcap'; readonly dcap: DcapCollateral }
  | { readonly type: 'Snp'; readonly snp: SnpCollateral }
  | { readonly type: 'AnchorKeys'; readonly keys: readonly AnchorKey[] }
