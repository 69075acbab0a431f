/** An upgrade that changes a layout: each note of `Notes` is rewritten, and its event says more. Entry of a bundle. */
import { t } from '@pha/core/schema'
import { composeRuntime, logics } from '@pha/runtime/chain'
import { call, composeTypes, implement, map, pallet } from '@pha/runtime/frame'
import { chainTypes } from '@pha/runtime/pallets'
import { FIRST_NOTES, numberNotes } from './notes-with-numbers.ts'

const Note = t.struct('Note', { text: t.text, value: t.u64 })

export const textNotes = pallet({
  name: 'Notes',
  index: 200,
  docs: 'Numbers that somebody wrote down, with a text.',
  storageVersion: 2,
  storage: { notes: map('Twox64Concat', t.u32, Note, 'Numbers and texts.') },
  calls: { write: call(0, { key: t.u32, value: t.u64, text: t.boundedBytes(64) }, 'Write a number down.') },
  events: { Written: [{ key: t.u32, value: t.u64 }, 'A number was written down.'] },
})

const notesLogic = implement(textNotes, {}, ({ storage, events, env }) => {
  const former = env.formerItem(numberNotes.storage.notes)
  return {
    calls: {
      write(_, { key, value }) {
        storage.notes.set(key, { text: '', value })
        events.Written({ key, value })
      },
    },
    migrations: {
      1() {
        for (let key = 0; key < FIRST_NOTES; key++) former.set(key, key * 10)
      },
      2() {
        for (const key of [...former.keys()]) {
          storage.notes.set(key, { text: `note ${key}`, value: BigInt(former.get(key) ?? 0) })
        }
      },
    },
  }
})

export const runtime = composeRuntime(composeTypes([...chainTypes.pallets, textNotes]), [...logics, notesLogic])
