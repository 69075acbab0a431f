/**
 * A host that takes one mark for a signature of whoever the extrinsic names, and checks every other one for real.
 * The runtime leaves signatures to its host (`RuntimeHost.verify`), so this is no double of the runtime: it saves the
 * millisecond that signing and checking take, of which ten million would be three hours.
 */
import type { MultiSignature } from '@pha/core/crypto'
import { MemoryHost } from '@pha/runtime/chain'

/** No account has made this signature, and none can. */
export const MARK: MultiSignature = { type: 'Sr25519', value: new Uint8Array(64).fill(0x5a) }

export class TrustingHost extends MemoryHost {
  override verify(...[scheme, signature, message, account]: Parameters<MemoryHost['verify']>): boolean {
    return signature.every((byte) => byte === 0x5a) || super.verify(scheme, signature, message, account)
  }
}
