/** For tests: the runtime on a host in memory, making blocks of signed transactions as a node does. */
import { toHex } from '@pha/core/codec'
import { type Keypair, multiSign } from '@pha/core/crypto'
import { Header, headerHash } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import type { StorageItem } from '../frame/declare.ts'
import { dispatchErrorName } from '../frame/dispatch-error-name.ts'
import { balances, PHA } from '../pallets/balances/schema.ts'
import { noGatekeepers } from '../pallets/gatekeepers/schema.ts'
import { strictRegistry } from '../pallets/registry/schema.ts'
import { chainTypes, EventRecords, GenesisConfig } from '../pallets/schemas.ts'
import { system } from '../pallets/system/schema.ts'
import { RUNTIME_VERSION } from '../pallets/system/version.ts'
import { IMMORTAL } from '../transaction/era.ts'
import {
  type Extra,
  encodeExtrinsic,
  type Implicit,
  signingPayload,
  UncheckedExtrinsic,
} from '../transaction/extrinsic.ts'
import { InherentData } from './block.ts'
import { MemoryHost } from './memory-host.ts'
import { runtime } from './runtime.ts'
import { ApplyExtrinsicResult } from './transaction-validity.ts'

/** Who signs, and what. */
export type Transaction = readonly [from: Keypair, call: Uint8Array]

type Genesis = Infer<typeof GenesisConfig>

export interface TestChainOptions extends Partial<Genesis> {
  /** Each gets 1,000 PHA, unless `balances` says otherwise. */
  readonly endowed?: readonly Keypair[]
  /** Another host in memory, such as one that counts. */
  readonly host?: MemoryHost
}

/** What a signature covers, where it differs from what is right. */
export interface SigningChanges extends Partial<Omit<Extra & Implicit, 'metadataHash'>> {
  /** Signs in mode 1 of CheckMetadataHash. */
  readonly metadataDigest?: Uint8Array
}

const START = 1_700_000_000_000n
const BLOCK_TIME = 3_000n
const Inherents = t.vec(UncheckedExtrinsic)

/**
 * @example
 * const chain = new TestChain({ endowed: [ann] })
 * equal(chain.block([ann, system.calls.remark.encode({ remark })])[0], 'ok')
 */
export class TestChain {
  readonly host: MemoryHost
  readonly genesis: Uint8Array
  header: Header
  /** The extrinsics of the newest block. */
  extrinsics: readonly Uint8Array[] = []

  constructor({ endowed = [], host = new MemoryHost(), ...genesis }: TestChainOptions = {}) {
    this.host = host
    const config = GenesisConfig.encode({
      timestamp: { now: START },
      balances: { endowments: endowed.map(({ accountId }) => [accountId, 1_000n * PHA]) },
      consensus: { authority: new Uint8Array(32) },
      registry: strictRegistry,
      gatekeepers: noGatekeepers,
      sudo: { key: undefined },
      ...genesis,
    })
    this.header = Header.decode(this.call('GenesisBuilder_build_state', config))
    this.genesis = headerHash(this.header)
  }

  get number(): number {
    return this.header.number
  }

  /** Hash of the newest block. */
  get hash(): Uint8Array {
    return headerHash(this.header)
  }

  call(method: string, input: Uint8Array): Uint8Array {
    return this.host.call(runtime, method, input)
  }

  /** Makes a block and tells of each transaction: `ok`, why its call failed, or why it is not in the block. */
  block(...transactions: readonly Transaction[]): string[] {
    this.open()
    const outcomes = transactions.map(([from, call]) => outcomeOf(this.apply(this.sign(from, call))))
    this.close()
    return outcomes
  }

  /** Begins a block, as `block` does; `apply` and `close` go on. */
  open(): void {
    const { number, header } = this
    const next: Header = { ...header, parentHash: this.hash, number: number + 1, digest: { logs: [] } }
    this.call('Core_initialize_block', Header.encode(next))
    this.extrinsics = []
    const timestampMs = START + BLOCK_TIME * BigInt(number + 1)
    const data = InherentData.encode({ timestampMs })
    for (const inherent of Inherents.decode(this.call('BlockBuilder_inherent_extrinsics', data))) this.apply(inherent)
  }

  apply(extrinsic: Uint8Array): ApplyExtrinsicResult {
    const result = ApplyExtrinsicResult.decode(this.call('BlockBuilder_apply_extrinsic', extrinsic))
    if (result.ok) this.extrinsics = [...this.extrinsics, extrinsic]
    return result
  }

  close(): void {
    this.header = Header.decode(this.call('BlockBuilder_finalize_block', new Uint8Array()))
  }

  /** Signs a call with the account's next nonce, for ever, unless `changes` says otherwise. */
  sign(from: Keypair, call: Uint8Array, { metadataDigest, ...changes }: SigningChanges = {}): Uint8Array {
    const { nonce } = this.read(system.storage.account, from.accountId)
    const { specVersion, transactionVersion } = RUNTIME_VERSION
    const mode = metadataDigest === undefined ? 'Disabled' : 'Enabled'
    const extra = { era: IMMORTAL, nonce, tip: 0n, ...changes, metadataHash: { type: mode } } as const
    const implicit = {
      specVersion,
      transactionVersion,
      genesisHash: this.genesis,
      birthHash: this.genesis,
      ...changes,
      metadataHash: metadataDigest,
    }
    const signature = multiSign(from, signingPayload(call, extra, implicit))
    return encodeExtrinsic({ signed: { address: { type: 'Id', value: from.accountId }, signature, extra }, call })
  }

  read<Keys extends readonly unknown[], V, Get>(item: StorageItem<Keys, V, Get>, ...keys: Keys): Get {
    return item.decode(this.host.get(item.key(...keys)))
  }

  balance(who: Uint8Array): bigint {
    return this.read(system.storage.account, who).data.free
  }

  reserved(who: Uint8Array): bigint {
    return this.read(system.storage.account, who).data.reserved
  }

  /** Makes a block in which `from` gives `amount` to an account. */
  fund(from: Keypair, to: Uint8Array, amount: bigint): void {
    const call = balances.calls.transferKeepAlive.encode({ dest: { type: 'Id', value: to }, value: amount })
    const [outcome] = this.block([from, call])
    if (outcome !== 'ok') throw new Error(`funding failed: ${outcome}`)
  }

  /** What the runtime handed over to be kept outside the state. */
  archived(key: Uint8Array): Uint8Array | undefined {
    return this.host.archived.get(toHex(key))
  }

  /** Invariants of the pallets that do not hold. */
  broken(): string[] {
    return runtime.brokenInvariants(this.host)
  }

  /** Data of the events of one kind in the newest block. */
  events(pallet: string, name: string): unknown[] {
    return this.allEvents()
      .map(({ event }) => event)
      .filter((event) => event.type === pallet && event.value.type === name)
      .map((event) => event.value.value)
  }

  /** Every event of the newest block. */
  allEvents(): Infer<typeof EventRecords> {
    return EventRecords.decode(this.host.get(system.storage.events.key()) ?? Uint8Array.of(0))
  }
}

/** `ok`, `Registry.EvidenceRefused`, `Token.FundsUnavailable`, `BadOrigin`; `Invalid.Stale` if it is not in the block. */
export function outcomeOf(result: ApplyExtrinsicResult): string {
  if (!result.ok) return `${result.error.type}.${result.error.value.type}`
  return result.value.ok ? 'ok' : dispatchErrorName(chainTypes.pallets, result.value.error)
}
