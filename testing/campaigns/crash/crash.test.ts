import { equal, ok } from 'node:assert/strict'
import { it } from 'node:test'
import { temporaryFolder } from '../../src/temporary-folder.ts'
import { crashRuns } from './crash-runs.ts'

it('loses no block that it told as final when it is killed under load, and its database is whole each time', async () => {
  await using folder = await temporaryFolder()
  let told = 0
  for await (const run of crashRuns(folder.path, 3, Math.random)) {
    equal(run.check, 'ok')
    equal(run.lost, 0)
    told += run.told
  }
  ok(told > 0, 'a subscriber was told of blocks')
})
