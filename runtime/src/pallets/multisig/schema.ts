/** Multisig: accounts that act when enough of their signatories agree. Names and layouts are Substrate's. */
import { type Infer, t } from '@pha/core/schema'
import { AnyCall, call, constant, doubleMap, pallet, Weight } from '../../frame/declare.ts'
import { DispatchResult } from '../../frame/dispatch-error.ts'
import { storageDeposit } from '../balances/schema.ts'
import { WEIGHTS } from '../weights.ts'
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

const group = { threshold: t.u16, otherSignatories: t.vec(t.accountId) }
interface Group {
  readonly otherSignatories: readonly Uint8Array[]
}

/** Comparing and hashing each account, and with `maxWeight` what the call inside may cost. */
function grown(perUnit: bigint) {
  return (args: Group & { readonly maxWeight?: Weight }) => ({
    refTime: (args.maxWeight?.refTime ?? 0n) + perUnit * BigInt(args.otherSignatories.length),
  })
}

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
      {
        weight: WEIGHTS.Multisig.asMultiThreshold1,
        adds: (args) => ({ calls: [args.call], ...grown(WEIGHTS.Multisig.asMultiThreshold1.perUnit)(args) }),
      },
    ),
    asMulti: call(
      1,
      { ...group, maybeTimepoint: t.option(Timepoint), call: AnyCall, maxWeight: Weight },
      'Approve a call; made if that was the last approval needed.',
      { weight: WEIGHTS.Multisig.asMulti, adds: grown(WEIGHTS.Multisig.asMulti.perUnit) },
    ),
    approveAsMulti: call(
      2,
      { ...group, maybeTimepoint: t.option(Timepoint), callHash: t.bytes32, maxWeight: Weight },
      'Approve a call by its hash.',
      { weight: WEIGHTS.Multisig.approveAsMulti, adds: grown(WEIGHTS.Multisig.approveAsMulti.perUnit) },
    ),
    cancelAsMulti: call(
      3,
      { ...group, timepoint: Timepoint, callHash: t.bytes32 },
      'Give an operation up; who began it only.',
      { weight: WEIGHTS.Multisig.cancelAsMulti, adds: grown(WEIGHTS.Multisig.cancelAsMulti.perUnit) },
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
