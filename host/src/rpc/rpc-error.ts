/** What a client gets instead of a result. Both codes are stable: the number is JSON-RPC's or Substrate's, the text ours. */
import { CodedError } from '@pha/core/codec'

export type RpcErrorCode =
  | 'rpc.malformed-json'
  | 'rpc.invalid-request'
  | 'rpc.unknown-method'
  | 'rpc.bad-params'
  | 'rpc.internal'
  | 'rpc.batch-too-long'
  | 'rpc.needs-websocket'
  | 'rpc.too-many-subscriptions'
  | 'rpc.block-unknown'
  | 'rpc.state-pruned'
  | 'rpc.runtime-refused'
  | 'rpc.tx-invalid'
  | 'rpc.tx-unknown-validity'
  | 'rpc.tx-already-imported'
  | 'rpc.tx-nonce-taken'
  | 'rpc.tx-pool-full'
  | 'rpc.tx-busy'
  | 'rpc.tx-dropped'
  | 'rpc.tx-banned'
  | 'rpc.tx-source-silenced'
  | 'rpc.too-many-waiting'
  | 'rpc.too-many-follows'
  | 'rpc.block-not-pinned'
  | 'rpc.follow-without-runtime'
  | 'rpc.not-waiting'
  | 'rpc.duplicate-hashes'
  | 'rpc.rate-limited'
  | 'rpc.response-too-large'

const NUMBERS: Readonly<Record<RpcErrorCode, number>> = {
  'rpc.malformed-json': -32700,
  'rpc.invalid-request': -32600,
  'rpc.unknown-method': -32601,
  'rpc.bad-params': -32602,
  'rpc.internal': -32603,
  'rpc.batch-too-long': -32010,
  'rpc.needs-websocket': -32005,
  'rpc.too-many-subscriptions': -32006,
  'rpc.too-many-waiting': -32007,
  'rpc.block-unknown': 4003,
  'rpc.state-pruned': 4003,
  'rpc.runtime-refused': 4003,
  'rpc.tx-invalid': 1010,
  'rpc.tx-unknown-validity': 1011,
  'rpc.tx-already-imported': 1013,
  'rpc.tx-nonce-taken': 1014,
  'rpc.tx-pool-full': 1016,
  'rpc.tx-busy': 1016,
  'rpc.tx-dropped': 1016,
  'rpc.tx-banned': 1012,
  'rpc.tx-source-silenced': 1012,
  'rpc.too-many-follows': -32800,
  'rpc.block-not-pinned': -32801,
  'rpc.follow-without-runtime': -32802,
  'rpc.not-waiting': -32803,
  'rpc.duplicate-hashes': -32804,
  'rpc.rate-limited': -32999,
  'rpc.response-too-large': -32008,
}

export interface RpcErrorBody {
  readonly code: number
  readonly message: string
  readonly data: { readonly code: RpcErrorCode; readonly fix?: string }
}

export class RpcError extends CodedError<RpcErrorCode> {
  protected static override readonly codeInMessage = false
  override readonly name = 'RpcError'

  constructor(code: RpcErrorCode, message: string, fix?: string) {
    super(code, message, { fix })
  }

  toJSON(): RpcErrorBody {
    const { code, fix, message } = this
    return { code: NUMBERS[code], message, data: fix === undefined ? { code } : { code, fix } }
  }
}
