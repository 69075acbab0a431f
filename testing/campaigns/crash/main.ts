/** `node testing/campaigns/crash/main.ts [--runs 100]`: one JSON line a kill; the exit code is 1 after a loss. */
import { parseArgs } from 'node:util'
import { temporaryFolder } from '../../src/temporary-folder.ts'
import { crashRuns } from './crash-runs.ts'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '100' } } })
await using folder = await temporaryFolder()
for await (const run of crashRuns(folder.path, Number(values.runs), Math.random)) {
  process.stdout.write(`${JSON.stringify(run)}\n`)
  if (run.lost > 0 || run.check !== 'ok') process.exitCode = 1
}
