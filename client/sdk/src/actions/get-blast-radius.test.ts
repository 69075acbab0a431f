import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { BlastQuestion, BlastRadius } from '@pha/runtime/pallets'
import { type Client, createClient } from '../client.ts'
import { TestNode } from '../test-node.ts'
import { getBlastRadius } from './get-blast-radius.ts'

const broken = { type: 'Enclave', value: new Uint8Array(32).fill(7) } as const

function page(fill: number, next: Uint8Array | undefined): Uint8Array {
  const contract = new Uint8Array(32).fill(fill)
  const opened = { contract, epochs: [], closed: { commands: 0n, bytes: 0n }, uncounted: 0n, deltas: fill }
  return BlastRadius.encode({ shares: [], hasRoot: false, contracts: [opened], next })
}

describe('getBlastRadius', () => {
  let node: TestNode
  let client: Client
  before(async () => {
    node = await new TestNode().start()
    client = createClient({ url: node.url })
  })
  after(async () => {
    client.close()
    await node[Symbol.asyncDispose]()
  })

  it('asks page after page', async () => {
    const asked: BlastQuestion[] = []
    const next = new Uint8Array(32).fill(1)
    node.runtime = (method, input) => {
      equal(method, 'KeysApi_blast_radius')
      asked.push(BlastQuestion.decode(input))
      return asked.length === 1 ? page(1, next) : page(2, undefined)
    }
    const { contracts } = await getBlastRadius(client, broken)
    deepEqual(
      contracts.map(({ deltas }) => deltas),
      [1, 2],
    )
    deepEqual(asked, [
      { broken, after: undefined },
      { broken, after: next },
    ])
  })

  it('refuses an answer of another shape', async () => {
    node.runtime = () => Uint8Array.of(1, 2, 3)
    await rejects(getBlastRadius(client, broken), { code: 'sdk.bad-answer' })
  })

  it('ends when the caller does, though the node always has another page', async () => {
    node.runtime = () => page(1, new Uint8Array(32))
    await rejects(getBlastRadius(client, broken, { signal: AbortSignal.timeout(200) }), { code: 'sdk.timeout' })
  })
})
