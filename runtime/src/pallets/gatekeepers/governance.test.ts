import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PHA } from '../balances/schema.ts'
import { user } from '../contracts/test-network.ts'
import { GATEKEEPER_BUILD, testEnclave } from '../registry/test-enclave.ts'
import { gatekeepers } from './schema.ts'
import { GatekeeperNetwork } from './test-gatekeepers.ts'

const { setTarget, admitOperator, dismissOperator, bond, unbond, rotateRoot } = gatekeepers.calls
const BOND = gatekeepers.constants.bond.value

function inOffice() {
  const network = new GatekeeperNetwork()
  network.conclude()
  const [first] = network.gatekeepers as [GatekeeperNetwork['gatekeepers'][number]]
  return { network, first, operator: first.operator }
}

describe('governance', () => {
  it('says how many gatekeepers it wants, within bounds', () => {
    const { network } = inOffice()
    for (const [members, threshold] of [
      [21, 3],
      [5, 6],
      [5, 0],
      [0, 0],
    ] as const) {
      equal(network.govern(setTarget.encode({ target: { members, threshold, refreshBlocks: 0 } })), 'TargetInvalid')
    }
    const target = { members: 20, threshold: 20, refreshBlocks: 7 }
    equal(network.govern(setTarget.encode({ target })), 'ok')
    deepEqual(network.chain.read(gatekeepers.storage.target), target)
  })

  it('alone admits operators, dismisses them and rotates the root', () => {
    const { network } = inOffice()
    const target = { members: 1, threshold: 1, refreshBlocks: 0 }
    const operator = user.accountId
    for (const call of [
      setTarget.encode({ target }),
      admitOperator.encode({ operator }),
      dismissOperator.encode({ operator }),
      rotateRoot.encode({}),
    ]) {
      equal(network.network.try(user, call), 'BadOrigin')
    }
  })

  it('admits so many operators and no more, each once', () => {
    const { network } = inOffice()
    const most = gatekeepers.constants.maxOperators.value
    const account = (i: number) => new Uint8Array(32).fill(i + 1)
    for (let i = 5; i < most; i++) equal(network.govern(admitOperator.encode({ operator: account(i) })), 'ok')
    equal(network.govern(admitOperator.encode({ operator: account(most) })), 'TooManyOperators')
    equal(network.govern(admitOperator.encode({ operator: account(7) })), 'OperatorExists')
    equal(network.govern(dismissOperator.encode({ operator: account(7) })), 'ok')
    equal(network.govern(dismissOperator.encode({ operator: account(7) })), 'OperatorUnknown')
    equal(network.govern(admitOperator.encode({ operator: account(7) })), 'ok')
  })
})

describe('an operator', () => {
  it('has its bond held since genesis, or by call, and its enclave joins then', () => {
    const { network } = inOffice()
    const newcomer = testEnclave('newcomer', GATEKEEPER_BUILD)
    const { operator } = newcomer
    network.chain.fund(user, operator.accountId, BOND + 10n * PHA)
    network.register(newcomer)
    equal(network.network.try(operator, bond.encode({})), 'Gatekeepers.OperatorUnknown')
    equal(network.govern(admitOperator.encode({ operator: operator.accountId })), 'ok')
    network.review()
    equal(network.phase, undefined)
    equal(network.network.try(operator, bond.encode({})), 'ok')
    equal(network.network.try(operator, bond.encode({})), 'Gatekeepers.BondExists')
    equal(network.chain.reserved(operator.accountId), BOND)
    // Five are in office, and five are wanted.
    network.review()
    equal(network.phase, undefined)
    equal(network.govern(setTarget.encode({ target: { members: 6, threshold: 3, refreshBlocks: 0 } })), 'ok')
    network.review()
    equal(network.ceremony.receivers.length, 6)
    deepEqual(network.chain.broken(), [])
  })

  it('that cannot pay the bond is no candidate', () => {
    const { network } = inOffice()
    const poor = testEnclave('poor', GATEKEEPER_BUILD)
    network.chain.fund(user, poor.operator.accountId, BOND / 2n)
    equal(network.govern(admitOperator.encode({ operator: poor.operator.accountId })), 'ok')
    equal(network.network.try(poor.operator, bond.encode({})), 'Token.FundsUnavailable')
  })

  it('that leaves gets its bond back once others hold the shares', () => {
    const { network, operator } = inOffice()
    equal(network.network.try(operator, unbond.encode({})), 'ok')
    equal(network.network.try(operator, unbond.encode({})), 'Gatekeepers.StillMember')
    equal(network.chain.reserved(operator.accountId), BOND)
    network.conclude()
    equal(network.group.members.length, 4)
    equal(network.network.try(operator, unbond.encode({})), 'ok')
    equal(network.chain.reserved(operator.accountId), 0n)
    network.review()
    equal(network.phase, undefined)
    // It is admitted still, and may come back.
    equal(network.network.try(operator, bond.encode({})), 'ok')
    network.conclude()
    equal(network.group.members.length, 5)
    deepEqual(network.chain.broken(), [])
  })

  it('that is dismissed loses its place, not its bond', () => {
    const { network, operator } = inOffice()
    equal(network.govern(dismissOperator.encode({ operator: operator.accountId })), 'ok')
    equal(network.network.try(operator, bond.encode({})), 'Gatekeepers.OperatorUnknown')
    network.conclude()
    equal(network.group.members.length, 4)
    equal(network.network.try(operator, unbond.encode({})), 'ok')
    equal(network.chain.reserved(operator.accountId), 0n)
    equal(network.network.try(operator, unbond.encode({})), 'Gatekeepers.OperatorUnknown')
    deepEqual(network.chain.broken(), [])
  })
})
