/** The calls of one connection that wait for blocks. They hold up no other, so nothing else bounds how many there are. */
import { rpcLimits } from './limits.ts'
import { RpcError } from './rpc-error.ts'

export class WaitingCalls {
  #count = 0
  #characters = 0

  /**
   * Counts one more, until it is disposed of.
   * @param characters of its request, which is kept as long
   * @throws RpcError `rpc.too-many-waiting`
   * @example
   * using _ = waiting.enter(text.length)
   */
  enter(characters: number): Disposable {
    const isFull = this.#count >= rpcLimits.waitingCalls
    if (isFull || this.#characters + characters > rpcLimits.requestBytes) {
      throw new RpcError(
        'rpc.too-many-waiting',
        `At most ${rpcLimits.waitingCalls} calls of one connection wait at a time, of ${rpcLimits.requestBytes} bytes`,
        'ask again when one is answered, or submit without waiting',
      )
    }
    this.#count++
    this.#characters += characters
    return {
      [Symbol.dispose]: () => {
        this.#count--
        this.#characters -= characters
      },
    }
  }
}
