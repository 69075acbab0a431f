/** Multisig: approvals are collected by the hash of a call; who gives the last one brings the call. */
import { compareBytes, equalBytes } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { AnyCall } from '../../frame/declare.ts'
import { requireSuccess } from '../../frame/dispatcher.ts'
import { implement } from '../../frame/implement.ts'
import { balancesLogic } from '../balances/logic.ts'
import { systemLogic } from '../system/logic.ts'
import { multiAccount } from './multi-account.ts'
import { multisig, type Operation, type Timepoint } from './schema.ts'

interface Approval {
  readonly who: Uint8Array
  readonly account: Uint8Array
  readonly threshold: number
  readonly callHash: Uint8Array
  readonly maybeTimepoint: Timepoint | undefined
}

const multisigDeps = { system: systemLogic, balances: balancesLogic }

export const multisigLogic = implement(multisig, multisigDeps, ({ storage, events, errors, constants, env, deps }) => {
  const now = (): Timepoint => ({ height: deps.system.blockNumber(), index: deps.system.extrinsicIndex() })

  function accountOf(who: Uint8Array, others: readonly Uint8Array[], threshold: number): Uint8Array {
    if (others.length === 0) throw errors.TooFewSignatories()
    if (others.length >= constants.maxSignatories) throw errors.TooManySignatories()
    for (const [i, other] of others.entries()) {
      const before = others[i - 1]
      if (before !== undefined && compareBytes(before, other) >= 0) throw errors.SignatoriesOutOfOrder()
      if (equalBytes(other, who)) throw errors.SenderInSignatories()
    }
    return multiAccount([...others, who].sort(compareBytes), threshold)
  }

  function sharedAccountOf(who: Uint8Array, others: readonly Uint8Array[], threshold: number): Uint8Array {
    if (threshold < 2) throw errors.MinimumThreshold()
    return accountOf(who, others, threshold)
  }

  function begin({ who, account, threshold, callHash, maybeTimepoint }: Approval): void {
    if (maybeTimepoint !== undefined) throw errors.UnexpectedTimepoint()
    const deposit = constants.depositBase + constants.depositFactor * BigInt(threshold)
    deps.balances.reserve(who, deposit)
    storage.multisigs.set(account, callHash, { when: now(), deposit, depositor: who, approvals: [who] })
    events.NewMultisig({ approving: who, multisig: account, callHash })
  }

  function requireTimepoint({ maybeTimepoint }: Approval, { when }: Operation): Timepoint {
    if (maybeTimepoint === undefined) throw errors.NoTimepoint()
    if (maybeTimepoint.height !== when.height || maybeTimepoint.index !== when.index) throw errors.WrongTimepoint()
    return when
  }

  /** Counts an approval; `true` if the caller's is there and the call may be made. */
  function approve(approval: Approval, operation: Operation, mayExecute: boolean): boolean {
    const { who, account, threshold, callHash } = approval
    const timepoint = requireTimepoint(approval, operation)
    const { approvals } = operation
    const isNew = approvals.length < threshold && !approvals.some((known) => equalBytes(known, who))
    if (mayExecute && approvals.length + (isNew ? 1 : 0) >= threshold) return true
    if (!isNew) throw errors.AlreadyApproved()
    storage.multisigs.set(account, callHash, { ...operation, approvals: [...approvals, who].sort(compareBytes) })
    events.MultisigApproval({ approving: who, timepoint, multisig: account, callHash })
    return false
  }

  function end(account: Uint8Array, callHash: Uint8Array, { depositor, deposit }: Operation): void {
    storage.multisigs.remove(account, callHash)
    deps.balances.unreserve(depositor, deposit)
  }

  return {
    calls: {
      asMultiThreshold1({ who }, { otherSignatories, call }) {
        const account = accountOf(who, otherSignatories, 1)
        const outcome = env.dispatch({ type: 'signed', who: account }, call)
        const callHash = blake2b256(AnyCall.encode(call))
        events.MultisigExecuted({ approving: who, timepoint: now(), multisig: account, callHash, result: outcome })
        requireSuccess(outcome)
      },

      asMulti({ who }, { threshold, otherSignatories, maybeTimepoint, call, maxWeight }) {
        const account = sharedAccountOf(who, otherSignatories, threshold)
        const callHash = blake2b256(AnyCall.encode(call))
        const approval = { who, account, threshold, callHash, maybeTimepoint }
        const operation = storage.multisigs.get(account, callHash)
        if (operation === undefined) begin(approval)
        else if (approve(approval, operation, true)) {
          if (env.costOf(call).refTime > maxWeight.refTime) throw errors.MaxWeightTooLow()
          // Gone before the call runs, so that the call can't count the same approvals again.
          end(account, callHash, operation)
          const result = env.dispatch({ type: 'signed', who: account }, call)
          events.MultisigExecuted({ approving: who, timepoint: operation.when, multisig: account, callHash, result })
        }
      },

      approveAsMulti({ who }, { threshold, otherSignatories, maybeTimepoint, callHash }) {
        const account = sharedAccountOf(who, otherSignatories, threshold)
        const approval = { who, account, threshold, callHash, maybeTimepoint }
        const operation = storage.multisigs.get(account, callHash)
        if (operation === undefined) begin(approval)
        else approve(approval, operation, false)
      },

      cancelAsMulti({ who }, { threshold, otherSignatories, timepoint, callHash }) {
        const account = sharedAccountOf(who, otherSignatories, threshold)
        const operation = storage.multisigs.get(account, callHash)
        if (operation === undefined) throw errors.NotFound()
        requireTimepoint({ who, account, threshold, callHash, maybeTimepoint: timepoint }, operation)
        if (!equalBytes(operation.depositor, who)) throw errors.NotOwner()
        end(account, callHash, operation)
        events.MultisigCancelled({ cancelling: who, timepoint, multisig: account, callHash })
      },
    },

    *held() {
      for (const [, { depositor, deposit }] of storage.multisigs.entries()) yield [depositor, deposit]
    },

    invariants: {
      'approvals are in order, once each, and include the first': () => {
        for (const [, { approvals, depositor }] of storage.multisigs.entries()) {
          const inOrder = approvals.every((one, i) => i === 0 || compareBytes(approvals[i - 1] ?? one, one) < 0)
          if (!inOrder || !approvals.some((one) => equalBytes(one, depositor))) return false
        }
        return true
      },
    },
  }
})
