/**
 * One contract on this worker, from assignment to settled batches. Each proven block moves it as far as it can go:
 * key, vote on the command key, settled state, open batch, commit. Nothing is kept between steps that the chain and the
 * blobs would not give back, so a step that fails is simply taken again at a later block.
 */
import { equalBytes, toHex } from '@pha/core/codec'
import {
  bind,
  Commit,
  cidOf,
  contexts,
  EMPTY_STATE_ROOT,
  type EnclaveStatus,
  KeyRequest,
  topics,
} from '@pha/core/protocol'
import {
  CommandKey,
  type Contract,
  contracts,
  type Group,
  gatekeepers,
  messages,
  type Progress,
  timestamp,
} from '@pha/runtime/pallets'
import type { LoadedContract } from '../executors/index.ts'
import { enclaveLimits } from '../limits.ts'
import { codeOf } from '../log.ts'
import { at, type ProvenView } from '../sync/proven-view.ts'
import { SyncError } from '../sync/sync-error.ts'
import { TopicFollower } from '../sync/topic-follower.ts'
import { applySettledBatch, readFinalCommit, startFromSnapshot } from './catch-up.ts'
import type { ContractKeys } from './contract-keys.ts'
import { ContractState } from './contract-state.ts'
import { type ExecutedBatch, executeBatch } from './execute-batch.ts'
import type { ReplicaOf, ReplicaParts, Settled, SettledBatch } from './replica-parts.ts'
import { SNAPSHOT_EVERY, sealSnapshot } from './snapshot.ts'
import { waitingLine } from './waiting-line.ts'

/** Settled state at a proven block: what queries read. */
export interface Served {
  readonly block: number
  readonly timeMs: bigint
  readonly state: ContractState
  readonly stateRoot: Uint8Array
  readonly program: LoadedContract
  readonly gasLimit: bigint
  /** Of the contract's policy. */
  readonly worstLevel: number
}

/** Blocks after which a key is asked for again: gatekeepers may be starting, or the code's notice period running. */
const KEY_REQUEST_QUIET = 40
/** Blocks that a contract rests after a step failed, so that it can't take the time of the others. */
const REST_AFTER_FAILURE = 4

export class ContractReplica {
  readonly contract: Uint8Array
  /** For replies of older batches: one is opened at a time. */
  readonly inLine = waitingLine()
  readonly #parts: ReplicaParts
  readonly #name: string
  readonly #topic: TopicFollower
  readonly #recent = new Map<number, SettledBatch>()
  #keys: ContractKeys | undefined
  #settled: Settled | undefined
  #pending: ExecutedBatch | undefined
  #served: Served | undefined
  #restUntil = 0

  constructor(contract: Uint8Array, parts: ReplicaParts) {
    const { host, chain } = parts
    this.contract = contract
    this.#parts = parts
    this.#name = toHex(contract)
    this.#topic = new TopicFollower(topics.contract(contract), { host, noticed: chain.noticed.bind(chain) })
  }

  /** Undefined until the state equals the root that the chain has. */
  get served(): Served | undefined {
    return this.#served
  }

  get settled(): Settled | undefined {
    return this.#settled
  }

  /** Keys of the epoch that the chain had at the last step, if they were released. */
  get keys(): ContractKeys | undefined {
    return this.#keys
  }

  status(): EnclaveStatus['contracts'][number] {
    return {
      contract: this.contract,
      batch: this.#settled?.batch ?? 0,
      committed: this.#settled?.state.topic.sequence ?? 0n,
      stateRoot: this.#served?.stateRoot ?? EMPTY_STATE_ROOT,
      ready: this.#served !== undefined,
    }
  }

  /** Settled batches that were seen in this run, newest last. */
  get recent(): ReadonlyMap<number, SettledBatch> {
    return this.#recent
  }

