/**
 * One contract on this worker, from assignment to settled batches. Each proven block moves it as far as it can go:
 * keys, vote on the command key, settled state, open batch, commit, and what a rotation of keys asks for. Nothing is kept between steps that the chain and the
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
  type KeyEpochs,
  KeyRequest,
  type LiveEpoch,
  liveEpochs,
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
import { type CarriedBatch, repliesToCarry } from './carried-replies.ts'
import { applySettledBatch, startCatchUp } from './catch-up.ts'
import type { ContractKeys } from './contract-keys.ts'
import type { ContractState } from './contract-state.ts'
import { type ExecutedBatch, executeBatch } from './execute-batch.ts'
import { readFinalCommit } from './final-commit.ts'
import { HeldKeys } from './held-keys.ts'
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
/** Blocks after which a snapshot that failed is tried again, where one is needed. */
const RETRY_SNAPSHOT = 8
/** Blocks that a contract rests after a step failed, so that it can't take the time of the others. */
const REST_AFTER_FAILURE = 4
/** How often a replica rests for a snapshot that is ahead of it. Hosts can lie about one: then deltas have to do. */
const WAITS_FOR_SNAPSHOT = 4

export class ContractReplica {
  readonly contract: Uint8Array
  /** For replies of older batches: one is opened at a time. */
  readonly inLine = waitingLine()
  readonly #parts: ReplicaParts
  readonly #name: string
  readonly #topic: TopicFollower
  readonly #recent = new Map<number, SettledBatch>()
  #keys: HeldKeys | undefined
  #carried: readonly CarriedBatch[] = []
  /** The newest epoch under whose keys a snapshot of this run is with the host. */
  #snapshotEpoch: number | undefined
  #settled: Settled | undefined
  #pending: ExecutedBatch | undefined
  #served: Served | undefined
  #restUntil = 0
  #waits = 0

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

  /** Keys of the epochs that the chain had at the last step, if they were released. */
  get keys(): HeldKeys | undefined {
    return this.#keys
  }

