import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { fullDiskRun, hasSmallDisks, smallDisk } from '../campaigns/full-disk/full-disk-run.ts'
import { temporaryFolder } from '../src/index.ts'

await using here = await temporaryFolder()
const skip = (await hasSmallDisks(here.path)) ? false : 'skipped: only root may mount a small disk here'
if (skip) console.log(skip)

it('a node whose disk is full ends with a code, and goes on from the last block that it told once there is room', {
  skip,
}, async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'disk')
  await using _ = await smallDisk(path, 6 * 1024)
  const run = await fullDiskRun(folder.path, path, 2 * 1024)
  equal(run.exitCode, 1)
  equal(run.code, 'db.disk-full')
  match(run.fix ?? '', /^free some space/)
  ok(run.told > 0)
  equal(run.lost, 0)
  deepEqual(run.checks, ['ok', 'ok'])
})
