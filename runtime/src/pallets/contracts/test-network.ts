/** For tests: a chain with registered enclaves, a deployed contract, and the domain's verbs. */
import { type AttestationPolicy, strictPolicy } from '@pha/core/attestation'
import { concatBytes, equalBytes, toHex } from '@pha/core/codec'
import { blake2b256, type Keypair } from '@pha/core/crypto'
import { bind, Commit, contexts, type KeyEpochs, type Outgoing } from '@pha/core/protocol'
import { runtime } from '../../chain/runtime.ts'
import { TestChain, type TestChainOptions, type Transaction } from '../../chain/test-chain.ts'
import { balances } from '../balances/schema.ts'
import { registry, strictRegistry } from '../registry/schema.ts'
import {
  evidenceFor,
  GATEKEEPER_BUILD,
  registrationOf,
  simulatedRoot,
  type TestEnclave,
  testEnclave,
  testKeypair,
  WORKER_BUILD,
} from '../registry/test-enclave.ts'
import { system } from '../system/schema.ts'
import { CommandKey, type Contract, type ContractPolicy, contracts, type Progress } from './schema.ts'

export const deployer = testKeypair('sr25519', 'deployer')
export const user = testKeypair('sr25519', 'user')

export const policy: ContractPolicy = {
  replicas: 3,
  vendors: 1,
  worstLevel: 5,
  upgrade: { type: 'Nobody' },
  noticeBlocks: 0,
  egress: [],
  maxGas: 1_000_000n,
}

/** Rules for registration: short enough for tests to outlive them. */
export const attestation: AttestationPolicy = {
  ...strictPolicy,
  simulated: { roots: [simulatedRoot.publicKey], level: 5 },
  maxEvidenceBlocks: 20,
  validityBlocks: 200,
}

function allowed(kind: 'Worker' | 'Gatekeeper', retiredFrom?: number) {
  return { kind: { type: kind }, tee: { type: 'Simulated' }, build: 'test', activeFrom: 0, retiredFrom } as const
}

export interface NetworkOptions {
  readonly workers?: number
  /** Block from which the workers' build is not allowed any more. */
  readonly retiredFrom?: number
  /** What else the chain begins with; those who are endowed come after the network's own accounts. */
  readonly chain?: TestChainOptions
}

/** A registration looks at thousands of block hashes: a block takes some fifteen. */
const REGISTERED_AT_ONCE = 10

/** A chain with workers and one gatekeeper, all registered. */
export class TestNetwork {
  readonly chain: TestChain
  readonly workers: readonly TestEnclave[]
  readonly gatekeeper = testEnclave('gatekeeper', GATEKEEPER_BUILD)
  /** Id of the contract that `deploy` made last. */
  contract: Uint8Array = new Uint8Array(32)

  constructor({ workers = 4, retiredFrom, chain = {} }: NetworkOptions = {}) {
    this.workers = Array.from({ length: workers }, (_, i) => testEnclave(`worker ${i}`))
    const enclaves = [...this.workers, this.gatekeeper]
    this.chain = new TestChain({
      ...chain,
      endowed: [deployer, user, ...enclaves.map(({ operator }) => operator), ...(chain.endowed ?? [])],
      registry: {
        ...strictRegistry,
        policy: attestation,
        measurements: [
          { measurement: WORKER_BUILD, allowed: allowed('Worker', retiredFrom) },
          { measurement: GATEKEEPER_BUILD, allowed: allowed('Gatekeeper') },
        ],
      },
    })
    this.chain.block()
    for (let i = 0; i < enclaves.length; i += REGISTERED_AT_ONCE) {
      this.succeed(...enclaves.slice(i, i + REGISTERED_AT_ONCE).map((enclave) => this.registers(enclave)))
    }
  }

  /** Makes a block of these transactions, none of which may fail. */
  succeed(...transactions: readonly Transaction[]): void {
    const outcomes = this.chain.block(...transactions)
    if (outcomes.some((outcome) => outcome !== 'ok')) throw new Error(outcomes.join(', '))
  }

  /** What the node keeps beside the state under this key. */
  archived(key: Uint8Array): Uint8Array | undefined {
    return this.chain.host.archived.get(toHex(key))
  }

  balance(who: Uint8Array): bigint {
    return this.chain.read(system.storage.account, who).data.free
  }

  /** Gives the contract's account tokens. */
  fund(value: bigint): void {
    const dest = { type: 'Id', value: this.contract } as const
    this.succeed([user, balances.calls.transferKeepAlive.encode({ dest, value })])
  }

  /** What should always hold and doesn't. */
  get broken(): string[] {
    return runtime.brokenInvariants(this.chain.host)
  }

  /** The outcome of one transaction in a block of its own. */
  try(from: Keypair, call: Uint8Array): string {
    return this.chain.block([from, call])[0] ?? 'not in the block'
  }

