/** @polkadot/api as its users write it, without their generated types: by names, as `balances.transferKeepAlive`. */
import { ApiPromise, WsProvider } from '@polkadot/api'
import type { ApiOptions, Signer, SignerOptions, SubmittableExtrinsic } from '@polkadot/api/types'
import type { EventRecord } from '@polkadot/types/interfaces'
import type { Codec, IKeyringPair } from '@polkadot/types/types'

/** The library's own providers do not fit its interface under `exactOptionalPropertyTypes`. */
export type Provider = NonNullable<ApiOptions['provider']>
export type Transaction = SubmittableExtrinsic<'promise'>

/** What became of an extrinsic, all as text. */
export interface Outcome {
  readonly hash: string
  readonly blockHash: string
  readonly statuses: readonly string[]
  /** `balances.Transfer`, in order. */
  readonly events: readonly string[]
  readonly records: readonly EventRecord[]
  /** `multisig.AlreadyApproved`, or the whole error if no pallet's. */
  readonly error: string | undefined
}

export interface SendOptions {
  /** Blocks; 0 is immortal. The library's own type forbids what its documentation shows. */
  readonly era?: number
  readonly tip?: bigint
  readonly nonce?: number
  readonly genesisHash?: string
  readonly signer?: Signer
  readonly withSignedTransaction?: boolean
  /** 1 signs a digest of the metadata (RFC-78). */
  readonly mode?: 0 | 1
  readonly metadataHash?: string
}

export interface Connection extends AsyncDisposable {
  readonly api: ApiPromise
}

/** Connects, and disconnects when disposed of. */
export async function connect(url: string, options: ApiOptions = {}): Promise<Connection> {
  const provider = new WsProvider(url) as Provider
  const api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true, ...options })
  return { api, [Symbol.asyncDispose]: () => api.disconnect() }
}

/**
 * @param name as `balances.transferKeepAlive`
 * @example
 * await sendAndWait(api, transaction(api, 'system.remark', '0x01'), alice)
 */
export function transaction(api: ApiPromise, name: string, ...args: unknown[]): Transaction {
  const [section = '', method = ''] = name.split('.')
  const make = api.tx[section]?.[method]
  if (make === undefined) throw new Error(`the metadata has no call ${name}`)
  return make(...args)
}

/** One entry of storage; `api` may be of an old block (`api.at(hash)`). */
export async function read(api: Pick<ApiPromise, 'query'>, name: string, ...args: unknown[]): Promise<Codec> {
  const [section = '', item = ''] = name.split('.')
  const entry = api.query[section]?.[item]
  if (entry === undefined) throw new Error(`the metadata has no storage ${name}`)
  return entry(...args)
}

/** @returns planck */
export async function freeBalance(api: Pick<ApiPromise, 'query'>, address: string | Uint8Array): Promise<bigint> {
  const { data } = JSON.parse(JSON.stringify(await read(api, 'system.account', address)))
  return BigInt(data.free)
}

/** Signs, sends and watches to finality. */
export function sendAndWait(
  api: ApiPromise,
  call: Transaction,
  pair: IKeyringPair | string,
  options: SendOptions = {},
): Promise<Outcome> {
  const statuses: string[] = []
  return new Promise((resolve, reject) => {
    call
      .signAndSend(pair, options as unknown as Partial<SignerOptions>, ({ status, events, txHash, dispatchError }) => {
        statuses.push(status.type)
        if (status.isInvalid || status.isDropped || status.isUsurped) reject(new Error(status.type))
        if (!status.isFinalized) return
        const hash = txHash.toHex()
        const names = events.map(({ event }) => `${event.section}.${event.method}`)
        let error: string | undefined
        if (dispatchError?.isModule) {
          const { section, name } = api.registry.findMetaError(dispatchError.asModule)
          error = `${section}.${name}`
        } else if (dispatchError !== undefined) error = dispatchError.toString()
        resolve({ hash, blockHash: status.asFinalized.toHex(), statuses, events: names, records: events, error })
      })
      .catch(reject)
  })
}