  /**
   * Goes as far as a block allows. Called for one block at a time; never throws, so no contract stops another.
   *
   * @param isActive whether the chain believes what this worker signs at this block
   * @returns false when the worker is no replica of the contract any more; its keys are erased then
   */
  async step(view: ProvenView, isActive: boolean): Promise<boolean> {
    if (view.block.number < this.#restUntil) return true
    try {
      return await this.#step(view, isActive)
    } catch (error) {
      this.#restUntil = view.block.number + REST_AFTER_FAILURE
      const fields = { contract: this.#name, block: view.block.number, code: codeOf(error) }
      this.#parts.log.error('a contract stands still', fields)
      return true
    }
  }

  async #step(view: ProvenView, isActive: boolean): Promise<boolean> {
    const { keyring, identity, programs } = this.#parts
    const { contract } = this
    const { publicKey } = identity.signing
    const { storage } = contracts
    const [record, progress, commandKey, commandKeyVote, vote, head, group, formerGroup, timeMs] = await view.read(
      at(storage.contracts, contract),
      at(storage.progress, contract),
      at(storage.commandKeys, contract),
      at(storage.commandKeyVotes, contract, publicKey),
      at(storage.votes, contract, publicKey),
      at(messages.storage.topicHead, topics.contract(contract)),
      at(gatekeepers.storage.group),
      at(gatekeepers.storage.formerGroup),
      at(timestamp.storage.now),
    )
    if (record === undefined || progress === undefined || !isReplica(record, publicKey)) return this.#leave()
    const { epoch, root, codeHash, policy } = record
    const keys = keyring.find(contract, epoch)
    if (keys === undefined) {
      const holders = [group, formerGroup].find((each) => each?.root === root)
      if (isActive && holders !== undefined) this.#requestKey(view, epoch, holders)
      return true
    }
    this.#keys = keys
    const replica = { contract, keys, topic: this.#topic }
    if (isActive && commandKey?.epoch !== epoch) this.#voteOnCommandKey(view, replica, commandKeyVote)

    const { state } = await this.#catchUp(replica, view, record, progress)
    const program = await programs.load(codeHash)
    const { number: block } = view.block
    const { maxGas: gasLimit, worstLevel } = policy
    this.#served = { block, timeMs, state, stateRoot: progress.stateRoot, program, gasLimit, worstLevel }
    if (progress.open === undefined) return true

    const executed = await this.#execute(replica, record, progress, head)
    if (isActive && vote === undefined) this.#submitCommit(view, executed.commit)
    return true
  }

  async #catchUp(replica: ReplicaOf, view: ProvenView, record: Contract, progress: Progress): Promise<Settled> {
    const initial = { batch: 0, state: ContractState.initial(replica.keys.stateSalt.expose()), last: undefined }
    let settled: Settled = this.#settled ?? initial
    if (progress.batch > settled.batch + 1) {
      settled = await startFromSnapshot(this.#parts, replica, view, settled, progress.batch)
    }
    while (settled.batch < progress.batch) {
      settled =
        (await this.#adoptPending(view, settled)) ??
        (await applySettledBatch(this.#parts, replica, view, settled, record))
      this.#settled = settled
      this.#remember(settled)
    }
    this.#settled = settled
    // Every batch was compared with its commit; this is the last line of defence before anything is served.
    if (!equalBytes(settled.state.root(), progress.stateRoot)) throw new SyncError('sync.unknown-state', 'state root')
    if (settled.last !== undefined && settled.batch % SNAPSHOT_EVERY === 0) this.#keepSnapshot(replica, settled)
    return settled
  }

  /** The batch that was executed here, if the majority came to the same. */
  async #adoptPending(view: ProvenView, { batch }: Settled): Promise<Settled | undefined> {
    const pending = this.#pending
    if (pending?.commit.batch !== batch + 1) return undefined
    const { commit } = await readFinalCommit(view, this.contract, batch + 1)
    this.#pending = undefined
    if (!equalBytes(Commit.encode(commit), Commit.encode(pending.commit))) {
      this.#parts.log.error('this worker was outvoted', { contract: this.#name, batch: batch + 1 })
      return undefined
    }
    return { batch: batch + 1, state: pending.after, last: { commit, delta: pending.delta } }
  }

  /** Executes the open batch once; its delta is on disk when this returns. */
  async #execute(
    { contract, keys, topic }: ReplicaOf,
    { codeHash, policy }: Contract,
    { batch, open }: Progress,
    head: Parameters<TopicFollower['checkTo']>[0] | undefined,
  ): Promise<ExecutedBatch> {
    const known = this.#pending
    if (known?.commit.batch === batch + 1 && known.commit.to === open?.to) return known
    const { genesis, host, programs, turns } = this.#parts
    const before = this.#settled?.state
    if (before === undefined || open === undefined || head === undefined || open.from !== before.topic.sequence + 1n) {
      throw new SyncError('sync.unknown-state', 'open batch')
    }
    topic.seek(before.topic)
    await topic.checkTo(head)
    const executed = await executeBatch({
      genesis,
      contract,
      batch: batch + 1,
      messages: await topic.take(open.to),
      before,
      keys,
      program: await programs.load(codeHash),
      gasLimit: policy.maxGas,
      turns,
    })
    await host.putBlob({ cid: executed.commit.deltaCid, bytes: executed.blob })
    this.#pending = executed
    return executed
  }

  /** Asks all gatekeepers; again at once when a resharing made the parts that came so far worthless. */
  #requestKey(view: ProvenView, epoch: number, { root, sharing }: Group): void {
    const { identity, genesis, host, submissions, collector, keyring } = this.#parts
    const wanted = { contract: this.contract, root, epoch }
    collector.want(wanted)
    const { publicKey: recipient } = keyring.recipient(this.contract, epoch)
    const request = { worker: identity.signing.publicKey, ...wanted, recipient }
    const signature = identity.signing.sign(bind(contexts.keyRequest, genesis, KeyRequest.encode(request)))
    const call = gatekeepers.calls.requestKey.encode({ request, signature })
    const { number } = view.block
    submissions.once(
      `${this.#name}/key/${epoch}/${root}/${sharing}`,
      number,
      () => host.submit(call),
      KEY_REQUEST_QUIET,
    )
  }

  #voteOnCommandKey(view: ProvenView, { keys }: ReplicaOf, voted: CommandKey | undefined): void {
    const { identity, genesis, host, submissions } = this.#parts
    const { contract } = this
    const commandKey = { epoch: keys.epoch, key: keys.command.publicKey }
    if (voted?.epoch === keys.epoch && equalBytes(voted.key, commandKey.key)) return
    const encoded = CommandKey.encode(commandKey)
    const signature = identity.signing.sign(bind(contexts.commandKeyVote, genesis, contract, encoded))
    const worker = identity.signing.publicKey
    const call = contracts.calls.publishCommandKey.encode({ contract, worker, commandKey, signature })
    submissions.once(`${this.#name}/command-key/${keys.epoch}`, view.block.number, () => host.submit(call))
  }

  #submitCommit(view: ProvenView, commit: Commit): void {
    const { identity, genesis, host, submissions } = this.#parts
    const worker = identity.signing.publicKey
    const signature = identity.signing.sign(bind(contexts.commit, genesis, Commit.encode(commit)))
    const call = contracts.calls.commit.encode({ worker, commit, signature })
    submissions.once(`${this.#name}/commit/${commit.batch}`, view.block.number, () => host.submit(call))
  }

