/**
 * The operator's account at work: signs what its enclave wants on chain and sends it until it is in a finalised block.
 *
 * A call that is refused or lost is sent again; its nonce is the node's next one, so no gap stays open when the node
 * forgets its pool, and an extrinsic is signed anew only when the old one cannot be included any more. Calls of
 * enclaves may be repeated on chain without harm, which covers what is left: a host that dies before it learns.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { fromHex, type Hex, toHex } from '@pha/core/codec'
import { blake2b256, type Keypair } from '@pha/core/crypto'
import type { DispatchFailure } from '@pha/runtime/frame'
import { chainTypes } from '@pha/runtime/pallets'
import type { Logger } from 'pino'
import { Backoff } from './backoff.ts'
import type { ChainReader, Genesis } from './chain-reader.ts'
import { workerLimits } from './limits.ts'
import { signExtrinsic } from './sign-extrinsic.ts'
import { whyRefused } from './why-refused.ts'
import { codeOf, WorkerError } from './worker-error.ts'

export interface OperatorComponents {
  readonly chain: ChainReader
  readonly genesis: Promise<Genesis>
  readonly log: Logger
}

interface Waiting {
  readonly call: Uint8Array
  readonly done: PromiseWithResolvers<void>
  readonly backoff: Backoff
  extrinsic?: { readonly bytes: Uint8Array; readonly hash: Hex }
  /** When it is sent, or sent again, if it is in no block by then; milliseconds. */
  due: number
}

/**
 * @example
 * await using operator = new Operator(keypair, { chain, genesis, log })
 * await operator.submit(contracts.calls.commit.encode(args)) // resolves when final
 */
export class Operator implements AsyncDisposable {
  readonly #keypair: Keypair
  readonly #chain: ChainReader
  readonly #genesis: Promise<Genesis>
  readonly #log: Logger
  readonly #waiting: Waiting[] = []
  readonly #stop = new AbortController()
  #working: Promise<void> | undefined
  #again = false

  constructor(keypair: Keypair, { chain, genesis, log }: OperatorComponents) {
    this.#keypair = keypair
    this.#chain = chain
    this.#genesis = genesis
    // Whoever signs gets the reason.
    genesis.catch(() => {})
    this.#log = log
  }

  get account(): Uint8Array {
    return this.#keypair.accountId
  }

