/**
 * The chain's memory: hashes of twenty blocks of mixed calls, so that work on speed changes no root and no event. Where
 * the runtime changes on purpose (its version counts), write them anew: UPDATE_VECTORS=1 node --test <this file>.
 */
import { deepEqual } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { toHex } from '@pha/core/codec'
import { blake2b256, deriveDevAccount } from '@pha/core/crypto'
import { balances, PHA } from '../pallets/balances/schema.ts'
import { system } from '../pallets/system/schema.ts'
import { TestChain, type Transaction } from './test-chain.ts'

const file = fileURLToPath(new URL('../../../vectors/chain/state-roots.json', import.meta.url))
const [ann, bob, cat] = [deriveDevAccount('//Alice'), deriveDevAccount('//Bob'), deriveDevAccount('//Charlie')]

function transactions(block: number): Transaction[] {
  const { transferKeepAlive, transferAllowDeath, transferAll } = balances.calls
  const dest = (n: number) => ({ type: 'Id', value: new Uint8Array(32).fill(n + 1) }) as const
  return [
    [ann, transferKeepAlive.encode({ dest: dest(block), value: 3n * PHA })],
    [bob, transferKeepAlive.encode({ dest: dest(block + 5), value: 10n ** 30n })],
    [ann, system.calls.remarkWithEvent.encode({ remark: new Uint8Array(block * 7).fill(block) })],
    [cat, system.calls.remark.encode({ remark: new Uint8Array(3) })],
    [bob, system.calls.remark.encode({ remark: new Uint8Array(300) })],
    [ann, transferAllowDeath.encode({ dest: { type: 'Id', value: cat.accountId }, value: PHA })],
    [cat, transferAll.encode({ dest: dest(block), keepAlive: block % 2 === 0 })],
  ]
}

describe('blocks of mixed calls', () => {
  it('have the headers, events and outcomes of the vectors', () => {
    const chain = new TestChain({ endowed: [ann, bob] })
    const made = Array.from({ length: 20 }, (_, block) => {
      const outcomes = chain.block(...transactions(block))
      const events = chain.host.get(system.storage.events.key()) ?? new Uint8Array()
      return { hash: toHex(chain.hash), events: toHex(blake2b256(events)), outcomes }
    })
    const vectors = {
      description: 'Hash of the header, blake2b-256 of System.Events, and outcome of each transaction, of 20 blocks',
      source: 'runtime/src/chain/state-roots.test.ts',
      genesis: toHex(chain.genesis),
      blocks: made,
    }
    if (process.env.UPDATE_VECTORS === '1') writeFileSync(file, `${JSON.stringify(vectors, null, 2)}\n`)
    deepEqual(vectors, JSON.parse(readFileSync(file, 'utf8')))
  })
})
