import { deepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { utf8Encode } from '../codec/index.ts'
import { Receipt, type Reply, resultCommitment } from '../protocol/index.ts'
import { orderedTrieRoot, proveOrdered } from '../trie/index.ts'
import { verifyReply } from './index.ts'

const contract = new Uint8Array(32).fill(1)
const salt = new Uint8Array(32).fill(2)
const output = utf8Encode('42')
const receipts: Receipt[] = [5n, 6n, 7n].map((sequence) => ({
  sequence,
  command: new Uint8Array(32).fill(Number(sequence)),
  outcome: { type: 'Ok' },
  result: resultCommitment(salt, output),
}))
const leaves = receipts.map((receipt) => Receipt.encode(receipt))
const settled = { contract, batch: 3, receiptsRoot: orderedTrieRoot(leaves, 1) }
const reply: Reply = {
  contract,
  batch: 3,
  position: 1,
  receipt: receipts[1] as Receipt,
  salt,
  output,
  proof: proveOrdered(leaves, 1, 1),
}

describe('a reply', () => {
  it('is right when its receipt is under the commit and its output under the receipt', () => {
    deepEqual(verifyReply(settled, reply), { ok: true })
  })

  it('is refused with another output or salt', () => {
    const mismatch = { ok: false, reason: 'receipt.output-mismatch' }
    deepEqual(verifyReply(settled, { ...reply, output: utf8Encode('43') }), mismatch)
    deepEqual(verifyReply(settled, { ...reply, salt: contract }), mismatch)
  })

  it('is refused with a receipt that the replicas did not agree on, or at another position', () => {
    const missing = { ok: false, reason: 'receipt.not-included' }
    const receipt: Receipt = { ...reply.receipt, outcome: { type: 'Rejected' } }
    deepEqual(verifyReply(settled, { ...reply, receipt }), missing)
    deepEqual(verifyReply(settled, { ...reply, position: 2 }), missing)
    deepEqual(verifyReply(settled, { ...reply, proof: [] }), missing)
  })

  it('is refused for another contract or batch', () => {
    const other = { ok: false, reason: 'receipt.other-batch' }
    deepEqual(verifyReply({ ...settled, contract: salt }, reply), other)
    deepEqual(verifyReply({ ...settled, batch: 4 }, reply), other)
  })
})
