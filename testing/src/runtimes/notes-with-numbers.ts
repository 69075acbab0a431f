/** An upgrade that adds a pallet: `Notes`, with its first entries from a migration. Entry of a runtime's bundle. */
import { t } from '@pha/core/schema'
import { composeRuntime, logics } from '@pha/runtime/chain'
import { call, composeTypes, implement, map, pallet } from '@pha/runtime/frame'
import { chainTypes } from '@pha/runtime/pallets'

export const numberNotes = pallet({
  name: 'Notes',
  index: 200,
  docs: 'Numbers that somebody wrote down.',
  storageVersion: 1,
  storage: { notes: map('Twox64Concat', t.u32, t.u32, 'Numbers.') },
  calls: { write: call(0, { key: t.u32, value: t.u32 }, 'Write a number down.') },
  events: { Written: [{ key: t.u32 }, 'A number was written down.'] },
})

/** Entries that the first migration makes. */
export const FIRST_NOTES = 100

const notesLogic = implement(numberNotes, {}, ({ storage, events }) => ({
  calls: {
    write(_, { key, value }) {
      storage.notes.set(key, value)
      events.Written({ key })
    },
  },
  migrations: {
    1() {
      for (let key = 0; key < FIRST_NOTES; key++) storage.notes.set(key, key * 10)
    },
  },
}))

export const runtime = composeRuntime(composeTypes([...chainTypes.pallets, numberNotes]), [...logics, notesLogic])