  /** A registration dated by the newest block, or another one. */
  registers(enclave: TestEnclave, blockHash = this.chain.hash): Transaction {
    const registration = registrationOf(enclave, blockHash)
    const evidence = evidenceFor(enclave, this.chain.genesis, registration)
    return [
      enclave.operator,
      registry.calls.register.encode({ registration, evidence, endpoint: 'http://127.0.0.1:1' }),
    ]
  }

  /** Publishes code and deploys it; the replicas' first batch (the constructor) is open then. */
  deploy(changes: Partial<ContractPolicy> = {}, code = 'code'): void {
    const bytes = new TextEncoder().encode(code)
    const codeHash = blake2b256(bytes)
    if (this.chain.read(contracts.storage.codes, codeHash) === undefined) {
      this.succeed([deployer, contracts.calls.uploadCode.encode({ code: bytes })])
    }
    const deployment = {
      codeHash,
      executor: { type: 'Js' },
      policy: { ...policy, ...changes },
      init: Uint8Array.of(1),
    } as const
    this.succeed([deployer, contracts.calls.deploy.encode(deployment)])
    const [event] = this.chain.events('Contracts', 'Deployed') as [{ readonly contract: Uint8Array }]
    this.contract = event.contract
  }

  get deployed(): Contract {
    return known(this.chain.read(contracts.storage.contracts, this.contract))
  }

  get epochs(): KeyEpochs {
    return known(this.chain.read(contracts.storage.keyEpochs, this.contract))
  }

  get progress(): Progress {
    return known(this.chain.read(contracts.storage.progress, this.contract))
  }

  /** The enclaves that run the contract now. */
  get replicas(): TestEnclave[] {
    return this.deployed.replicas.map((replica) => this.enclaveOf(replica))
  }

  enclaveOf(identity: Uint8Array): TestEnclave {
    return known(this.workers.find((worker) => equalBytes(worker.identity.publicKey, identity)))
  }

  get spare(): TestEnclave[] {
    return this.workers.filter((worker) => !this.replicas.includes(worker))
  }

  /** What an honest replica says about the open batch; `changes` makes it a lie, or another truth. */
  commit(changes: Partial<Commit> = {}): Commit {
    const { batch, stateRoot, open } = this.progress
    const { from, to } = open ?? { from: 0n, to: 0n }
    const newRoot = blake2b256(concatBytes(stateRoot, Uint8Array.of(Number(from % 256n), Number(to % 256n))))
    const honest = {
      contract: this.contract,
      batch: batch + 1,
      from,
      to,
      previousRoot: stateRoot,
      newRoot,
      deltaCid: new Uint8Array(36).fill(7),
      outgoing: [] as Outgoing[],
      receiptsRoot: new Uint8Array(32).fill(8),
    }
    return { ...honest, ...changes }
  }

  lie(): Commit {
    return this.commit({ newRoot: new Uint8Array(32).fill(0xbb) })
  }

  vote(replica: TestEnclave, commit = this.commit(), signer = replica): Transaction {
    const message = bind(contexts.commit, this.chain.genesis, Commit.encode(commit))
    const signature = signer.identity.sign(message)
    const call = contracts.calls.commit.encode({ worker: replica.identity.publicKey, commit, signature })
    return [replica.operator, call]
  }

  /** All replicas agree on the open batch. */
  settle(changes: Partial<Commit> = {}): Commit {
    const commit = this.commit(changes)
    this.succeed(...this.replicas.map((replica) => this.vote(replica, commit)))
    return commit
  }

  votesKey(replica: TestEnclave, fill = 5, epoch = this.deployed.epoch): Transaction {
    const commandKey = { epoch, key: new Uint8Array(1216).fill(fill) }
    const content = [this.chain.genesis, this.contract, CommandKey.encode(commandKey)] as const
    const signature = replica.identity.sign(bind(contexts.commandKeyVote, ...content))
    const worker = replica.identity.publicKey
    return [
      replica.operator,
      contracts.calls.publishCommandKey.encode({ contract: this.contract, worker, commandKey, signature }),
    ]
  }

  /** Replicas agree on the command key of the pending epoch. */
  agreeOnKey(): void {
    this.succeed(...this.replicas.slice(0, 2).map((replica) => this.votesKey(replica)))
  }

  rotates(by = deployer): Transaction {
    return [by, contracts.calls.rotateKey.encode({ contract: this.contract })]
  }

  sends(count = 1, epoch = this.epochs.inForce): Transaction[] {
    const call = contracts.calls.send.encode({ contract: this.contract, epoch, sealed: Uint8Array.of(9) })
    return Array.from({ length: count }, () => [user, call] as const)
  }
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not on this chain')
  return value
}