  /**
   * Resolves when the call is in a finalised block, whatever it did there. A call that waits already is not sent twice.
   * @throws WorkerError `worker.operator-busy`, `worker.stopped`
   */
  submit(call: Uint8Array): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.reject(new WorkerError('worker.stopped'))
    const same = this.#waiting.find((waiting) => Buffer.compare(waiting.call, call) === 0)
    if (same !== undefined) return same.done.promise
    if (this.#waiting.length >= workerLimits.operatorCalls) {
      return Promise.reject(new WorkerError('worker.operator-busy'))
    }
    const backoff = new Backoff(workerLimits.retryMs, workerLimits.longestRetryMs)
    const waiting: Waiting = { call, done: Promise.withResolvers(), backoff, due: 0 }
    this.#waiting.push(waiting)
    this.#wake()
    return waiting.done.promise
  }

  /** Looks whether a new block has what waits. */
  onBlock(): void {
    if (this.#waiting.length > 0) this.#wake()
  }

  /** The node may have lost its pool: sends everything again that is in no block. */
  onConnect(): void {
    for (const waiting of this.#waiting) waiting.due = 0
    this.onBlock()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    for (const { done } of this.#waiting.splice(0)) {
      done.promise.catch(() => {})
      done.reject(new WorkerError('worker.stopped'))
    }
    await this.#working
  }

  /** One pass at a time: nonces are given out in order. */
  #wake(): void {
    this.#again = true
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
    })
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stop.signal.aborted) {
      this.#again = false
      try {
        for (const waiting of [...this.#waiting]) await this.#advance(waiting)
      } catch (error) {
        if (this.#stop.signal.aborted) return
        this.#log.warn(
          { code: codeOf(error), waiting: this.#waiting.length },
          'calls of the operator wait for the node',
        )
        this.#wakeIn(workerLimits.longestRetryMs)
      }
    }
  }

  async #advance(waiting: Waiting): Promise<void> {
    if (waiting.extrinsic !== undefined) {
      const place = await this.#chain.extrinsic(waiting.extrinsic.hash)
      if (place !== undefined) return this.#settle(waiting, place)
    }
    if (Date.now() < waiting.due) return
    waiting.extrinsic ??= await this.#sign(waiting.call)
    try {
      await this.#chain.submit(waiting.extrinsic.bytes)
      waiting.due = Date.now() + workerLimits.resubmitMs
    } catch (error) {
      const refused = error instanceof WorkerError && error.code === 'worker.node-refused'
      if (!refused) throw error
      this.#refused(waiting, error.refusal)
    }
    this.#wakeIn(waiting.due - Date.now())
  }

  #refused(waiting: Waiting, refusal: string | undefined): void {
    if (refusal === 'rpc.tx-already-imported') {
      waiting.due = Date.now() + workerLimits.resubmitMs
      return
    }
    // A full pool takes the same bytes later. Anything else means that they are, or were, of no use: a nonce that is
    // used, a signature for another runtime version.
    if (refusal !== 'rpc.tx-pool-full') delete waiting.extrinsic
    waiting.due = Date.now() + waiting.backoff.next()
    this.#log.debug({ refusal, call: callName(waiting.call) }, 'call not taken by the node, sending again')
  }

  async #sign(call: Uint8Array): Promise<NonNullable<Waiting['extrinsic']>> {
    const [{ hash }, nonce, { specVersion, transactionVersion }] = await Promise.all([
      this.#genesis,
      this.#chain.nextNonce(this.account),
      this.#chain.runtimeVersion(),
    ])
    const genesisHash = fromHex(hash)
    const bytes = signExtrinsic(this.#keypair, call, { nonce, specVersion, transactionVersion, genesisHash })
    return { bytes, hash: toHex(blake2b256(bytes)) }
  }

  async #settle(waiting: Waiting, place: { readonly blockHash: Uint8Array; readonly index: number }): Promise<void> {
    const index = this.#waiting.indexOf(waiting)
    if (index >= 0) this.#waiting.splice(index, 1)
    waiting.done.resolve()
    const failure = await this.#failure(place).catch(() => undefined)
    if (failure === undefined) return
    const why = await whyRefused(this.#chain, waiting.call, place.blockHash).catch(() => undefined)
    this.#log.warn({ call: callName(waiting.call), error: failure, ...why }, 'call had no effect')
  }

  /** Why a call in a block had no effect; `undefined` if it had. */
  async #failure({ blockHash, index }: { blockHash: Uint8Array; index: number }): Promise<string | undefined> {
    for (const { phase, event } of await this.#chain.events(blockHash)) {
      if (phase.type !== 'ApplyExtrinsic' || phase.value !== index) continue
      if (event.type === 'System' && event.value.type === 'ExtrinsicFailed') {
        return errorName(event.value.value.dispatchError)
      }
    }
    return undefined
  }

  #wakeIn(ms: number): void {
    sleep(Math.max(ms, 0), undefined, { signal: this.#stop.signal, ref: false }).then(
      () => this.#wake(),
      () => {},
    )
  }
}

/** `Contracts.commit`: enough to find the call, and nothing of what is in it. */
function callName([palletIndex, callIndex]: Uint8Array): string {
  const pallet = palletNumber(palletIndex)
  const name = Object.keys(pallet?.calls ?? {}).find((key) => pallet?.calls[key]?.index === callIndex)
  return `${pallet?.name ?? palletIndex}.${name ?? callIndex}`
}

function errorName(error: DispatchFailure['error']): string {
  if (error.type !== 'Module') return error.type
  const { index, error: code } = error.value
  const pallet = palletNumber(index)
  const name = Object.keys(pallet?.errors ?? {}).find((key) => pallet?.errors[key]?.index === code[0])
  return `${pallet?.name ?? index}.${name ?? code[0]}`
}

interface NamedPallet {
  readonly name: string
  readonly index: number
  readonly calls: { readonly [name: string]: { readonly index: number } }
  readonly errors: { readonly [name: string]: { readonly index: number } }
}

function palletNumber(index: number | undefined): NamedPallet | undefined {
  return chainTypes.pallets.find((pallet: NamedPallet) => pallet.index === index)
}
