/** What it says of a rotation that goes on: `testing/scenarios/root-rotation.test.ts`. */
import { equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodeWithClient } from './test-client.ts'

const { client } = await nodeWithClient()

describe('pha_rootRotation', () => {
  it('says that there never was one', async () => {
    equal((await client.ask('pha_rootRotation')).result, null)
  })
})
