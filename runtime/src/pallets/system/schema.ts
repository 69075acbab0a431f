/** System: accounts, blocks, events. What every Substrate client reads first; names and layouts are Substrate's. */
import { Digest } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { call, constant, map, pallet, value, Weight } from '../../frame/declare.ts'
import { DispatchError } from '../../frame/dispatch-error.ts'
import { WEIGHTS } from '../weights.ts'
import {
  BLOCK_LENGTH,
  BLOCK_WEIGHTS,
  BlockLength,
  BlockWeights,
  ClassWeights,
  DB_WEIGHT,
  DbWeight,
  MAX_CODE_BYTES,
} from './limits.ts'
import { RUNTIME_VERSION, RuntimeVersion } from './version.ts'

export const AccountData = t.named(
  ['pallet_balances', 'types', 'AccountData'],
  t.struct('AccountData', { free: t.u128, reserved: t.u128, frozen: t.u128, flags: t.u128 }),
)
export type AccountData = Infer<typeof AccountData>

export const AccountInfo = t.named(
  ['frame_system', 'AccountInfo'],
  t.struct('AccountInfo', {
    nonce: t.u32,
    consumers: t.u32,
    providers: t.u32,
    sufficients: t.u32,
    data: AccountData,
  }),
)
export type AccountInfo = Infer<typeof AccountInfo>

/** The top bit of `flags` says that the account follows the newest rules for holds; Substrate sets it too. */
const NEW_LOGIC = 1n << 127n

export const EMPTY_ACCOUNT: AccountInfo = {
  nonce: 0,
  consumers: 0,
  providers: 0,
  sufficients: 0,
  data: { free: 0n, reserved: 0n, frozen: 0n, flags: NEW_LOGIC },
}

export const DispatchClass = t.named(
  ['frame_support', 'dispatch', 'DispatchClass'],
  t.enum('DispatchClass', { Normal: null, Operational: null, Mandatory: null }),
)
export type DispatchClass = Infer<typeof DispatchClass>

const Pays = t.named(['frame_support', 'dispatch', 'Pays'], t.enum('Pays', { Yes: null, No: null }))

export const DispatchInfo = t.named(
  ['frame_system', 'DispatchEventInfo'],
  t.struct('DispatchEventInfo', { weight: Weight, class: DispatchClass, paysFee: Pays }),
)
export type DispatchInfo = Infer<typeof DispatchInfo>

/** Stands for `Vec<EventRecord>`: only the composed chain knows all events (`EventRecords` in `pallets/schemas.ts`). */
export const EventRecordsPlaceholder = t.vec(t.struct('EventRecordPlaceholder', {}))

const AuthorizedUpgrade = t.named(
  ['frame_system', 'CodeUpgradeAuthorization'],
  t.struct('CodeUpgradeAuthorization', { codeHash: t.hash, checkVersion: t.bool }),
)

const Code = t.boundedBytes(MAX_CODE_BYTES)

const NO_HASH = new Uint8Array(32)

/** 2 h at 3 s: attestation evidence names a block at most this old, and the longest mortal era fits. */
const BLOCK_HASH_COUNT = 2_400