  /** Nothing waits for a snapshot: without it the next start only takes more deltas. */
  #keepSnapshot({ keys }: ReplicaOf, { batch, state }: Settled): void {
    const { genesis, host, submissions } = this.#parts
    const { contract } = this
    // PERF: seals the whole state, once per SNAPSHOT_EVERY batches.
    submissions.once(
      `${this.#name}/snapshot/${batch}`,
      0,
      async () => {
        const bytes = sealSnapshot(keys.state, { genesis, contract, batch }, state)
        if (bytes === undefined) return
        const cid = cidOf(bytes)
        await host.putBlob({ cid, bytes })
        await host.keepSnapshot({ contract, batch, cid })
      },
      1,
    )
  }

  #remember({ batch, last }: Settled): void {
    const { submissions, log } = this.#parts
    submissions.forget(`${this.#name}/commit/${batch}`)
    if (last === undefined) return
    // Replies need no changes, which may be as large as the state.
    this.#recent.set(batch, { commit: last.commit, delta: { ...last.delta, changes: [] } })
    this.#recent.delete(batch - enclaveLimits.keptBatches)
    log.info('batch settled', { contract: this.#name, batch, to: last.commit.to })
  }

  #leave(): false {
    const { keyring, collector, submissions, log } = this.#parts
    keyring.remove(this.contract)
    collector.forget(this.contract)
    submissions.forget(this.#name)
    this.#keys = undefined
    this.#served = undefined
    this.#settled = undefined
    this.#pending = undefined
    this.#recent.clear()
    log.info('not a replica (any more)', { contract: this.#name })
    return false
  }
}

function isReplica({ replicas }: Contract, identity: Uint8Array): boolean {
  return replicas.some((replica) => equalBytes(replica, identity))
}
