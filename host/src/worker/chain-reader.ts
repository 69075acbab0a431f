/** What a worker's host reads from its node. Nothing is proven here: the enclave proves what matters to it. */
import { concatBytes, type Hex, toHex } from '@pha/core/codec'
import { type EnclaveRequest, Evidence, Header, limits, Registration } from '@pha/core/protocol'
import { type Infer, type Type, tryDecode } from '@pha/core/schema'
import { EventRecords, EvidenceAssessment, registry, system } from '@pha/runtime/pallets'
import { workerLimits } from './limits.ts'
import type { NodeConnection } from './node-connection.ts'
import { WorkerError } from './worker-error.ts'

type RequestOf<K extends EnclaveRequest['type']> = Extract<EnclaveRequest, { type: K }>['value']

/** The part of a pallet's storage item that reading needs. */
interface Readable<Keys extends readonly unknown[], T> {
  key(...keys: Keys): Uint8Array
  decode(stored: Uint8Array | undefined): T
}

export interface Genesis {
  readonly hash: Hex
  readonly header: Header
  /** Read proof of the finality authority. */
  readonly proof: readonly Uint8Array[]
}

const PAGE = 1_000

/** Typed answers of the node. Every method throws `WorkerError` as `NodeConnection.call` does, or `worker.node-malformed`. */
export class ChainReader {
  readonly #node: NodeConnection

  constructor(node: NodeConnection) {
    this.#node = node
  }

  /** One storage item at the newest block, or at `block`. */
  async storage<Keys extends readonly unknown[], T>(
    item: Readable<Keys, T>,
    keys: Keys,
    block?: Uint8Array,
  ): Promise<T> {
    const params = [toHex(item.key(...keys)), ...(block === undefined ? [] : [toHex(block)])]
    const stored = optionalBytes(await this.#node.call('state_getStorage', params))
    try {
      return item.decode(stored)
    } catch (cause) {
      throw new WorkerError('worker.node-malformed', { detail: 'state_getStorage', cause })
    }
  }

  /** What happened in a block. */
  async events(block: Uint8Array): Promise<Infer<typeof EventRecords>> {
    const stored = await this.#node.call('state_getStorage', [toHex(system.storage.events.key()), toHex(block)])
    return decoded(EventRecords, optionalBytes(stored) ?? EventRecords.encode([]))
  }

  /** What the runtime says of evidence for a registration, at a block. */
  async judge(
    { registration, evidence }: Pick<RequestOf<'Register'>, 'registration' | 'evidence'>,
    block: Uint8Array,
  ): Promise<EvidenceAssessment> {
    const input = concatBytes(Registration.encode(registration), Evidence.encode(evidence))
    const answer = await this.#node.call('state_call', ['RegistryApi_judge', toHex(input), toHex(block)])
    return decoded(EvidenceAssessment, bytes(answer))
  }

  async readProof({ block, keys }: RequestOf<'ReadProof'>): Promise<readonly Uint8Array[]> {
    const answer = await this.#node.call('state_getReadProof', [keys.map(toHex), toHex(block)])
    return byteList(record(answer).proof)
  }

  /** SCALE `TopicMessage`s. */
  async messages({ topic, from, limit }: RequestOf<'Messages'>): Promise<readonly Uint8Array[]> {
    const count = Math.min(limit, limits.messagePage)
    return byteList(await this.#node.call('pha_messages', [toHex(topic), from.toString(), count]))
  }

  async code(hash: Uint8Array): Promise<Uint8Array | undefined> {
    return optionalBytes(await this.#node.call('pha_code', [toHex(hash)]))
  }

  /** Where a finalised extrinsic is. */
  async extrinsic(hash: Hex): Promise<{ readonly blockHash: Uint8Array; readonly index: number } | undefined> {
    const place = await this.#node.call('pha_extrinsic', [hash])
    if (place === null) return undefined
    const { blockHash, index } = record(place)
    if (typeof index !== 'number') throw malformed('pha_extrinsic')
    return { blockHash: bytes(blockHash), index }
  }

  /** The next nonce of an account, with what waits in the node's pool. */
  async nextNonce(account: Uint8Array): Promise<number> {
    const nonce = await this.#node.call('system_accountNextIndex', [toHex(account)])
    if (typeof nonce !== 'number') throw malformed('system_accountNextIndex')
    return nonce
  }

  async runtimeVersion(): Promise<{ readonly specVersion: number; readonly transactionVersion: number }> {
    const { specVersion, transactionVersion } = record(await this.#node.call('state_getRuntimeVersion'))
    if (typeof specVersion !== 'number' || typeof transactionVersion !== 'number') {
      throw malformed('state_getRuntimeVersion')
    }
    return { specVersion, transactionVersion }
  }

  async submit(extrinsic: Uint8Array): Promise<void> {
    await this.#node.call('author_submitExtrinsic', [toHex(extrinsic)])
  }

  async genesis(): Promise<Genesis> {
    const [hash, answer] = await Promise.all([
      this.#node.call('chain_getBlockHash', [0]),
      this.#node.call('pha_genesis').then(record),
    ])
    const proof = byteList(answer.proof)
    return { hash: toHex(bytes(hash)), header: decoded(Header, bytes(answer.header)), proof }
  }

  /** Endpoints of all active workers, in the order of the registry. */
  async workerEndpoints(): Promise<readonly string[]> {
    const endpoints: string[] = []
    const prefix = toHex(registry.storage.workers.prefix())
    let after: string | null = null
    for (let page = 0; page < workerLimits.workerPages; page++) {
      const keys: readonly Uint8Array[] = byteList(await this.#node.call('state_getKeysPaged', [prefix, PAGE, after]))
      if (keys.length === 0) break
      after = toHex(keys.at(-1) as Uint8Array)
      for (const stored of await this.#values(keys)) {
        const worker = tryDecode(registry.storage.workers.type, stored)
        if (!worker.ok) throw malformed(`registry: ${worker.reason}`)
        const { kind, status, endpoint } = worker.value
        if (kind.type === 'Worker' && status.type === 'Active') endpoints.push(endpoint)
      }
      if (keys.length < PAGE) break
    }
    return endpoints
  }

  async #values(keys: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const sets = await this.#node.call('state_queryStorageAt', [keys.map(toHex)])
    const changes = record(Array.isArray(sets) ? sets[0] : undefined).changes
    if (!Array.isArray(changes)) throw malformed('state_queryStorageAt')
    return changes.map((change) => optionalBytes(change?.[1] ?? null)).filter((value) => value !== undefined)
  }
}

function record(value: unknown): { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null) throw malformed('an object was expected')
  return value as { readonly [name: string]: unknown }
}

function byteList(value: unknown): Uint8Array[] {
  if (!Array.isArray(value)) throw malformed('a list was expected')
  return value.map(bytes)
}

function optionalBytes(value: unknown): Uint8Array | undefined {
  return value === null ? undefined : bytes(value)
}

/** Contract code comes as a megabyte of digits: `Buffer` reads it a hundred times faster than `fromHex`. */
function bytes(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^0x(?:[0-9a-f]{2})*$/.test(value)) throw malformed('hexadecimal text was expected')
  return new Uint8Array(Buffer.from(value.slice(2), 'hex'))
}

function decoded<T>(type: Type<T>, encoded: Uint8Array): T {
  const result = tryDecode(type, encoded)
  if (!result.ok) throw malformed(result.reason)
  return result.value
}

function malformed(detail: string): WorkerError {
  return new WorkerError('worker.node-malformed', { detail })
}
