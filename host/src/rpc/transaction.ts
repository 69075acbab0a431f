/** `transaction_v1_*` and `transactionWatch_v1_*`: extrinsics on their way into a block (JSON-RPC interface specification). */
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import type { CheckTxRefusal } from '../consensus/index.ts'
import type { PoolStatus } from '../node/pool.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, RpcMethod } from './method.ts'

/** Refusals that time may mend; after any other an extrinsic is not submitted again. */
const PASSING: ReadonlySet<CheckTxRefusal> = new Set(['tx.pool-full', 'tx.sender-limit', 'tx.busy'])

/** Refusals that say something of the extrinsic, and not of what the node has room for. */
const INVALID: ReadonlySet<CheckTxRefusal> = new Set(['tx.invalid', 'tx.unknown-validity', 'tx.banned', 'tx.too-large'])

/** `transaction_v1_broadcast` has no events: the name counts its operations and begins their identifiers. */
const BROADCAST = 'transaction_v1'

/**
 * Submits an extrinsic, and again until it is final, refused for good, or the operation is stopped.
 * @returns the operation; `null` if the connection broadcasts as many as it may
 */
export const transaction_v1_broadcast: RpcMethod = (params, call) => {
  const extrinsic = params.bytes(0)
  const connection = call.subscriptions()
  if (connection.count(BROADCAST) >= rpcLimits.broadcasts) return null
  return connection.open(BROADCAST, () => broadcast(extrinsic, call))
}

export const transaction_v1_stop: RpcMethod = (params, { subscriptions }) => {
  subscriptions().close(params.text(0))
  return null
}

export const transactionWatch_v1_submitAndWatch: RpcMethod = (params, call) => {
  const extrinsic = params.bytes(0)
  const connection = call.subscriptions()
  const id = connection.open('transactionWatch_v1_watchEvent', (send) => {
    const watch = { stop: () => {}, isEnded: false }
    const end = (...events: readonly object[]): void => {
      for (const event of events) send(event)
      connection.close(id)
    }
    submitAndWatch(extrinsic, call, send, end)
      .then((stop) => {
        if (watch.isEnded) stop()
        else watch.stop = stop
      })
      .catch((cause: unknown) => {
        call.onFault('transactionWatch_v1_submitAndWatch', cause)
        end({ event: 'error', error: 'Internal error' })
      })
    return () => {
      watch.isEnded = true
      watch.stop()
    }
  })
  return id
}

export const transactionWatch_v1_unwatch: RpcMethod = transaction_v1_stop

/** @returns what ends it */
function broadcast(extrinsic: Uint8Array, { chain, pool, source, onFault }: RpcCall): () => void {
  const hash = blake2b256(extrinsic)
  let [wait, due] = [1, 0]
  const submit = (): void => {
    pool.submit(extrinsic, source).then(
      (result) => {
        if (!result.ok && !PASSING.has(result.reason)) stop()
      },
      (cause: unknown) => onFault('transaction_v1_broadcast', cause),
    )
  }
  const stop = chain.onFinalised(({ block: { header } }) => {
    if (chain.database.extrinsic(hash) !== undefined) return stop()
    if (header.number < due) return
    wait = Math.min(2 * wait, rpcLimits.broadcastBlocks)
    due = header.number + wait
    submit()
  })
  submit()
  return stop
}

/** Resolves once the extrinsic waits or is refused; with what ends the watch. */
async function submitAndWatch(
  extrinsic: Uint8Array,
  { chain, pool, source }: RpcCall,
  send: (event: object) => void,
  end: (...events: readonly object[]) => void,
): Promise<() => void> {
  const hash = blake2b256(extrinsic)
  const result = await pool.submit(extrinsic, source)
  if (!result.ok && result.reason !== 'tx.already-imported') {
    end({ event: INVALID.has(result.reason) ? 'invalid' : 'dropped', error: result.detail })
    return () => {}
  }
  const reportPlace = (): void => {
    const place = chain.database.extrinsic(hash)
    if (place === undefined) return end({ event: 'dropped', error: 'too many watchers' })
    const block = { hash: toHex(place.blockHash), index: place.index }
    end({ event: 'bestChainBlockIncluded', block }, { event: 'finalized', block })
  }
  const stop = pool.watch(hash, ({ type }: PoolStatus) => {
    if (type === 'ready') send({ event: 'validated' })
    else if (type === 'finalised') reportPlace()
    else if (type === 'invalid') end({ event: 'invalid', error: 'no longer valid' })
    else if (type === 'dropped') end({ event: 'dropped', error: 'waited too long, or made room' })
  })
  if (stop === undefined) reportPlace()
  return stop ?? (() => {})
}
