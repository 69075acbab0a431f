/** What a machine's TEE offers through its own interface: one file beside this for each interface. */
import type { Secret } from '@pha/core/crypto'
import type { Evidence } from '@pha/core/protocol'

export interface Platform {
  readonly kind: Exclude<Evidence['type'], 'Simulated'>
  /**
   * Evidence over 64 bytes, as the interface gives it: `hardwareTee` looks whether it is for them.
   * @throws TeeError
   */
  evidence(reportData: Uint8Array): Promise<Evidence>
  /**
   * Bytes that only this program on this machine gets, after each start the same.
   * `undefined` where nothing offers that (docs/adr/0019-sealing-keys.md).
   */
  readonly sealingSecret: Secret | undefined
}