  /** Replies of batches that these keys don't open. */
  get carried(): readonly CarriedBatch[] {
    return this.#carried
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
    const { identity, programs } = this.#parts
    const { contract } = this
    const { publicKey } = identity.signing
    const { storage } = contracts
    const [record, epochs, progress, commandKey, commandKeyVote, vote, head, group, formerGroup, timeMs] =
      await view.read(
        at(storage.contracts, contract),
        at(storage.keyEpochs, contract),
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
    if (epochs === undefined) throw new SyncError('sync.unknown-state', 'key epochs')
    const { epoch, codeHash, policy } = record
    const groups = isActive ? [group, formerGroup].filter((each) => each !== undefined) : []
    const held = this.#holdKeys(view, liveEpochs(record, epochs), groups)
    const newest = held.get(epoch)
    if (isActive && newest !== undefined && commandKey?.epoch !== epoch) {
      this.#voteOnCommandKey(view, newest, commandKeyVote)
    }
    const keys = heldKeys(epochs, held)
    if (keys === undefined) return true
    this.#keys = keys
    const replica = { contract, keys, topic: this.#topic }

    const settled = await this.#catchUp(replica, view, record, progress)
    const { state } = settled
    const program = await programs.load(codeHash)
    const { number: block } = view.block
    const { maxGas: gasLimit, worstLevel } = policy
    this.#served = { block, timeMs, state, stateRoot: progress.stateRoot, program, gasLimit, worstLevel }
    this.#finishRotation(replica, view, record, settled)
    if (progress.open === undefined) return true

    const executed = await this.#execute(replica, view, record, progress, head)
    if (isActive && vote === undefined) this.#submitCommit(view, executed.commit)
    return true
  }

  async #catchUp(replica: ReplicaOf, view: ProvenView, record: Contract, progress: Progress): Promise<Settled> {
    const from = this.#settled && { settled: this.#settled, carried: this.#carried }
    const goal = { newest: progress.batch, mayWait: this.#waits++ < WAITS_FOR_SNAPSHOT }
    const start = await startCatchUp(this.#parts, replica, view, from, goal)
    this.#waits = 0
    let { settled } = start
    if (settled !== this.#settled) this.#carried = start.carried
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
    if (settled.last !== undefined && settled.batch % SNAPSHOT_EVERY === 0) {
      this.#keepSnapshot(`${settled.batch}`, 0, replica, view, settled)
    }
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
    view: ProvenView,
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
    const [batchSeed] = await view.read(at(contracts.storage.batchSeeds, contract, batch + 1))
    topic.seek(before.topic)
    await topic.checkTo(head)
    const executed = await executeBatch({
      genesis,
      contract,
      batch: batch + 1,
      batchSeed,
      messages: await topic.take(open.to),
      before,
      keys: keys.ofBatch(batch + 1),
      keysOf: (epoch) => keys.ofCommand(batch + 1, epoch),
      program: await programs.load(codeHash),
      gasLimit: policy.maxGas,
      turns,
    })
    await host.putBlob({ cid: executed.commit.deltaCid, bytes: executed.blob })
    this.#pending = executed
    return executed
  }

  /** Keys of these epochs that are here; asks those who hold their roots for the others. */
  #holdKeys(view: ProvenView, epochs: readonly LiveEpoch[], groups: readonly Group[]): Map<number, ContractKeys> {
    const held = new Map<number, ContractKeys>()
    for (const { epoch, root } of epochs) {
      const keys = this.#parts.keyring.find(this.contract, epoch)
      const holders = groups.find((each) => each.root === root)
      if (keys !== undefined) held.set(epoch, keys)
      else if (holders !== undefined) this.#requestKey(view, epoch, holders)
    }
    return held
  }

  /**
   * Once the keys in force open a batch, the state is sealed under them while the contract goes on; once the chain has
   * closed the epoch before and that snapshot is with the host, the keys before are erased.
   */
  #finishRotation(replica: ReplicaOf, view: ProvenView, record: Contract, settled: Settled): void {
    const { keyring, collector, log } = this.#parts
    const { contract } = this
    const { epochs } = replica.keys
    const live = liveEpochs(record, epochs).map(({ epoch }) => epoch)
    const isRotated = epochs.previous === undefined && !keyring.hasOthers(contract, live)
    if (isRotated || settled.batch < epochs.firstBatch - 1) return
    if (settled.batch > 0 && this.#snapshotEpoch !== epochs.inForce) {
      return this.#keepSnapshot('rotation', view.block.number, replica, view, settled)
    }
    if (epochs.previous !== undefined) return
    collector.forget(contract, live)
    keyring.remove(contract, live)
    log.info('keys of former epochs are erased', { contract: this.#name, epoch: epochs.inForce })
  }

  /** Asks all gatekeepers; again at once when a resharing made the parts that came so far worthless. */
  #requestKey(view: ProvenView, epoch: number, { root, sharing }: Group): void {
    const { identity, genesis, host, submissions, collector } = this.#parts
    const wanted = { contract: this.contract, root, epoch }
    const request = { worker: identity.signing.publicKey, ...wanted, recipient: collector.ask(wanted) }
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

  #voteOnCommandKey(view: ProvenView, keys: ContractKeys, voted: CommandKey | undefined): void {
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

  /** Seals the state, once for each `occasion`. Nothing waits for it but the erasure of former keys. */
  #keepSnapshot(
    occasion: string,
    block: number,
    { keys }: ReplicaOf,
    view: ProvenView,
    { batch, state }: Settled,
  ): void {
    const { genesis, host, submissions, turns } = this.#parts
    const { contract } = this
    // What opens the deltas that follow, so that nobody needs another key to go on from here.
    const { epoch, state: key } = keys.ofBatch(batch + 1)
    submissions.once(
      `${this.#name}/snapshot/${occasion}`,
      block,
      async () => {
        const carrying = { contract, keys, view, newest: batch, carried: this.#carried, recent: this.#recent }
        const carried = await repliesToCarry(this.#parts, carrying)
        // PERF: seals the whole state, up to half a second for the largest; who does so often waits for the others.
        const bytes = await turns.take(`${this.#name}/snapshots`, () =>
          sealSnapshot(key, { genesis, contract, batch }, { state, carried }),
        )
        const cid = cidOf(bytes)
        await host.putBlob({ cid, bytes })
        await host.keepSnapshot({ contract, batch, cid })
        this.#carried = carried
        this.#snapshotEpoch = epoch
      },
      RETRY_SNAPSHOT,
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
    this.#carried = []
    this.#snapshotEpoch = undefined
    this.#served = undefined
    this.#settled = undefined
    this.#pending = undefined
    this.#recent.clear()
    log.info('not a replica (any more)', { contract: this.#name })
    return false
  }
}

/** `undefined` until all keys are here that the open batch may need. */
function heldKeys(epochs: KeyEpochs, held: ReadonlyMap<number, ContractKeys>): HeldKeys | undefined {
  const { inForce, previous } = epochs
  const current = held.get(inForce)
  const former = previous && held.get(previous.epoch)
  if (current === undefined || (previous !== undefined && former === undefined)) return undefined
  return new HeldKeys(epochs, current, former)
}

function isReplica({ replicas }: Contract, identity: Uint8Array): boolean {
  return replicas.some((replica) => equalBytes(replica, identity))
}
