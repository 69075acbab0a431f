import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contracts, gatekeepers } from '@pha/runtime/pallets'
import { createClient } from '../client.ts'
import { TestNode } from '../test-node.ts'
import { getRootRotation, type RootRotation } from './get-root-rotation.ts'

const { rotation } = gatekeepers.storage
const { moved } = contracts.storage
type Rotation = Parameters<typeof rotation.type.encode>[0]
type Moved = Parameters<typeof moved.type.encode>[0]

const newest = { from: 1, to: 2, wantedAt: 7, since: 9, retiredAt: undefined }
const all = { contracts: 3n, done: 3n }

/** What is read from a chain that began with this state. */
async function readFrom(
  state: readonly [Rotation, Moved] | undefined,
  lie?: TestNode['lie'],
): Promise<RootRotation | undefined> {
  const entries =
    state &&
    ([
      [rotation.key(), rotation.type.encode(state[0])],
      [moved.key(), moved.type.encode(state[1])],
    ] as const)
  await using node = await new TestNode(entries).start()
  if (lie !== undefined) node.lie = lie
  await using client = createClient({ url: node.url })
  return await getRootRotation(client)
}

describe('getRootRotation', () => {
  it('says what state proves: none, one that goes on, and one that is done', async () => {
    equal(await readFrom(undefined), undefined)

    const { block, ...progress } = (await readFrom([newest, { contracts: 3n, done: 2n }])) ?? {}
    deepEqual(progress, { ...newest, contracts: 3n, done: 2n, percent: 66 })
    equal(block?.number, 0)

    const done = await readFrom([{ ...newest, retiredAt: 80 }, all])
    deepEqual([done?.percent, done?.retiredAt], [100, 80])
  })

  it('does not take the counts of the rotation before for those of one whose root is not made yet', async () => {
    const found = await readFrom([{ ...newest, from: 2, to: 3, since: undefined }, all])
    deepEqual([found?.contracts, found?.done, found?.percent], [0n, 0n, 0])
  })

  it('refuses values that the header does not prove', async () => {
    const lie: TestNode['lie'] = (method, result) =>
      method === 'state_getReadProof' ? { ...(result as object), proof: [] } : result
    await rejects(readFrom([newest, all], lie), { code: 'sdk.bad-proof' })
  })
})
