/** Contracts: code, policy, replicas, commands and the commits that settle them. No logic. */
import { agreementKey, Commit, KeyEpochs, limits, RotationReason } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { call, constant, doubleMap, map, pallet, value } from '../../frame/declare.ts'
import { WEIGHTS } from '../weights.ts'

export const Executor = t.enum('Executor', { Js: null })
export type Executor = Infer<typeof Executor>

export const ContractPolicy = t.struct(
  'ContractPolicy',
  {
    replicas: t.u8,
    vendors: t.u8,
    worstLevel: t.u8,
    upgrade: t.enum('UpgradeRight', { Nobody: null, Account: t.accountId }),
    noticeBlocks: t.u32,
    egress: t.boundedVec(t.boundedText(256), 16),
    maxGas: t.u64,
  },
  'Who may run a contract and change it. Level 1 is the best, 5 the worst. maxGas bounds the gas of one message.',
)
export type ContractPolicy = Infer<typeof ContractPolicy>

export const Contract = t.struct(
  'Contract',
  {
    deployer: t.accountId,
    codeHash: t.hash,
    executor: Executor,
    policy: ContractPolicy,
    deployedAt: t.u32,
    epoch: t.u32,
    replicas: t.boundedVec(t.bytes32, limits.replicas),
    root: t.u32,
  },
  'A deployed contract and the identities of its replicas. `epoch` is the newest epoch of its keys, maybe pending, and `root` the ' +
    'generation of the root that they come from.',
)
export type Contract = Infer<typeof Contract>

export const Code = t.struct('Code', { uploader: t.accountId, size: t.u32, publicSince: t.u32 }, 'Published code.')

export const CommandKey = t.struct(
  'CommandKey',
  { epoch: t.u32, key: agreementKey },
  'What commands are sealed to; agreed by more than half of the replicas.',
)
export type CommandKey = Infer<typeof CommandKey>

export const Progress = t.struct(
  'Progress',
  {
    batch: t.u32,
    committed: t.u64,
    stateRoot: t.hash,
    open: t.option(t.struct('OpenBatch', { from: t.u64, to: t.u64, openedAt: t.u32 })),
  },
  'How far a contract is: number of final batches, last settled message, its state root, and the batch now voted on.',
)
export type Progress = Infer<typeof Progress>

export const FinalCommit = t.struct(
  'FinalCommit',
  { commit: Commit, codeHash: t.hash, block: t.u32, voters: t.boundedVec(t.bytes32, limits.replicas) },
  'A commit that more than half of the replicas signed; later equal votes are added to voters.',
)
export type FinalCommit = Infer<typeof FinalCommit>

export const RootMove = t.struct(
  'RootMove',
  { after: t.option(t.bytes32) },
  'The last contract that was asked to move to a new root.',
)
export type RootMove = Infer<typeof RootMove>

export const MovedContracts = t.struct(
  'MovedContracts',
  { contracts: t.u64, done: t.u64 },
  'Contracts that there were when the newest root took office, and how many of them need the root before no more.',
)
export type MovedContracts = Infer<typeof MovedContracts>

/** Epochs whose commands are counted one by one: the one before, the one in force, and one to spare. */
export const MAX_COUNTED_EPOCHS = 3

const amount = { commands: t.u64, bytes: t.u64 }
export const SealedAmount = t.struct('SealedAmount', amount, 'Commands, and the bytes of their ciphertext together.')
export type SealedAmount = Infer<typeof SealedAmount>

export const SealedCommands = t.struct(
  'SealedCommands',
  {
    total: SealedAmount,
    uncounted: t.u64,
    epochs: t.boundedVec(t.struct('SealedToEpoch', { epoch: t.u32, ...amount }), MAX_COUNTED_EPOCHS),
  },
  'Ciphertext in the topic of a contract: all of it, and that of the newest epochs, ascending. `uncounted` messages are older ' +
    'than this count.',
)
export type SealedCommands = Infer<typeof SealedCommands>

