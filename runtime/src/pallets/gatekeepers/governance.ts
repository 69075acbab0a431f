/** What governance decides, and how operators come and go. */
import { equalBytes } from '@pha/core/codec'
import type { GatekeepersCalls, GatekeepersContext } from './context.ts'
import type { Operator } from './group-schema.ts'
import type { Operators } from './operators.ts'
import type { RootRotation } from './root-rotation.ts'

type Calls = Pick<
  GatekeepersCalls,
  'setTarget' | 'admitOperator' | 'dismissOperator' | 'bond' | 'unbond' | 'rotateRoot'
>

export function governanceCalls(
  { storage, events, errors, constants }: GatekeepersContext,
  operators: Operators,
  rotation: RootRotation,
): Calls {
  /** Whether its enclave holds shares, or makes some. */
  function isInvolved({ enclave }: Operator): boolean {
    if (enclave === undefined) return false
    const { dealers = [], receivers = [] } = storage.ceremony.get() ?? {}
    const members = [storage.group.get(), storage.formerGroup.get()].flatMap((group) => group?.members ?? [])
    return [...members, ...dealers, ...receivers].some(({ identity }) => equalBytes(identity, enclave))
  }

  function require(account: Uint8Array): Operator {
    const operator = operators.find(account)
    if (operator === undefined) throw errors.OperatorUnknown()
    return operator
  }

  return {
    setTarget(_root, { target }) {
      const { members, threshold } = target
      const isPossible = threshold >= 1 && threshold <= members && members <= constants.maxMembers
      if (!isPossible) throw errors.TargetInvalid()
      storage.target.set(target)
      events.TargetSet({ target })
    },

    admitOperator(_root, { operator: account }) {
      const known = operators.find(account)
      if (known?.standing.type === 'Admitted') throw errors.OperatorExists()
      if (known !== undefined) operators.put({ ...known, standing: { type: 'Admitted' } })
      else if (storage.operators.get().length >= constants.maxOperators) throw errors.TooManyOperators()
      else operators.add(account)
      events.OperatorAdmitted({ operator: account })
    },

    dismissOperator(_root, { operator: account }) {
      const operator = require(account)
      if (operator.bond === 0n) operators.remove(account)
      else operators.put({ ...operator, standing: { type: 'Dismissed' } })
      events.OperatorDismissed({ operator: account })
    },

    bond({ who }) {
      const operator = require(who)
      if (operator.standing.type === 'Dismissed') throw errors.OperatorUnknown()
      if (operator.bond >= constants.bond && operator.standing.type === 'Admitted') throw errors.BondExists()
      operators.hold({ ...operator, standing: { type: 'Admitted' } })
    },

    unbond({ who }) {
      const operator = require(who)
      if (!isInvolved(operator)) return operators.release(operator)
      if (operator.standing.type !== 'Admitted') throw errors.StillMember()
      operators.put({ ...operator, standing: { type: 'Leaving' } })
      events.OperatorLeaving({ operator: who })
    },

    rotateRoot() {
      const group = storage.group.get()
      if (group === undefined) throw errors.NoGroup()
      if (storage.target.get() === undefined) throw errors.NoTarget()
      if (rotation.isWanted() || storage.formerGroup.get() !== undefined) throw errors.RotationGoesOn()
      rotation.want(group.root)
    },
  }
}
