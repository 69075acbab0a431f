/** `author_*`: extrinsics on their way into a block. */
import { toHex } from '@pha/core/codec'
import type { PoolStatus } from '../node/pool.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, RpcMethod } from './method.ts'
import { submit } from './submit.ts'

/** polkadot.js drops `inBlock` if `finalized` follows at once. */
const FINALISED_GAP_MS = 200

export const author_submitExtrinsic: RpcMethod = async (params, call) => toHex(await submit(params.bytes(0), call))

export const author_submitAndWatchExtrinsic: RpcMethod = async (params, call) => {
  const subscriptions = call.subscriptions()
  const hash = await submit(params.bytes(0), call)
  return subscriptions.open('author_extrinsicUpdate', (send) => {
    const stopped = new AbortController()
    const stop = call.pool.watch(hash, (status) => {
      void report(status, send, call, stopped.signal)
    })
    if (stop === undefined) reportFinalised(hash, send, call)
    return () => {
      stopped.abort()
      stop?.()
    }
  })
}
export const author_unwatchExtrinsic: RpcMethod = (params, { subscriptions }) => subscriptions().close(params.text(0))

/** What is ready comes first; the answer ends at `rpcLimits.pendingBytes`. */
export const author_pendingExtrinsics: RpcMethod = (_, { pool }) => {
  const pending: string[] = []
  let room: number = rpcLimits.pendingBytes
  for (const extrinsic of pool.pending()) {
    room -= extrinsic.length
    if (room < 0) break
    pending.push(toHex(extrinsic))
  }
  return pending
}

async function report(
  status: PoolStatus,
  send: (update: unknown) => void,
  { clock }: RpcCall,
  signal: AbortSignal,
): Promise<void> {
  if (status.type === 'usurped') return send({ usurped: status.by })
  if (status.type !== 'finalised') return send(status.type)
  const blockHash = toHex(status.blockHash)
  send({ inBlock: blockHash })
  await clock.sleep(FINALISED_GAP_MS, signal)
  if (!signal.aborted) send({ finalized: blockHash })
}

/** The extrinsic became final between its submission and the start of the watch, or has too many watchers. */
function reportFinalised(hash: Uint8Array, send: (update: unknown) => void, { chain }: RpcCall): void {
  const place = chain.database.extrinsic(hash)
  send(place === undefined ? 'dropped' : { finalized: toHex(place.blockHash) })
}