export const system = pallet({
  name: 'System',
  index: 0,
  docs: 'Accounts, blocks and events.',
  constants: {
    blockWeights: constant(BlockWeights, BLOCK_WEIGHTS, 'A third of the block time, so that importing keeps up.'),
    blockLength: constant(BlockLength, BLOCK_LENGTH, '5 MiB pass a 20 Mbit/s line within the block time.'),
    blockHashCount: constant(t.u32, BLOCK_HASH_COUNT, '2 hours at 3 s, the age that attestation evidence may have.'),
    dbWeight: constant(DbWeight, DB_WEIGHT, 'Measured on the database of a node, with 200,000 accounts.'),
    version: constant(RuntimeVersion, RUNTIME_VERSION, 'What this runtime is called.'),
    sS58Prefix: constant(t.u16, 30, 'Phala in the SS58 registry.'),
  },
  storage: {
    account: map('Blake2_128Concat', t.accountId, AccountInfo, 'Nonce and balance of each account.', EMPTY_ACCOUNT),
    extrinsicCount: value(t.u32, 'Extrinsics applied in this block; empty between blocks.'),
    blockWeight: value(ClassWeights, 'Weight of this block so far.', {
      normal: { refTime: 0n, proofSize: 0n },
      operational: { refTime: 0n, proofSize: 0n },
      mandatory: { refTime: 0n, proofSize: 0n },
    }),
    allExtrinsicsLen: value(t.u32, 'Bytes of the extrinsics of this block; empty between blocks.'),
    blockHash: map(
      'Twox64Concat',
      t.u32,
      t.hash,
      'The newest blockHashCount block hashes, and that of block 0.',
      NO_HASH,
    ),
    extrinsicData: map(
      'Twox64Concat',
      t.u32,
      t.bytes,
      'Extrinsics of this block; empty between blocks.',
      new Uint8Array(),
    ),
    number: value(t.u32, 'The block that is being made, or the last one.', 0),
    parentHash: value(t.hash, 'Hash of the block before.', NO_HASH),
    digest: value(
      t.named(['sp_runtime', 'generic', 'digest', 'Digest'], Digest),
      'Items of the consensus engine for this block.',
      { logs: [] },
    ),
    events: value(EventRecordsPlaceholder, 'Events of this block.', []),
    eventCount: value(t.u32, 'Number of events in this block.', 0),
    lastRuntimeUpgrade: value(
      t.named(
        ['frame_system', 'LastRuntimeUpgradeInfo'],
        t.struct('LastRuntimeUpgradeInfo', { specVersion: t.compact(t.u32), specName: t.text }),
      ),
      'The runtime version whose migrations ran last.',
    ),
    authorizedUpgrade: value(AuthorizedUpgrade, 'The code that anyone may put into force, by its hash.'),
  },
  calls: {
    setCode: call(2, { code: Code }, 'Replace the runtime by a newer one of this chain.', {
      origin: 'root',
      weight: WEIGHTS.System.setCode,
    }),
    setCodeWithoutChecks: call(
      3,
      { code: Code },
      'Replace the runtime, whatever the new one says of itself; nodes rehearse it all the same.',
      { origin: 'root', weight: WEIGHTS.System.setCodeWithoutChecks },
    ),
    authorizeUpgrade: call(9, { codeHash: t.hash }, 'Let anyone replace the runtime by a newer one of this hash.', {
      origin: 'root',
      weight: WEIGHTS.System.authorizeUpgrade,
    }),
    authorizeUpgradeWithoutChecks: call(
      10,
      { codeHash: t.hash },
      'Let anyone replace the runtime by this one, whatever it says of itself.',
      { origin: 'root', weight: WEIGHTS.System.authorizeUpgradeWithoutChecks },
    ),
    applyAuthorizedUpgrade: call(11, { code: Code }, 'Put the authorized runtime into force.', {
      weight: WEIGHTS.System.applyAuthorizedUpgrade,
    }),
    remark: call(0, { remark: t.bytes }, 'Put bytes into a block, without effect on state.', {
      weight: WEIGHTS.System.remark,
      adds: ({ remark }) => ({ refTime: WEIGHTS.System.remark.perUnit * BigInt(remark.length) }),
    }),
    remarkWithEvent: call(7, { remark: t.bytes }, 'Put bytes into a block and their hash into an event.', {
      weight: WEIGHTS.System.remarkWithEvent,
      adds: ({ remark }) => ({ refTime: WEIGHTS.System.remarkWithEvent.perUnit * BigInt(remark.length) }),
    }),
  },
  events: {
    ExtrinsicSuccess: [{ dispatchInfo: DispatchInfo }, 'An extrinsic did what it says.'],
    ExtrinsicFailed: [
      { dispatchError: DispatchError, dispatchInfo: DispatchInfo },
      'An extrinsic had no effect but its fee.',
    ],
    CodeUpdated: [{}, 'The runtime was replaced.'],
    NewAccount: [{ account: t.accountId }, 'An account came into being.'],
    KilledAccount: [{ account: t.accountId }, 'An account fell below the existential deposit and was removed.'],
    Remarked: [{ sender: t.accountId, hash: t.hash }, 'Bytes were put on record.'],
    UpgradeAuthorized: [{ codeHash: t.hash, checkVersion: t.bool }, 'Anyone may now put this code into force.'],
  },
  errors: {
    InvalidSpecName: 'the new runtime has another name',
    SpecVersionNeedsToIncrease: 'the new runtime is not newer',
    FailedToExtractRuntimeVersion: 'the new runtime does not say its version',
    NonDefaultComposite: 'an account still holds something',
    NonZeroRefCount: 'an account is still in use',
    CallFiltered: 'who acts for this account may not make this call',
    NothingAuthorized: 'no new runtime was authorized',
    Unauthorized: 'another runtime was authorized',
    CodeUnchanged: 'this is the runtime that is in force',
    UpgradeOutsideExtrinsic: 'a runtime is replaced by an extrinsic only, so that nodes can refuse it',
  },
})
