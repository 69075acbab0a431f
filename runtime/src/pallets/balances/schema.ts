/** Balances: PHA, with 12 decimals. Balances live in `System.Account`, as Substrate clients expect. */
import { t } from '@pha/core/schema'
import { call, constant, pallet, value } from '../../frame/declare.ts'
import { MultiAddress } from '../../transaction/multi-address.ts'
import { WEIGHTS } from '../weights.ts'

/** One PHA in planck, the smallest unit. */
export const PHA = 1_000_000_000_000n

/**
 * What is held of a balance while state is kept for its owner, in planck: what an account costs, for each entry, and a
 * hundredth of a thousandth of a PHA for each byte. Both follow the existential deposit: 0.01 PHA for about 1 KB.
 * @example
 * const held = storageDeposit(1, 36)
 */
export function storageDeposit(entries: number, bytes: number): bigint {
  return (BigInt(entries) * PHA) / 100n + (BigInt(bytes) * PHA) / 100_000n
}

export const balances = pallet({
  name: 'Balances',
  index: 2,
  docs: 'The token of the chain.',
  genesis: { endowments: t.vec(t.tuple(t.accountId, t.u128)) },
  constants: {
    existentialDeposit: constant(t.u128, PHA / 100n, 'An account takes about 1 KB of memory on each node.'),
  },
  storage: {
    totalIssuance: value(t.u128, 'Sum of all balances.', 0n),
  },
  calls: {
    transferAllowDeath: call(
      0,
      { dest: MultiAddress, value: t.compact(t.u128) },
      'Transfer; the sender may fall below the existential deposit, and is removed then.',
      { weight: WEIGHTS.Balances.transferAllowDeath },
    ),
    transferKeepAlive: call(
      3,
      { dest: MultiAddress, value: t.compact(t.u128) },
      'Transfer; refused if the sender would fall below the existential deposit.',
      { weight: WEIGHTS.Balances.transferKeepAlive },
    ),
    transferAll: call(
      4,
      { dest: MultiAddress, keepAlive: t.bool },
      'Transfer everything, or everything but the existential deposit.',
      { weight: WEIGHTS.Balances.transferAll },
    ),
  },
  events: {
    Endowed: [{ account: t.accountId, freeBalance: t.u128 }, 'An account came into being with this balance.'],
    DustLost: [{ account: t.accountId, amount: t.u128 }, 'A removed account left less than the existential deposit.'],
    Transfer: [{ from: t.accountId, to: t.accountId, amount: t.u128 }, 'Tokens changed hands.'],
    Deposit: [{ who: t.accountId, amount: t.u128 }, 'Tokens were credited.'],
    Withdraw: [{ who: t.accountId, amount: t.u128 }, 'Tokens were debited.'],
    Reserved: [{ who: t.accountId, amount: t.u128 }, 'Free balance was set aside.'],
    Unreserved: [{ who: t.accountId, amount: t.u128 }, 'Balance that was set aside is free again.'],
    Slashed: [{ who: t.accountId, amount: t.u128 }, 'Balance that was set aside was taken out of existence.'],
  },
})
