/**
 * What the pallets do with the calls of enclaves, as far as tests of the enclave need it: registration, keys, votes.
 * The real rules are in `runtime/`, which this zone may not import; scenarios run both together.
 */
import { deepEqual } from 'node:assert/strict'
import { verifySimulated } from '@pha/core/attestation'
import { equalBytes } from '@pha/core/codec'
import { blake2b256, seal, verifyEd25519 } from '@pha/core/crypto'
import {
  type BeaconPartial,
  bind,
  Command,
  Commit,
  ContractMessage,
  commandAad,
  contexts,
  EMPTY_STATE_ROOT,
  type FinalisedHeader,
  GatekeepersMessage,
  type KeyEpochs,
  KeyRelease,
  KeyRequest,
  limits,
  type PartialKey,
  releaseReportBytes,
  reportData,
  type SignedRelease,
  topics,
  WorkerMessage,
} from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { beacon, CommandKey, type Contract, contracts, gatekeepers, registry, type Worker } from '@pha/runtime/pallets'
import type { Host } from '../channel/host.ts'
import { simulatedRoot } from '../tee/simulated.ts'
import { TestCeremonies } from './test-ceremonies.ts'
import { bytesOf, type RegisterRequest, TestChain } from './test-chain.ts'

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

const FIRST_EPOCH: KeyEpochs = {
  inForce: 0,
  root: 1,
  firstBatch: 1,
  agreedAt: 0,
  previous: undefined,
  wanted: undefined,
  period: 0,
}

export interface CommandParams {
  readonly contract: Uint8Array
  readonly sender: Uint8Array
  readonly input: Uint8Array
  readonly replyTo?: Uint8Array | undefined
}

export class TestSettlement {
  readonly chain: TestChain
  /** Calls in the order in which they came. */
  readonly calls: string[] = []
  readonly ceremonies: TestCeremonies
  readonly beaconPartials: BeaconPartial[] = []
  /** What workers showed about gatekeepers; it is the runtime that judges. */
  readonly provenLies: { readonly signed: SignedRelease; readonly partial: PartialKey }[] = []
  /** The way from gatekeepers' hosts to workers'; there is none until a test lays it. */
  deliver: Host['deliver'] = () => Promise.reject(new Error('no such worker'))
  /** What they told of releases that they could do nothing with. */
  readonly reports: SignedRelease[] = []
  readonly #contracts: Uint8Array[] = []

