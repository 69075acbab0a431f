/** System, time, tokens. */
import { balances, PHA, system, timestamp } from '@pha/runtime/pallets'
import { bob, chainOfFriends, idOf, others, type Prepared, put, type Scenario, type Scenarios } from '../scenario.ts'

const { remark, remarkWithEvent } = system.calls
const BYTES = { of: 'byte', most: 1_000_000 }

const said = (call: Uint8Array): Prepared => ({ chain: chainOfFriends(), sender: bob, call })

export const systemScenarios: Pick<Scenarios<typeof system>, 'remark' | 'remarkWithEvent'> = {
  remark: {
    worst: 'up to the largest extrinsic',
    units: BYTES,
    prepare: (units) => said(remark.encode({ remark: new Uint8Array(units) })),
  },
  remarkWithEvent: {
    worst: 'up to the largest extrinsic, hashed',
    units: BYTES,
    prepare: (units) => said(remarkWithEvent.encode({ remark: new Uint8Array(units) })),
  },
}

export const timestampScenarios: Scenarios<typeof timestamp> = {
  set: {
    worst: 'as every block has it',
    prepare: () => ({
      chain: chainOfFriends(),
      sender: undefined,
      call: timestamp.calls.set.encode({ now: 2n ** 50n }),
    }),
  },
}

/** The sender vanishes and leaves dust, the receiver comes into being. */
function lastTransfer(call: Uint8Array): Prepared {
  const chain = chainOfFriends()
  return { chain, sender: bob, call }
}

const dest = idOf(others[99] ?? bob)

const NEW_ACCOUNT: Pick<Scenario, 'worst'> = { worst: 'the receiver comes into being' }

export const balancesScenarios: Pick<
  Scenarios<typeof balances>,
  'transferAllowDeath' | 'transferKeepAlive' | 'transferAll'
> = {
  transferAllowDeath: {
    worst: 'the sender vanishes and leaves dust, the receiver comes into being',
    prepare() {
      const chain = chainOfFriends()
      const info = chain.read(system.storage.account, bob.accountId)
      const free = 2n * PHA
      put(chain, system.storage.account, bob.accountId, { ...info, data: { ...info.data, free } })
      // What is left after this and the fee is below the existential deposit.
      const value = free - PHA / 100n
      return { chain, sender: bob, call: balances.calls.transferAllowDeath.encode({ dest, value }) }
    },
  },
  transferKeepAlive: {
    ...NEW_ACCOUNT,
    prepare: () => lastTransfer(balances.calls.transferKeepAlive.encode({ dest, value: PHA })),
  },
  transferAll: {
    worst: 'the sender vanishes, the receiver comes into being',
    prepare: () => lastTransfer(balances.calls.transferAll.encode({ dest, keepAlive: false })),
  },
}
