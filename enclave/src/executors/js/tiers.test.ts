import { equal } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const fixture = fileURLToPath(new URL('./tiers.fixture.ts', import.meta.url))
const outcomesUnder = async (...flags: string[]): Promise<string> =>
  (await run(process.execPath, [...flags, fixture])).stdout

describe('the JavaScript executor under other compilers', () => {
  it('ends every recursion at the same instruction, whatever the frames of the compiler look like', async () => {
    const usual = await outcomesUnder()
    equal(JSON.parse(usual).length > 10, true)
    equal(await outcomesUnder('--liftoff-only'), usual)
    equal(await outcomesUnder('--no-liftoff'), usual)
    equal(await outcomesUnder('--no-liftoff', '--no-wasm-inlining'), usual)
  })

  it('executes nothing in a process whose native stack is too small', async () => {
    const failure = await outcomesUnder('--stack-size=300').catch((error: { stderr: string }) => error.stderr)
    equal(/executor\.native-stack/.test(failure), true)
  })
})
