/** Hands an extrinsic to the pool, and says in the client's terms why it does not wait there. */
import type { CheckTxRefusal } from '../consensus/index.ts'
import type { RpcCall } from './method.ts'
import { RpcError, type RpcErrorCode } from './rpc-error.ts'

/**
 * @returns the hash of the extrinsic, which waits now
 * @throws RpcError `rpc.tx-*`
 */
export async function submit(extrinsic: Uint8Array, { pool, source }: RpcCall): Promise<Uint8Array> {
  const result = await pool.submit(extrinsic, source)
  if (result.ok) return result.hash
  const { code, message, fix } = REFUSALS[result.reason]
  throw new RpcError(code, `${message}: ${result.detail}`, fix)
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
    message: 'Immediately Dropped: the node validates as many as it can',
    fix: 'submit again later',
  },
  'tx.pool-full': {
    code: 'rpc.tx-pool-full',
    message: 'Immediately Dropped: the pool is full',
    fix: 'submit again later',
  },
}
