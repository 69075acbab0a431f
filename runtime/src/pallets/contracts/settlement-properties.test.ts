import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import fc from 'fast-check'
import { PHA } from '../balances/schema.ts'
import { registry } from '../registry/schema.ts'
import { contracts } from './schema.ts'
import { TestNetwork } from './test-network.ts'

const receiver = new Uint8Array(32).fill(0x42)

/** Five replicas: some honest majority, the others lie (alike or each another way), votes in any order and blocks. */
const scenario = fc
  .tuple(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 0, maxLength: 2 }), fc.boolean())
  .chain(([liars, alike]) =>
    fc.record({
      liars: fc.constant(liars),
      alike: fc.constant(alike),
      order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 }),
      votesPerBlock: fc.integer({ min: 1, max: 5 }),
      amount: fc.bigInt({ min: 0n, max: 12n * PHA }),
    }),
  )

describe('settlement, whatever the order of votes', () => {
  it('ends in the same state, suspends exactly the liars, and creates or loses no token', () => {
    fc.assert(
      fc.property(scenario, ({ liars, alike, order, votesPerBlock, amount }) => {
        const network = new TestNetwork({ workers: 5 })
        const { chain } = network
        network.deploy({ replicas: 5 })
        network.fund(10n * PHA)
        const truth = network.commit({ outgoing: [{ type: 'Transfer', value: { to: receiver, amount } }] })
        const said = (replica: number) =>
          liars.includes(replica)
            ? network.commit({ newRoot: new Uint8Array(32).fill(alike ? 200 : 200 + replica) })
            : truth
        const { replicas } = network
        const votes = order.map((i) => network.vote(replicas[i] ?? network.gatekeeper, said(i)))
        while (votes.length > 0) network.succeed(...votes.splice(0, votesPerBlock))

        deepEqual(network.progress, { batch: 1, committed: 1n, stateRoot: truth.newRoot, open: undefined })
        const final = chain.read(contracts.storage.commits, network.contract, 1)
        deepEqual(final?.commit, truth)
        const honest = replicas.filter((_, i) => !liars.includes(i)).map(({ identity }) => toHex(identity.publicKey))
        deepEqual(final?.voters.map(toHex).sort(), honest.sort())
        replicas.forEach(({ identity }, i) => {
          const status = chain.read(registry.storage.workers, identity.publicKey)?.status.type
          equal(status, liars.includes(i) ? 'Suspended' : 'Active')
        })
        const isPaid = amount <= 10n * PHA && amount >= PHA / 100n
        equal(network.balance(receiver), isPaid ? amount : 0n)
        deepEqual(network.broken, [])
      }),
      { numRuns: 25 },
    )
  })
})
