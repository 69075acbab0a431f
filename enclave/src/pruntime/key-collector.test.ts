import { deepEqual, equal, notDeepEqual, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contractKeyInput, type KeyRelease, type PartialKey } from '@pha/core/protocol'
import { combinePartials, deal, evaluatePartial, publicShareOf, shareFor } from '@pha/core/threshold'
import type { Group } from '@pha/runtime/pallets'
import { random } from '../random.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { KeyCollector } from './key-collector.ts'

const genesis = bytesOf('genesis')
const wanted = { contract: bytesOf('contract'), root: 1, epoch: 7 }

/** Two of three, whose parts are real. */
function holders(sharing = 1) {
  const { polynomial } = deal({ threshold: 2, dealer: 1, context: genesis, random })
  const shares = [1, 2, 3].map((index) => shareFor(polynomial, index))
  const members = shares.map((share, i) => ({
    index: i + 1,
    identity: bytesOf(`${i}`),
    publicShare: publicShareOf(share),
  }))
  const publicKey = new Uint8Array(32)
  const group: Group = { root: 1, sharing, threshold: 2, publicKey, members, since: 0, ceremony: 0, dealers: [] }
  const input = contractKeyInput(genesis, wanted.contract, wanted.root, wanted.epoch)
  const partial = (index: number): PartialKey => {
    const [share, member] = [shares[index - 1], members[index - 1]]
    if (share === undefined || member === undefined) throw new Error('no such holder')
    return { index, ...evaluatePartial(share, member.publicShare, input, random), salt: new Uint8Array(32) }
  }
  const release = (index: number): KeyRelease => {
    const [worker, recipient, commitment] = [bytesOf('worker'), bytesOf('recipient'), bytesOf('commitment')]
    return { ...wanted, worker, recipient, commitment, sealed: new Uint8Array(0), sharing, index }
  }
  /** One gives its part. */
  const give = (collector: KeyCollector, part: PartialKey) => {
    equal(collector.admit(release(part.index)), 'to-open')
    return collector.add(release(part.index), part, group)
  }
  return { partial, release, give, input }
}

describe('what parts of a key are sealed to', () => {
  it('is the same until all have given theirs, another after a restart, and erased in the end', () => {
    const { partial, give } = holders()
    const collector = new KeyCollector(genesis)
    equal(collector.recipient(wanted), undefined)
    const publicKey = collector.ask(wanted)
    deepEqual(collector.ask(wanted), publicKey)
    notDeepEqual(collector.ask({ ...wanted, epoch: 70 }), publicKey)
    notDeepEqual(new KeyCollector(genesis).ask(wanted), publicKey)

    const recipient = collector.recipient(wanted)
    deepEqual(recipient?.publicKey, publicKey)
    deepEqual(
      [1, 2].map((index) => give(collector, partial(index)).type),
      ['waiting', 'complete'],
    )
    equal(collector.recipient(wanted), recipient, 'for the part of the third')
    const late = partial(3)
    equal(give(collector, late).type, 'waiting')
    deepEqual(late.evaluated, new Uint8Array(32))
    equal(collector.recipient(wanted), undefined)
    throws(() => recipient?.seed.expose())
    equal(collector.recipient({ ...wanted, epoch: 70 }) !== undefined, true)
  })

  it('is erased no later than the key', () => {
    const { partial, give } = holders()
    const collector = new KeyCollector(genesis)
    collector.ask(wanted)
    collector.ask({ ...wanted, epoch: 8 })
    for (const index of [1, 2]) give(collector, partial(index))
    const recipient = collector.recipient(wanted)
    collector.forget(bytesOf('other'))
    collector.forget(wanted.contract, [7, 8])
    equal(collector.recipient(wanted), recipient)
    collector.forget(wanted.contract, [8])
    throws(() => recipient?.seed.expose())
    equal(collector.recipient(wanted), undefined)
    equal(collector.recipient({ ...wanted, epoch: 8 }) !== undefined, true)
  })

  it('is another one when a key that came could not be kept', () => {
    const { partial, give } = holders()
    const collector = new KeyCollector(genesis)
    const first = collector.ask(wanted)
    for (const index of [1, 2]) give(collector, partial(index))
    notDeepEqual(collector.ask(wanted), first)
    deepEqual(
      [2, 3].map((index) => give(collector, partial(index)).type),
      ['waiting', 'complete'],
    )
  })
})

describe('parts of a key', () => {
  it('make the key that the threshold PRF gives, and nothing of them is left', () => {
    const { partial, give, input } = holders()
    const expected = combinePartials(input, [partial(2), partial(3)], 2)
    const collector = new KeyCollector(genesis)
    collector.ask(wanted)
    const parts = [partial(1), partial(3)]
    const collected = parts.map((part) => give(collector, part)).at(-1)
    if (collected?.type !== 'complete' || !expected.ok) throw new Error('no key')
    deepEqual(collected.key.expose(), expected.output.expose())
    for (const { evaluated } of parts) deepEqual(evaluated, new Uint8Array(32))
  })

  it('of two sharings are not put together', () => {
    const [old, young] = [holders(1), holders(2)]
    const collector = new KeyCollector(genesis)
    collector.ask(wanted)
    const steps = [
      [old, 1],
      [young, 2],
      [young, 3],
    ] as const
    deepEqual(
      steps.map(([from, index]) => from.give(collector, from.partial(index)).type),
      ['waiting', 'waiting', 'complete'],
    )
  })

  it('are taken from nobody twice', () => {
    const { partial, release, give } = holders()
    const collector = new KeyCollector(genesis)
    collector.ask(wanted)
    give(collector, partial(1))
    equal(collector.admit(release(1)), 'given-already')
    equal(collector.admit(release(2)), 'to-open')
  })
})
