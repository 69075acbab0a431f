/** The product's enclaves, built once for all tests of a process. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuiltEnclave, buildEnclave } from '@pha/enclave/build'

export interface BuiltEnclaves {
  readonly worker: BuiltEnclave
  readonly gatekeeper: BuiltEnclave
}

let building: Promise<BuiltEnclaves> | undefined

/**
 * Builds worker and gatekeeper into a folder that goes away with the process.
 * @example
 * const { worker, gatekeeper } = await builtEnclaves()
 */
export function builtEnclaves(): Promise<BuiltEnclaves> {
  building ??= build()
  return building
}

async function build(): Promise<BuiltEnclaves> {
  const outDir = mkdtempSync(join(tmpdir(), 'pha-enclaves-'))
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  const [worker, gatekeeper] = await Promise.all([
    buildEnclave({ kind: 'worker', tee: 'simulated', outDir }),
    buildEnclave({ kind: 'gatekeeper', tee: 'simulated', outDir }),
  ])
  return { worker, gatekeeper }
}
