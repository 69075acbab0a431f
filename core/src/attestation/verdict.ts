/** What a verifier of evidence answers: facts, or why there are none. Whether the facts suffice is policy, on chain. */
import type { Tee } from '../protocol/index.ts'

/** What the hardware (or its simulation) vouches for. */
export interface Facts {
  readonly tee: Tee['type']
  /** SHA-256 of the measured program, 32 bytes. */
  readonly measurement: Uint8Array
  /** What the program put into its evidence, 64 bytes. */
  readonly reportData: Uint8Array
  /** A debug enclave can be read by its host. */
  readonly debug: boolean
  /** Which machine: 32 bytes, the same for all quotes of one platform. */
  readonly platform: Uint8Array
}

export type EvidenceFailure = 'evidence.malformed' | 'evidence.bad-certificate' | 'evidence.bad-signature'

export type Verdict =
  | { readonly ok: true; readonly facts: Facts }
  | { readonly ok: false; readonly reason: EvidenceFailure }
