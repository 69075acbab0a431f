/** What an enclave needs of the hardware it runs on; one driver per TEE. */
import type { Secret } from '@pha/core/crypto'
import type { Context, Evidence } from '@pha/core/protocol'

export interface TeeDriver {
  readonly kind: Evidence['type']
  /** SHA-256 of the program that runs, as the chain's registry lists it. */
  measurement(): Uint8Array
  /**
   * Evidence that the measured program chose these 64 bytes.
   * @throws CryptoError unless there are 64
   */
  quote(reportData: Uint8Array): Promise<Evidence>
  /** 32 bytes that only this program on this machine gets, the same after each start. */
  sealingKey(context: Context): Secret
}
