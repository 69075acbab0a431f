/** The entry that a contract's bundle installs for the JavaScript executor. */
import { written } from '@pha/core/codec'
import type { Contract } from './contract.ts'
import { dispatch } from './dispatch.ts'
import type { GuestHost } from './host.ts'

interface GuestCall {
  readonly kind: 'init' | 'command' | 'query'
  readonly input: ArrayBuffer
  readonly caller: ArrayBuffer
  readonly contract: ArrayBuffer
  readonly blockNumber: number
  readonly blockTime: number
  readonly seed: ArrayBuffer
}

interface ExecutorHost {
  get(key: ArrayBuffer): ArrayBuffer | undefined
  set(key: ArrayBuffer, value: ArrayBuffer | undefined): void
  nextKey(prefix: ArrayBuffer, after: ArrayBuffer | undefined): ArrayBuffer | undefined
  gasLeft(): bigint
}

declare global {
  var __pha_host: ExecutorHost
  var __pha_main: (call: GuestCall) => { ok: boolean; output: ArrayBuffer }
}

/** Makes `contract` what the executor calls. */
export function serve(contract: Contract): void {
  written(() => {}) // leaves a writer in the image that each message starts from
  const host = globalThis.__pha_host
  const bytesHost: GuestHost = {
    get: (key) => optionalBytes(host.get(buffer(key))),
    set: (key, value) => host.set(buffer(key), value === undefined ? undefined : buffer(value)),
    nextKey: (prefix, after) =>
      optionalBytes(host.nextKey(buffer(prefix), after === undefined ? undefined : buffer(after))),
    gasLeft: () => host.gasLeft(),
  }
  globalThis.__pha_main = (call) => {
    const invocation = {
      kind: call.kind,
      input: new Uint8Array(call.input),
      caller: new Uint8Array(call.caller),
      self: new Uint8Array(call.contract),
      block: { number: call.blockNumber, time: BigInt(call.blockTime) },
      random: new Uint8Array(call.seed),
    }
    const { ok, output } = dispatch(contract, invocation, bytesHost)
    return { ok, output: buffer(output) }
  }
}

function optionalBytes(value: ArrayBuffer | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : new Uint8Array(value)
}

/** Exactly the bytes of a view, in a buffer of their own. */
function buffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length)
  new Uint8Array(copy).set(bytes)
  return copy
}
