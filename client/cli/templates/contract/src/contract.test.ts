import { equal, rejects } from 'node:assert/strict'
import { it } from 'node:test'
import { deployForTest } from '@pha/contract/testing'
import { GuestBook } from './contract.ts'

const ann = new Uint8Array(32).fill(1)
const bob = new Uint8Array(32).fill(2)

it('shows an entry to its writer only', async () => {
  const book = deployForTest(GuestBook, { caller: ann })
  await book.as(ann).sign({ text: 'I was here' })
  equal(await book.as(ann).mine(), 'I was here')
  equal(await book.as(bob).mine(), undefined)
  equal(await book.as(bob).count(), 1)
})

it('refuses an empty entry', async () => {
  const book = deployForTest(GuestBook, { caller: ann })
  await rejects(book.as(ann).sign({ text: '' }), { code: 'Empty' })
})