  constructor(chain = new TestChain()) {
    this.chain = chain
    this.ceremonies = new TestCeremonies(chain, (...signed) => this.#signed(...signed))
    const { fallback } = registry.storage.attestationPolicy
    const simulated = { roots: [simulatedRoot().publicKey], level: 5 }
    chain.set(registry.storage.attestationPolicy, [], { ...fallback, simulated })
  }

  host(): Host {
    return this.chain.host(
      (call) => this.#submit(call),
      (request) => this.#register(request),
      (signed) => this.deliver(signed),
    )
  }

  /** Ends a block, after opening the batches that are due. */
  seal(): FinalisedHeader {
    for (const contract of this.#contracts) this.#openBatch(contract)
    this.ceremonies.advance()
    return this.chain.seal()
  }

  allow(measurement: Uint8Array, kind: 'Worker' | 'Gatekeeper'): void {
    const tee = { type: 'Simulated' } as const
    const allowed = { kind: { type: kind }, tee, build: 'test', activeFrom: 0, retiredFrom: undefined }
    this.chain.set(registry.storage.measurements, [measurement], allowed)
  }

  worker(identity: Uint8Array): Worker | undefined {
    return this.chain.get(registry.storage.workers, identity)
  }

  setWorker(identity: Uint8Array, changes: Partial<Worker>): void {
    const worker = this.worker(identity)
    if (worker !== undefined) this.chain.set(registry.storage.workers, [identity], { ...worker, ...changes })
  }

  deploy(code: Uint8Array, replicas: readonly Uint8Array[], policy: Partial<Contract['policy']> = {}): Uint8Array {
    const { chain } = this
    const contract = bytesOf(`contract ${this.#contracts.length}`)
    const codeHash = chain.putCode(code)
    const deployer = bytesOf('deployer')
    chain.set(contracts.storage.codes, [codeHash], { uploader: deployer, size: code.length, publicSince: 0 })
    const upgrade = { type: 'Nobody' } as const
    const counts = { replicas: replicas.length, vendors: 1, worstLevel: 5, noticeBlocks: 0, maxGas: 2_000_000_000n }
    chain.set(contracts.storage.contracts, [contract], {
      deployer,
      codeHash,
      executor: { type: 'Js' },
      policy: { ...counts, upgrade, egress: [], ...policy },
      deployedAt: chain.nextNumber,
      epoch: 0,
      replicas,
      root: 1,
    })
    chain.set(contracts.storage.keyEpochs, [contract], FIRST_EPOCH)
    const progress = { batch: 0, committed: 0n, stateRoot: EMPTY_STATE_ROOT, open: undefined }
    chain.set(contracts.storage.progress, [contract], progress)
    const init = ContractMessage.encode({ type: 'Init', value: { input: new Uint8Array(0) } })
    chain.push(topics.contract(contract), { type: 'Account', value: deployer }, init)
    for (const worker of replicas) this.assign(worker, contract)
    this.#contracts.push(contract)
    return contract
  }

  setReplicas(contract: Uint8Array, replicas: readonly Uint8Array[]): void {
    const record = this.chain.get(contracts.storage.contracts, contract)
    if (record !== undefined) this.chain.set(contracts.storage.contracts, [contract], { ...record, replicas })
  }

  /** Lets replicas ask for the keys of the next epoch. */
  rotate(contract: Uint8Array): void {
    const record = this.chain.get(contracts.storage.contracts, contract)
    if (record === undefined) throw new Error('no such contract')
    this.chain.set(contracts.storage.contracts, [contract], { ...record, epoch: record.epoch + 1 })
  }

  epochs(contract: Uint8Array): KeyEpochs {
    return this.chain.get(contracts.storage.keyEpochs, contract) ?? FIRST_EPOCH
  }

  /** Ends the overlap: takes no more commands of the epoch before. */
  closeEpoch(contract: Uint8Array): void {
    this.chain.set(contracts.storage.keyEpochs, [contract], { ...this.epochs(contract), previous: undefined })
  }

  #agreed(contract: Uint8Array, key: CommandKey): void {
    this.chain.set(contracts.storage.commandKeys, [contract], key)
    const epochs = this.epochs(contract)
    const { inForce, firstBatch, root } = epochs
    if (key.epoch === inForce) return
    const { batch = 0, open } = this.chain.get(contracts.storage.progress, contract) ?? {}
    this.chain.set(contracts.storage.keyEpochs, [contract], {
      ...epochs,
      inForce: key.epoch,
      root: this.chain.get(contracts.storage.contracts, contract)?.root ?? root,
      firstBatch: open === undefined ? batch + 1 : batch + 2,
      previous: { epoch: inForce, root, firstBatch, until: 2 ** 32 - 1, last: 0n },
    })
  }

  assign(worker: Uint8Array, contract: Uint8Array): void {
    const message = WorkerMessage.encode({ type: 'Assigned', value: { contract } })
    this.chain.push(topics.worker(worker), { type: 'System' }, message)
  }

  /** A command as a client seals it. */
  async sealed({ contract, sender, input, replyTo }: CommandParams): Promise<Uint8Array> {
    const key = this.chain.get(contracts.storage.commandKeys, contract)
    if (key === undefined) throw new Error('no command key yet')
    return seal({
      recipient: key.key,
      context: contexts.command,
      aad: commandAad(this.chain.genesis, contract, key.epoch, sender),
      plaintext: Command.encode({ input, replyTo }),
      random,
    })
  }

  /** Puts sealed bytes into the contract's topic, whoever made them and for whom. */
  send(contract: Uint8Array, sender: Uint8Array, sealed: Uint8Array, epoch = this.epochs(contract).inForce): bigint {
    const payload = ContractMessage.encode({ type: 'Command', value: { epoch, sealed } })
    return this.chain.push(topics.contract(contract), { type: 'Account', value: sender }, payload).sequence
  }

  #register({ registration, evidence }: RegisterRequest): void {
    this.calls.push('register')
    if (evidence.type !== 'Simulated') throw new Error(`evidence of ${evidence.type}`)
    const verdict = verifySimulated(evidence.value, { root: simulatedRoot().publicKey })
    if (!verdict.ok) throw new Error(verdict.reason)
    deepEqual(verdict.facts.reportData, reportData(this.chain.genesis, registration))
    const { measurement, platform, tee } = verdict.facts
    const allowed = this.chain.get(registry.storage.measurements, measurement)
    if (allowed === undefined) throw new Error('unknown measurement')
    this.chain.set(registry.storage.workers, [registration.identity], {
      kind: allowed.kind,
      tee: { type: tee },
      operator: registration.operator,
      agreement: registration.agreement,
      measurement,
      platform,
      level: 5,
      status: { type: 'Active' },
      registeredAt: this.chain.nextNumber,
      expiresAt: this.chain.nextNumber + 1_000,
      endpoint: '',
    })
  }

