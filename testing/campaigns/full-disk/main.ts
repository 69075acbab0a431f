/** `node testing/campaigns/full-disk/main.ts [--runs 10]`, as root: one JSON line a full disk; the exit code is 1 after a failure. */
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { temporaryFolder } from '../../src/temporary-folder.ts'
import { fullDiskRun, smallDisk } from './full-disk-run.ts'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } })
const KiB = 1024
for (let run = 1; run <= Number(values.runs); run++) {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'disk')
  const [kilobytes, ballast] = [randomInt(5 * KiB, 16 * KiB), randomInt(1 * KiB, 3 * KiB)]
  await using _ = await smallDisk(path, kilobytes)
  const result = await fullDiskRun(folder.path, path, ballast)
  process.stdout.write(`${JSON.stringify({ run, kilobytes, ballast, ...result })}\n`)
  const isGood = result.code === 'db.disk-full' && result.lost === 0 && result.checks.every((check) => check === 'ok')
  if (!isGood) process.exitCode = 1
}
