import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { limits } from '@pha/core/protocol'
import { contracts, gatekeepers, timestamp } from '@pha/runtime/pallets'
import { bytesOf, TestChain } from '../testing/test-chain.ts'
import { at, provenView } from './proven-view.ts'
import type { SyncError } from './sync-error.ts'

/** A view of a chain's newest block, and the keys of each request for a proof. */
function viewing(chain = new TestChain(), change = (proof: readonly Uint8Array[]) => proof) {
  const { header } = chain.seal()
  const asked: number[] = []
  const lies: string[] = []
  const honest = chain.host(
    () => {},
    () => {},
  )
  const host: typeof honest = {
    ...honest,
    async readProof(request) {
      asked.push(request.keys.length)
      return change(await honest.readProof(request))
    },
  }
  const block = { number: header.number, hash: chain.newestHash, stateRoot: header.stateRoot }
  const failed = (error: SyncError): SyncError => {
    lies.push(error.code)
    return error
  }
  return { view: provenView(block, host, failed), asked, lies, number: header.number }
}

const now = at(timestamp.storage.now)
const batchesOf = (name: string) => at(contracts.storage.progress, bytesOf(name))

describe('a proven view', () => {
  it('reads what is asked for in one turn with one proof, each key once', async () => {
    const chain = new TestChain()
    const progress = { batch: 3, committed: 9n, stateRoot: bytesOf('root'), open: undefined }
    chain.set(contracts.storage.progress, [bytesOf('one')], progress)
    const { view, asked, number } = viewing(chain)
    const [one, two, none] = await Promise.all([
      view.read(batchesOf('one'), now),
      view.read(now, batchesOf('one'), now),
      view.read(),
    ])
    const time = BigInt(number) * 3_000n
    deepEqual([one, two, none], [[progress, time], [time, progress, time], []])
    deepEqual(asked, [2])
    await view.read(now)
    deepEqual(asked, [2, 1], 'a later turn is another proof')
  })

  it('asks for no more keys at once than a proof may have', async () => {
    const { view, asked } = viewing()
    const many = (count: number, name: string) => Array.from({ length: count }, (_, i) => batchesOf(`${name} ${i}`))
    await Promise.all([view.read(...many(200, 'a')), view.read(...many(56, 'b')), view.read(...many(1, 'c'))])
    deepEqual(asked, [256, 1])
    await rejects(view.read(...many(limits.proofKeys + 1, 'd')), RangeError)
  })

  it('fails all reads of a proof that is a lie, and counts it once', async () => {
    const { view, lies } = viewing(new TestChain(), () => [])
    const reads = await Promise.allSettled([view.read(now), view.read(batchesOf('one'))])
    deepEqual(
      reads.map((read) => read.status === 'rejected' && read.reason.code),
      ['sync.bad-proof', 'sync.bad-proof'],
    )
    deepEqual(lies, ['sync.bad-proof'])
  })

  it('fails only the read whose bytes this build does not know', async () => {
    const chain = new TestChain()
    chain.set(
      { ...timestamp.storage.now, key: () => gatekeepers.storage.group.key() } as typeof timestamp.storage.now,
      [],
      7n,
    )
    const { view } = viewing(chain)
    const unknown = view.read(at(gatekeepers.storage.group))
    const [[time]] = await Promise.all([view.read(now), rejects(unknown, { code: 'sync.unknown-state' })])
    equal(typeof time, 'bigint')
  })
})
