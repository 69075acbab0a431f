/** Random calls of every pallet by a dozen accounts: money is conserved, events tell the truth, failures leave no trace. */
import { ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deriveDevAccount, type Keypair } from '@pha/core/crypto'
import { chainTypes, PHA } from '@pha/runtime/pallets'
import { deployer, TestNetwork, type Transaction, user } from '@pha/runtime/testkit'
import fc from 'fast-check'
import { encodeCall, randomCall } from '../calls/random-call.ts'
import { type Random, seededRandom } from '../campaigns/scale/random.ts'
import { CountingHost } from '../weights/counting-host.ts'
import { CheckedChain } from './checked-chain.ts'

const others = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve'].map((path) => deriveDevAccount(path))
const [alice] = others as [Keypair]

/** Each block is made from a number of its own, so that a failing run is shrunk to the blocks that matter. */
const anyBlocks = fc.array(fc.noShrink(fc.nat(2 ** 32 - 1)), { minLength: 1, maxLength: 30 })

/** These come first in each run, so that what they reach is not left to chance. */
const givenBlocks = Array.from({ length: 12 }, (_, course) =>
  Array.from({ length: 30 }, (_, block) => 30 * course + block),
)

describe('random calls of random accounts', () => {
  const outcomes = new Map<string, Set<string>>()

  it('conserve money, tell what they did, and leave nothing behind when they fail', () => {
    fc.assert(
      fc.property(anyBlocks, (blocks) => {
        const host = new CountingHost()
        const network = new TestNetwork({ chain: { endowed: others, host, sudo: { key: alice.accountId } } })
        network.deploy()
        const checked = new CheckedChain(network.chain, host)
        checked.ids.push(network.contract, ...network.workers.map(({ identity }) => identity.publicKey))
        for (const seed of blocks) {
          const random = seededRandom(seed, 'block')
          const transactions = Array.from({ length: random.below(6) }, () => anyTransaction(random, network, checked))
          checked.block(transactions).forEach((outcome, i) => {
            const [pallet = 0, call = 0] = transactions[i]?.[1] ?? []
            const known = outcomes.get(`${pallet}.${call}`) ?? new Set()
            outcomes.set(`${pallet}.${call}`, known.add(outcome))
          })
        }
      }),
      { numRuns: 52, examples: givenBlocks.map((blocks) => [blocks] as [number[]]) },
    )
  })

  it('reach every call, and more than one outcome of most', () => {
    const all = chainTypes.pallets.flatMap(({ index, calls }) =>
      Object.values(calls).map(({ index: call, origin }) => ({
        name: `${index}.${call}`,
        isForRoot: origin === 'root',
      })),
    )
    const calls = all.map(({ name }) => name)
    const unreached = calls.filter((call) => !outcomes.has(call))
    ok(unreached.length <= calls.length / 10, `not called: ${unreached.join(', ')}`)
    // An account gets nothing but BadOrigin from those of root.
    const others = all.filter(({ isForRoot }) => !isForRoot).map(({ name }) => name)
    const varied = others.filter((call) => (outcomes.get(call)?.size ?? 0) > 1)
    ok(varied.length > others.length / 3, `two outcomes: ${varied.join(', ')}`)
  })
})

function anyTransaction(random: Random, network: TestNetwork, { chain, ids }: CheckedChain): Transaction {
  const operators = [...network.workers, network.gatekeeper].map(({ operator }) => operator)
  const signers = [deployer, user, ...operators, ...others]
  if (random.oneIn(4)) return domainTransaction(random, network)
  const accounts = [
    ...signers.map(({ accountId }) => accountId),
    network.contract,
    new Uint8Array(32).fill(random.below(4)),
  ]
  const call = randomCall(random, { accounts, ids, block: chain.number + 1 })
  return [random.oneIn(3) ? alice : random.pick(signers), encodeCall(call)]
}

/** Calls that only the right signature of an enclave makes succeed. */
function domainTransaction(random: Random, network: TestNetwork): Transaction {
  const [send] = network.sends() as [Transaction]
  const replica = random.pick(network.replicas)
  return random.pick<() => Transaction>([
    () => send,
    () => network.vote(replica),
    () => network.vote(replica, random.oneIn(3) ? network.lie() : network.commit({ outgoing: [payment(random)] })),
    () => network.votesKey(replica, random.below(2)),
    () => network.registers(random.pick(network.workers)),
  ])()
}

function payment(random: Random) {
  const amount = (PHA * BigInt(random.below(4))) / 100n
  return { type: 'Transfer', value: { to: random.pick(others).accountId, amount } } as const
}
