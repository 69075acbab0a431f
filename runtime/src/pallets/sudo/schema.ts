/** Sudo: one key that may do everything, for development. Names and layouts are Substrate's. */
import { t } from '@pha/core/schema'
import { AnyCall, call, pallet, value, Weight } from '../../frame/declare.ts'
import { DispatchResult } from '../../frame/dispatch-error.ts'
import { MultiAddress } from '../../transaction/multi-address.ts'
import { WEIGHTS } from '../weights.ts'

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
      weight: WEIGHTS.Sudo.sudo,
      adds: (args) => ({ calls: [args.call] }),
    }),
    sudoUncheckedWeight: call(
      1,
      { call: AnyCall, weight: Weight },
      'Make a call as root, at a weight of your own choice.',
      {
        weight: WEIGHTS.Sudo.sudoUncheckedWeight,
        adds: (args) => ({ uncounted: [args.call], refTime: args.weight.refTime }),
      },
    ),
    setKey: call(2, { new: MultiAddress }, 'Hand the key over.', { weight: WEIGHTS.Sudo.setKey }),
    sudoAs: call(3, { who: MultiAddress, call: AnyCall }, 'Make a call as any account.', {
      weight: WEIGHTS.Sudo.sudoAs,
      adds: (args) => ({ calls: [args.call] }),
    }),
    removeKey: call(4, {}, 'Give the key up, for good.', { weight: WEIGHTS.Sudo.removeKey }),
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
