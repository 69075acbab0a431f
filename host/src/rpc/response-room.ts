/** How much one answer may hold. Values are up to 8 MiB each, so a bound on their number bounds nothing. */
import { type Hex, toHex } from '@pha/core/codec'
import { rpcLimits } from './limits.ts'
import { RpcError } from './rpc-error.ts'

export class ResponseRoom {
  #left: number = rpcLimits.responseBytes

  get isFull(): boolean {
    return this.#left <= 0
  }

  /** @throws RpcError `rpc.response-too-large` if that does not fit any more; what comes after it then neither */
  take(characters: number): void {
    this.#left -= characters
    if (this.#left < 0) {
      throw new RpcError(
        'rpc.response-too-large',
        `An answer, or those of a batch, would be longer than ${rpcLimits.responseBytes} bytes`,
        'ask for less at once',
      )
    }
  }

  /** Hex of bytes that may be absent. Throws as `take`. */
  optionalHex(bytes: Uint8Array | undefined): Hex | null {
    if (bytes === undefined) return null
    this.take(2 * bytes.length)
    return toHex(bytes)
  }
}
