import { deepEqual } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { emptyTrie } from '@pha/core/trie'
import { changedBy, openState, writeNext } from './write-state.ts'

it('has the root of the trie in memory after 20,000 accounts in batches and some changed blocks', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pha-state-'))
  const state = openState(directory)
  let model = emptyTrie(1)
  const batches = [0, 1, 2, 3].map((batch) => Array.from({ length: 5_000 }, (_, i) => batch * 5_000 + i))
  for (const [round, indexes] of [...batches, [1, 7, 19_999], [5_000, 7]].entries()) {
    const changes = changedBy(indexes, round)
    await writeNext(state, changes)
    model = model.applyChanges(changes)
    deepEqual(state.parent?.stateRoot, model.root())
  }
  await state.database[Symbol.asyncDispose]()
  const reopened = openState(directory)
  deepEqual([...reopened.database.headState().entries()].length, 20_000)
  await reopened.database[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})
