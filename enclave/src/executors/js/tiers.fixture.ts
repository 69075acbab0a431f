/** A process of its own for `tiers.test.ts`: runs every recursion and prints the outcomes. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { memoryState } from '../memory-state.ts'
import { loadJsExecutor } from './load-js-executor.ts'
import { recursions } from './recursions.fixture.ts'

const wasm = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')
const executor = loadJsExecutor(readFileSync(wasm))
const outcomes = Object.entries(recursions).map(([what, body]) => {
  const code = `globalThis.__pha_main = () => { ${body}; return { ok: true, output: new ArrayBuffer(0) } }`
  using contract = executor.load(new TextEncoder().encode(code))
  const outcome = contract.invoke(
    {
      kind: 'query',
      input: new Uint8Array(),
      caller: new Uint8Array(32),
      contract: new Uint8Array(32),
      block: { number: 1, timeMs: 0n },
      seed: new Uint8Array(32),
      gasLimit: 400_000_000n,
    },
    memoryState(),
  )
  return [what, outcome.status === 'trap' ? outcome.reason : outcome.status, String(outcome.gasUsed)]
})
process.stdout.write(JSON.stringify(outcomes))
