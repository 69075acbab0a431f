/** Our state roots are those of polkadot-sdk: for random tries of hostile shapes, and for every block of a chain. */
import { equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes, toHex } from '@pha/core/codec'
import { deriveDevAccount } from '@pha/core/crypto'
import { emptyTrie, MAX_KEY_BYTES, type Trie } from '@pha/core/trie'
import { balances, PHA, system } from '@pha/runtime/pallets'
import { deployer, TestChain, TestNetwork } from '@pha/runtime/testkit'
import fc from 'fast-check'
import { type Random, seededRandom } from '../campaigns/scale/random.ts'
import { substrateRoot } from './chopsticks.ts'

type Entry = [key: Uint8Array, value: Uint8Array]

const versions = fc.constantFrom<0 | 1>(0, 1)

/** Keys that are prefixes of each other, that part late, that part in one nibble, and hashes. */
const keys = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  fc
    .array(fc.constantFrom(0x00, 0x01, 0x0f, 0x10, 0xf0, 0xff), { maxLength: 6 })
    .map((bytes) => Uint8Array.from(bytes)),
  fc.tuple(fc.nat(MAX_KEY_BYTES), fc.nat(255)).map(([length, fill]) => new Uint8Array(length).fill(fill % 3)),
  fc.tuple(fc.nat(MAX_KEY_BYTES - 1), fc.nat(255)).map(([zeros, end]) => Uint8Array.of(...new Uint8Array(zeros), end)),
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
)

/** Around the 32 bytes at which a node is hashed and the 33 at which version 1 hashes a value; lengths of 1 to 4 bytes. */
const values = fc
  .tuple(fc.constantFrom(0, 1, 2, 24, 28, 29, 30, 31, 32, 33, 34, 63, 64, 65, 16_383, 16_384), fc.nat(255))
  .map(([length, fill]) => new Uint8Array(length).fill(fill))

const sameRoot = async (trie: Trie): Promise<void> =>
  equal(toHex(trie.root()), await substrateRoot(trie.entries(), trie.version))

describe('the root of a trie', () => {
  it('is that of polkadot-sdk for keys and values of hostile shapes, before and after removals', async () => {
    const entries = fc.array(fc.tuple(keys, values), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(entries, versions, fc.nat(), async (written, version, removed) => {
        const trie = emptyTrie(version).applyChanges(written)
        await sameRoot(trie)
        const gone = written.filter((_, i) => (removed >> (i % 30)) % 2 === 1)
        await sameRoot(trie.applyChanges(gone.map(([key]) => [key, undefined])))
      }),
      { numRuns: 250 },
    )
  })

  for (const version of [0, 1] as const) {
    it(`is that of polkadot-sdk for thousands of keys, of maps and of chance (version ${version})`, async () => {
      const random = seededRandom(version, 'thousands of keys')
      let trie = emptyTrie(version).applyChanges(Array.from({ length: 4_000 }, () => someEntry(random)))
      await sameRoot(trie)
      for (let round = 0; round < 3; round++) {
        const known = [...trie.entries()].filter(() => random.oneIn(3)).map(([key]) => [key, undefined] as const)
        trie = trie.applyChanges(known).applyChanges(Array.from({ length: 500 }, () => someEntry(random)))
        await sameRoot(trie)
      }
    })
  }
})

describe('the state root of every block', () => {
  it('is that of polkadot-sdk while accounts come and go', async () => {
    const accounts = Array.from({ length: 40 }, (_, i) => deriveDevAccount(`//${i}`))
    const [first] = accounts as [(typeof accounts)[0]]
    const random = seededRandom(1, 'blocks')
    const chain = new TestChain({ endowed: accounts.slice(0, 4) })
    await sameStateRoot(chain)
    for (let block = 0; block < 25; block++) {
      const transactions = Array.from({ length: random.below(8) }, () => {
        const dest = { type: 'Id', value: random.pick(accounts).accountId } as const
        const amount = (BigInt(1 + random.below(1_000)) * PHA) / 4n
        const transfer = balances.calls.transferAllowDeath.encode({ dest, value: amount })
        const remark = system.calls.remarkWithEvent.encode({ remark: random.bytes(random.below(90)) })
        return [random.oneIn(2) ? first : random.pick(accounts), random.oneIn(4) ? remark : transfer] as const
      })
      chain.block(...transactions)
      await sameStateRoot(chain)
    }
  })

  it('is that of polkadot-sdk while a contract is deployed, used and settled', async () => {
    const network = new TestNetwork()
    const { chain } = network
    const steps = [
      () => network.deploy(),
      () => network.settle(),
      () => network.agreeOnKey(),
      () => network.succeed(...network.sends(3)),
      () => network.settle(),
      () => network.fund(PHA),
      () => chain.fund(deployer, new Uint8Array(32).fill(5), PHA),
    ]
    for (const step of steps) {
      step()
      await sameStateRoot(chain)
    }
  })
})

async function sameStateRoot(chain: TestChain): Promise<void> {
  equal(toHex(chain.header.stateRoot), await substrateRoot(chain.host.trie.entries(), 1))
}

/** Under one of three pallets, as a map keeps them: a common beginning, a hash, the key. */
function someEntry(random: Random): Entry {
  const prefix = new Uint8Array(32).fill(random.below(3))
  const key = random.oneIn(10)
    ? random.bytes(random.below(40))
    : concatBytes(prefix, random.bytes(16 + random.below(33)))
  return [key, random.bytes(random.oneIn(20) ? random.below(2_000) : random.below(90))]
}