export const contracts = pallet({
  name: 'Contracts',
  index: 13,
  storageVersion: 5,
  docs: 'Confidential contracts: deployment, sealed commands, and settlement by the vote of replicas.',
  constants: {
    maxCode: constant(t.u32, limits.code, 'Bytes of contract code.'),
    maxReplicas: constant(t.u32, limits.replicas, 'Votes of all replicas are read in one block.'),
    maxBatch: constant(t.u32, limits.batch, 'Messages in one batch.'),
    maxGas: constant(
      t.u64,
      20_000_000_000n,
      'Gas of one message: two to four seconds, in which its enclave answers nobody else.',
    ),
    overlapBlocks: constant(
      t.u32,
      40,
      'Blocks in which commands are taken that were sealed to the epoch before, two minutes at 3 s: outlives a command that waits ' +
        'in a pool. Clients take the newest key.',
    ),
    keyPeriod: constant(t.u32, 28_800, 'Life of the keys of a contract that says nothing, in blocks: a day at 3 s.'),
    minKeyPeriod: constant(t.u32, 200, 'Shortest life of keys: five overlaps, so replicas do not only make keys.'),
    maxKeyPeriod: constant(t.u32, 10_512_000, 'Longest life of keys that have an end, in blocks: a year at 3 s.'),
  },
  storage: {
    codes: map('Blake2_128Concat', t.hash, Code, 'Published code by hash; the bytes are in the archive.'),
    deployments: value(t.u64, 'Number of contracts ever deployed.', 0n),
    contracts: map('Blake2_128Concat', t.bytes32, Contract, 'Contracts by id.'),
    commandKeys: map(
      'Blake2_128Concat',
      t.bytes32,
      CommandKey,
      'Public command key of each contract, of the epoch in force.',
    ),
    commandKeyVotes: doubleMap(
      'Blake2_128Concat',
      t.bytes32,
      'Blake2_128Concat',
      t.bytes32,
      CommandKey,
      'Command keys proposed by replicas before a majority agrees.',
    ),
    progress: map('Blake2_128Concat', t.bytes32, Progress, 'How far each contract is.'),
    votes: doubleMap(
      'Blake2_128Concat',
      t.bytes32,
      'Blake2_128Concat',
      t.bytes32,
      Commit,
      'Commits signed for the open batch, by contract and replica.',
    ),
    commits: doubleMap(
      'Blake2_128Concat',
      t.bytes32,
      'Twox64Concat',
      t.u32,
      FinalCommit,
      'Final commits by contract and batch number, from 1.',
    ),
    batchSeeds: doubleMap(
      'Blake2_128Concat',
      t.bytes32,
      'Twox64Concat',
      t.u32,
      t.bytes32,
      'What the beacon adds to the randomness of a batch, fixed when it opens; none for batches of older runtimes.',
    ),
    assignments: doubleMap(
      'Blake2_128Concat',
      t.bytes32,
      'Blake2_128Concat',
      t.bytes32,
      t.unit,
      'The contracts of each worker: what its replicas say, the other way round.',
    ),
    leaving: map(
      'Blake2_128Concat',
      t.bytes32,
      t.option(t.bytes32),
      'Workers that lost their standing and whose contracts move on; the last contract that was looked at.',
    ),
    root: value(t.u32, 'Generation of the root that keys of new epochs come from.', 1),
    rootMove: value(
      RootMove,
      'Contracts are asked for an epoch with a key of the new root, one after the other: how far that is, until all were.',
    ),
    rekeying: map(
      'Blake2_128Concat',
      t.bytes32,
      t.unit,
      'Contracts that were asked to move to the new root, and still need keys of the one before.',
    ),
    moved: value(MovedContracts, 'How far contracts have moved to the newest root.', { contracts: 0n, done: 0n }),
    keyEpochs: map('Blake2_128Concat', t.bytes32, KeyEpochs, 'Which keys each contract uses, and until when.'),
    epochsDue: doubleMap(
      'Twox64Concat',
      t.u32,
      'Blake2_128Concat',
      t.bytes32,
      t.unit,
      'Contracts whose epochs are looked at when this block begins.',
    ),
    epochsOverdue: value(t.u32, 'The oldest block of `epochsDue` that is not done, if there was no room.'),
    sealedCommands: map(
      'Blake2_128Concat',
      t.bytes32,
      SealedCommands,
      'How much is sealed to the keys of each contract; none before its first command.',
    ),
    touched: value(t.vec(t.bytes32), 'Contracts with new messages in this block; empty between blocks.', []),
  },
  calls: {
    uploadCode: call(0, { code: t.boundedBytes(limits.code) }, 'Publish contract code.', {
      weight: WEIGHTS.Contracts.uploadCode,
      adds: ({ code }) => ({ refTime: WEIGHTS.Contracts.uploadCode.perUnit * BigInt(code.length) }),
    }),
    deploy: call(
      1,
      { codeHash: t.hash, executor: Executor, policy: ContractPolicy, init: t.boundedBytes(limits.input) },
      'Deploy a contract; replicas are chosen among the workers that satisfy the policy.',
      { weight: WEIGHTS.Contracts.deploy },
    ),
    send: call(
      2,
      { contract: t.bytes32, epoch: t.u32, sealed: t.boundedBytes(limits.command) },
      'Send a command that only the replicas can read.',
      {
        weight: WEIGHTS.Contracts.send,
        adds: ({ sealed }) => ({ refTime: WEIGHTS.Contracts.send.perUnit * BigInt(sealed.length) }),
      },
    ),
    publishCommandKey: call(
      3,
      { contract: t.bytes32, worker: t.bytes32, commandKey: CommandKey, signature: t.fixedBytes(64) },
      'A replica says what the command key is; it counts when more than half say the same. Signed by its identity over ' +
        'bind(commandKeyVote, genesis, contract, SCALE CommandKey).',
      { weight: WEIGHTS.Contracts.publishCommandKey },
    ),
    commit: call(
      4,
      { worker: t.bytes32, commit: Commit, signature: t.fixedBytes(64) },
      'A replica says what the open batch led to; it is final when more than half say the same. Signed by its identity ' +
        'over bind(commit, genesis, SCALE Commit).',
      {
        // Settling against a liar reads all workers besides: rare, as a liar must be attested anew before the next.
        weight: WEIGHTS.Contracts.commit,
        adds: ({ commit }) => ({ refTime: WEIGHTS.Contracts.commit.perUnit * BigInt(commit.outgoing.length) }),
      },
    ),
    replaceReplica: call(
      5,
      { contract: t.bytes32, replica: t.bytes32 },
      'Replace a replica by another eligible worker: the deployer any time, anyone if it is suspended or expired.',
      { weight: WEIGHTS.Contracts.replaceReplica },
    ),
    rotateKey: call(
      6,
      { contract: t.bytes32 },
      'Give a contract new keys: by its deployer. While a rotation goes on, another one follows it.',
      { weight: WEIGHTS.Contracts.rotateKey },
    ),
    setKeyPeriod: call(
      7,
      { contract: t.bytes32, period: t.u32 },
      'Say how many blocks the keys of a contract live, 0 for no end: by its deployer.',
      { weight: WEIGHTS.Contracts.setKeyPeriod },
    ),
  },
  events: {
    CodePublished: [{ codeHash: t.hash, uploader: t.accountId, size: t.u32 }, 'Code was published.'],
    Deployed: [
      { contract: t.bytes32, deployer: t.accountId, codeHash: t.hash, replicas: t.vec(t.bytes32) },
      'A contract was deployed.',
    ],
    CommandKeyAgreed: [{ contract: t.bytes32, epoch: t.u32 }, 'Replicas agreed on the command key.'],
    KeyEpochClosed: [
      { contract: t.bytes32, epoch: t.u32 },
      'All commands of an epoch are settled and no more are taken: replicas erase its keys.',
    ],
    KeyPeriodSet: [{ contract: t.bytes32, period: t.u32 }, 'Keys of a contract live as many blocks from now on.'],
    CommandSent: [{ contract: t.bytes32, sender: t.accountId, sequence: t.u64 }, 'A sealed command was ordered.'],
    BatchOpened: [{ contract: t.bytes32, batch: t.u32, from: t.u64, to: t.u64 }, 'Messages were put to the vote.'],
    Committed: [
      { contract: t.bytes32, batch: t.u32, to: t.u64, stateRoot: t.hash, voters: t.u32 },
      'A batch is settled.',
    ],
    ReplicaOutvoted: [
      { contract: t.bytes32, batch: t.u32, worker: t.bytes32, said: t.hash, agreed: t.hash },
      'A replica signed another result than the majority; it is suspended.',
    ],
    NoMajority: [{ contract: t.bytes32, batch: t.u32 }, 'All replicas voted and no value has a majority.'],
    ReplicaReplaced: [
      { contract: t.bytes32, replica: t.bytes32, replacement: t.bytes32 },
      'A replica was replaced by another worker.',
    ],
    OutgoingFailed: [
      { contract: t.bytes32, batch: t.u32, position: t.u32 },
      'An effect of a settled batch could not be applied, such as a transfer without funds; the rest stands.',
    ],
    NoReplacement: [
      { contract: t.bytes32, replica: t.bytes32 },
      'A replica lost its standing and no other worker may take its place; its votes do not count.',
    ],
    EpochBegan: [
      { contract: t.bytes32, epoch: t.u32, root: t.u32, reason: RotationReason },
      'Replicas may ask for the keys of a new epoch; the command key stays until they agree on another.',
    ],
  },
  errors: {
    CodeUnknown: 'no code with this hash was published',
    CodeExists: 'this code is published already',
    PolicyInvalid:
      'replicas must be 1 to 16, vendors 1 to replicas, level 1 to 5, and the gas limit 1 to the most that the chain allows',
    NotEnoughWorkers: 'fewer eligible workers are registered than the policy asks for',
    ContractUnknown: 'no contract has this id',
    WrongEpoch: 'the command key of this epoch is not the current one, nor the one before within the overlap',
    NotReplica: 'the worker is not a replica of this contract, or suspended',
    BadSignature: 'the signature does not verify',
    NoOpenBatch: 'there is nothing to vote on',
    WrongBatch: 'the commit does not fit the open batch or a settled one',
    AlreadyVoted: 'the replica has voted on this batch',
    CommandKeySettled: 'the command key of this epoch is agreed already',
    NotReplaceable: 'only the deployer may replace a replica that is active',
    NoReplacement: 'no other eligible worker is registered',
    NotDeployer: 'only the deployer may do this',
    PeriodInvalid: 'keys live 200 to 10512000 blocks, or 0 for no end',
  },
})
