/** Multisig: accounts that act when enough of their signatories agree. Names and layouts are Substrate's. */
import { type Infer, t } from '@pha/core/schema'
import { AnyCall, call, constant, doubleMap, pallet, Weight } from '../../frame/declare.ts'
import { DispatchResult } from '../../frame/dispatch-error.ts'
import { storageDeposit } from '../balances/schema.ts'
import { MAX_SIGNATORIES } from './limits.ts'

/** Names an operation: where its first approval stands. The same call may be agreed on again later. */
export const Timepoint = t.named(
  ['pallet_multisig', 'Timepoint'],
  t.struct('Timepoint', { height: t.u32, index: t.u32 }),
)
export type Timepoint = Infer<typeof Timepoint>

export const Operation = t.named(
  ['pallet_multisig', 'Multisig'],
  t.struct('Multisig', {
    when: Timepoint,
    deposit: t.u128,
    depositor: t.accountId,
    approvals: t.boundedVec(t.accountId, MAX_SIGNATORIES),
  }),
)
export type Operation = Infer<typeof Operation>

/** The operation and the account whose balance is held; two accounts at the end. */
const OPERATE = { refTime: 80_000_000n, reads: 3, writes: 3 }
const OWN = { refTime: 40_000_000n, reads: 1, writes: 1 }
/** Comparing and hashing one account. */
const EACH = 1_000_000n

const group = { threshold: t.u16, otherSignatories: t.vec(t.accountId) }
const stated = (args: { readonly otherSignatories: readonly Uint8Array[]; readonly maxWeight: Weight }) => ({
  refTime: args.maxWeight.refTime + EACH * BigInt(args.otherSignatories.length),
})

export const multisig = pallet({
  name: 'Multisig',
  index: 22,
  docs: 'Accounts that act when enough of their signatories agree.',
  constants: {
    depositBase: constant(
      t.u128,
      storageDeposit(1, 88),
      'One entry: place, depositor, amount and two hashes in its key.',
    ),
    depositFactor: constant(t.u128, storageDeposit(0, 32), 'An approval.'),
    maxSignatories: constant(t.u32, MAX_SIGNATORIES, 'All approvals are read and written for each.'),
  },
  storage: {
    multisigs: doubleMap(
      'Twox64Concat',
      t.accountId,
      'Blake2_128Concat',
      t.bytes32,
      Operation,
      'Operations that wait for approvals, by account and hash of the call.',
    ),
  },
  calls: {
    asMultiThreshold1: call(
      0,
      { otherSignatories: t.vec(t.accountId), call: AnyCall },
      'Make a call as an account of which one signatory is enough.',
      { weight: OWN, adds: (args) => ({ calls: [args.call], refTime: EACH * BigInt(args.otherSignatories.length) }) },
    ),
    asMulti: call(
      1,
      { ...group, maybeTimepoint: t.option(Timepoint), call: AnyCall, maxWeight: Weight },
      'Approve a call; made if that was the last approval needed.',
      { weight: OPERATE, adds: stated },
    ),
    approveAsMulti: call(
      2,
      { ...group, maybeTimepoint: t.option(Timepoint), callHash: t.bytes32, maxWeight: Weight },
      'Approve a call by its hash.',
      { weight: OPERATE, adds: stated },
    ),
    cancelAsMulti: call(
      3,
      { ...group, timepoint: Timepoint, callHash: t.bytes32 },
      'Give an operation up; who began it only.',
      { weight: OPERATE, adds: (args) => ({ refTime: EACH * BigInt(args.otherSignatories.length) }) },
    ),
  },
  events: {
    NewMultisig: [
      { approving: t.accountId, multisig: t.accountId, callHash: t.bytes32 },
      'A call got its first approval.',
    ],
    MultisigApproval: [
      { approving: t.accountId, timepoint: Timepoint, multisig: t.accountId, callHash: t.bytes32 },
      'A call got another approval.',
    ],
    MultisigExecuted: [
      {
        approving: t.accountId,
        timepoint: Timepoint,
        multisig: t.accountId,
        callHash: t.bytes32,
        result: DispatchResult,
      },
      'A call got its last approval and was made.',
    ],
    MultisigCancelled: [
      { cancelling: t.accountId, timepoint: Timepoint, multisig: t.accountId, callHash: t.bytes32 },
      'A call was given up.',
    ],
  },
  errors: {
    MinimumThreshold: 'a threshold below two',
    AlreadyApproved: 'the signatory has approved the call',
    NoApprovalsNeeded: 'the call needs no more approvals',
    TooFewSignatories: 'no other signatory',
    TooManySignatories: 'more signatories than an account may have',
    SignatoriesOutOfOrder: 'the other signatories are not in ascending order, or double',
    SenderInSignatories: 'the caller is among the other signatories',
    NotFound: 'no such operation',
    NotOwner: 'somebody else began the operation',
    NoTimepoint: 'the operation has begun: its timepoint is needed',
    WrongTimepoint: 'the operation began elsewhere',
    UnexpectedTimepoint: 'no such operation has begun',
    MaxWeightTooLow: 'the call may cost more than was stated',
    AlreadyStored: 'the call is stored',
  },
})
