/** Sudo: one key that may do everything, for development. Names and layouts are Substrate's. */
import { t } from '@pha/core/schema'
import { AnyCall, call, pallet, value, Weight } from '../../frame/declare.ts'
import { DispatchResult } from '../../frame/dispatch-error.ts'
import { MultiAddress } from '../../transaction/multi-address.ts'

/** The key is read; the call inside is counted beside this. */
const OWN = { refTime: 20_000_000n, reads: 1, writes: 0 }
/** The account that is acted for is one more than the sender's, which the fee pays for. */
const OWN_AND_ACCOUNT = { refTime: 20_000_000n, reads: 2, writes: 1 }
const CHANGE = { refTime: 20_000_000n, reads: 1, writes: 1 }

export const sudo = pallet({
  name: 'Sudo',
  index: 255,
  docs: 'One key that may do everything. Only a development chain has one.',
  genesis: { key: t.option(t.accountId) },
  storage: {
    key: value(t.accountId, 'Who may do everything; nobody if absent.'),
  },
  calls: {
    sudo: call(0, { call: AnyCall }, 'Make a call as root.', {
      weight: OWN,
      adds: (args) => ({ calls: [args.call] }),
    }),
    sudoUncheckedWeight: call(
      1,
      { call: AnyCall, weight: Weight },
      'Make a call as root, at a weight of your own choice.',
      { weight: OWN, adds: (args) => ({ uncounted: [args.call], refTime: args.weight.refTime }) },
    ),
    setKey: call(2, { new: MultiAddress }, 'Hand the key over.', { weight: CHANGE }),
    sudoAs: call(3, { who: MultiAddress, call: AnyCall }, 'Make a call as any account.', {
      weight: OWN_AND_ACCOUNT,
      adds: (args) => ({ calls: [args.call] }),
    }),
    removeKey: call(4, {}, 'Give the key up, for good.', { weight: CHANGE }),
  },
  events: {
    Sudid: [{ sudoResult: DispatchResult }, 'A call was made as root.'],
    KeyChanged: [{ old: t.option(t.accountId), new: t.accountId }, 'The key was handed over.'],
    KeyRemoved: [{}, 'The key was given up.'],
    SudoAsDone: [{ sudoResult: DispatchResult }, 'A call was made as another account.'],
  },
  errors: {
    RequireSudo: 'the caller does not hold the key',
  },
})