  #submit(call: Uint8Array): void {
    const { requestKey, releaseKey, join, deal, check, answer, giveBeaconPartial, proveWrongPartial, reportRelease } =
      gatekeepers.calls
    const { publishCommandKey, commit } = contracts.calls
    switch (`${call[0]}/${call[1]}`) {
      case `${gatekeepers.index}/${join.index}`:
        return this.ceremonies.join(join.decode(call))
      case `${gatekeepers.index}/${deal.index}`:
        return this.ceremonies.deal(deal.decode(call))
      case `${gatekeepers.index}/${check.index}`:
        return this.ceremonies.check(check.decode(call))
      case `${gatekeepers.index}/${answer.index}`:
        return this.ceremonies.answer(answer.decode(call))
      case `${gatekeepers.index}/${giveBeaconPartial.index}`:
        return this.#finishRound(giveBeaconPartial.decode(call).partial)
      case `${gatekeepers.index}/${proveWrongPartial.index}`: {
        this.provenLies.push(proveWrongPartial.decode(call))
        return
      }
      case `${gatekeepers.index}/${reportRelease.index}`: {
        const { signed, signature } = reportRelease.decode(call)
        const { release } = signed
        this.#signed('reportRelease', release.worker, signature, releaseReportBytes(this.chain.genesis, release))
        this.reports.push(signed)
        return
      }
      case `${gatekeepers.index}/${requestKey.index}`: {
        const { request, signature } = requestKey.decode(call)
        const signed = bind(contexts.keyRequest, this.chain.genesis, KeyRequest.encode(request))
        this.#signed('requestKey', request.worker, signature, signed)
        const message = GatekeepersMessage.encode({ type: 'KeyRequested', value: request })
        this.chain.push(topics.gatekeepers, { type: 'Worker', value: request.worker }, message)
        return
      }
      case `${gatekeepers.index}/${releaseKey.index}`: {
        const { release, signature } = releaseKey.decode(call)
        const group = this.chain.get(gatekeepers.storage.group)
        if (group?.sharing !== release.sharing) throw new Error('another sharing is in office')
        const member = group.members.find(({ index }) => index === release.index)
        const gatekeeper = member?.identity ?? new Uint8Array(32)
        const signed = bind(contexts.keyRelease, this.chain.genesis, KeyRelease.encode(release))
        this.#signed('releaseKey', gatekeeper, signature, signed)
        const message = WorkerMessage.encode({ type: 'KeyReleased', value: { release, signature } })
        this.chain.push(topics.worker(release.worker), { type: 'Worker', value: gatekeeper }, message)
        return
      }
      case `${contracts.index}/${publishCommandKey.index}`: {
        const { contract, worker, commandKey, signature } = publishCommandKey.decode(call)
        const signed = bind(contexts.commandKeyVote, this.chain.genesis, contract, CommandKey.encode(commandKey))
        this.#signed('publishCommandKey', worker, signature, signed)
        this.chain.set(contracts.storage.commandKeyVotes, [contract, worker], commandKey)
        const agreeing = this.#votes(contract, contracts.storage.commandKeyVotes, CommandKey.encode(commandKey))
        if (agreeing !== undefined) this.#agreed(contract, commandKey)
        return
      }
      case `${contracts.index}/${commit.index}`: {
        const { worker, commit: said, signature } = commit.decode(call)
        this.#signed('commit', worker, signature, bind(contexts.commit, this.chain.genesis, Commit.encode(said)))
        return this.#vote(worker, said)
      }
      default:
        throw new Error('unknown call')
    }
  }

  /** One part is enough here; how they are combined is tested with the pallet. */
  #finishRound(partial: BeaconPartial): void {
    this.beaconPartials.push(partial)
    this.chain.set(beacon.storage.latest, [], { round: partial.round, randomness: partial.evaluated })
  }

  #vote(worker: Uint8Array, commit: Commit): void {
    const { contract, batch, to, newRoot } = commit
    const progress = this.chain.get(contracts.storage.progress, contract)
    if (progress === undefined || batch !== progress.batch + 1) return
    this.chain.set(contracts.storage.votes, [contract, worker], commit)
    const voters = this.#votes(contract, contracts.storage.votes, Commit.encode(commit))
    const record = this.chain.get(contracts.storage.contracts, contract)
    if (voters === undefined || record === undefined) return
    const final = { commit, codeHash: record.codeHash, block: this.chain.nextNumber, voters }
    this.chain.set(contracts.storage.commits, [contract, batch], final)
    this.chain.set(contracts.storage.progress, [contract], {
      batch,
      committed: to,
      stateRoot: newRoot,
      open: undefined,
    })
    for (const replica of record.replicas) this.chain.remove(contracts.storage.votes, contract, replica)
  }

  /** Who said the same, if they are more than half. */
  #votes<V>(
    contract: Uint8Array,
    item: Parameters<TestChain['get']>[0] & { readonly type: { encode(value: V): Uint8Array } },
    said: Uint8Array,
  ): Uint8Array[] | undefined {
    const replicas = this.chain.get(contracts.storage.contracts, contract)?.replicas ?? []
    const voters = replicas.filter((replica) => {
      const vote = this.chain.get(item, contract, replica)
      return vote !== undefined && equalBytes(item.type.encode(vote as V), said)
    })
    return voters.length * 2 > replicas.length ? voters : undefined
  }

  #openBatch(contract: Uint8Array): void {
    const progress = this.chain.get(contracts.storage.progress, contract)
    const { sequence } = this.chain.head(topics.contract(contract))
    if (progress === undefined || progress.open !== undefined || sequence <= progress.committed) return
    const full = progress.committed + BigInt(limits.batch)
    const open = {
      from: progress.committed + 1n,
      to: sequence < full ? sequence : full,
      openedAt: this.chain.nextNumber,
    }
    this.chain.set(contracts.storage.progress, [contract], { ...progress, open })
    const seed = blake2b256(t.u32.encode(this.chain.nextNumber))
    this.chain.set(contracts.storage.batchSeeds, [contract, progress.batch + 1], seed)
  }

  #signed(call: string, identity: Uint8Array, signature: Uint8Array, message: Uint8Array): void {
    this.calls.push(call)
    if (!verifyEd25519(identity, message, signature)) throw new Error(`${call}: bad signature`)
  }
}
