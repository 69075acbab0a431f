/** `author_*`: extrinsics on their way into a block. */
import { toHex } from '@pha/core/codec'
import type { CheckTxRefusal } from '../consensus/index.ts'
import type { PoolStatus } from '../node/pool.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, RpcMethod } from './method.ts'
import { RpcError, type RpcErrorCode } from './rpc-error.ts'

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

async function submit(extrinsic: Uint8Array, { pool, source }: RpcCall): Promise<Uint8Array> {
  const result = await pool.submit(extrinsic, source)
  if (result.ok) return result.hash
  const { code, message, fix } = REFUSALS[result.reason]
  throw new RpcError(code, `${message}: ${result.detail}`, fix)
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

const REFUSALS: Readonly<Record<CheckTxRefusal, { code: RpcErrorCode; message: string; fix?: string }>> = {
  'tx.invalid': { code: 'rpc.tx-invalid', message: 'Invalid Transaction' },
  'tx.unknown-validity': { code: 'rpc.tx-unknown-validity', message: 'Unknown Transaction Validity' },
  'tx.already-imported': {
    code: 'rpc.tx-already-imported',
    message: 'Already Imported',
    fix: 'nothing to do: it is in a finalised block, see pha_extrinsic',
  },
  'tx.nonce-taken': {
    code: 'rpc.tx-nonce-taken',
    message: 'Priority is too low: another extrinsic of this sender has the nonce',
    fix: 'sign again with system_accountNextIndex, or with a tip at least a tenth higher',
  },
  'tx.too-large': { code: 'rpc.tx-invalid', message: 'Exhausts Resources' },
  'tx.sender-limit': {
    code: 'rpc.tx-pool-full',
    message: 'Immediately Dropped: too many of this sender wait',
    fix: 'submit again when some of them are final',
  },
  'tx.banned': {
    code: 'rpc.tx-banned',
    message: 'Transaction is temporarily banned: it can never be valid',
    fix: 'sign it anew',
  },
  'tx.source-silenced': {
    code: 'rpc.tx-source-silenced',
    message: 'Transaction is temporarily banned: this connection',
    fix: 'wait, and submit only what is valid',
  },
  'tx.busy': {
    code: 'rpc.tx-busy',
    message: 'Immediately Dropped: the node checks as many signatures as it can',
    fix: 'submit again later',
  },
  'tx.pool-full': {
    code: 'rpc.tx-pool-full',
    message: 'Immediately Dropped: the pool is full',
    fix: 'submit again later',
  },
}
