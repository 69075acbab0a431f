/** What an enclave needs of the hardware it runs on; one driver per TEE. */
import type { Secret } from '@pha/core/crypto'
import type { Context, Evidence } from '@pha/core/protocol'

export interface TeeDriver {
  readonly kind: Evidence['type']
  /** Whatever kind its evidence has: no hardware is behind it. */
  readonly isSimulated?: boolean
  /** Which build runs, 32 bytes, as the chain's registry lists it. */
  measurement(): Uint8Array
  /**
   * Evidence that the measured program chose these 64 bytes.
   * @throws CryptoError unless there are 64; TeeError
   */
  quote(reportData: Uint8Array): Promise<Evidence>
  /**
   * 32 bytes that only this program on this machine gets, the same after each start.
   * `undefined` where the TEE has no such key (docs/adr/0019-sealing-keys.md).
   */
  sealingKey(context: Context): Secret | undefined
}
