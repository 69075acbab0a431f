/** What the enclaves' own code finds: it is started, never imported, so no answer here can differ from theirs. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CliError } from '../cli-error.ts'
import type { Check } from './check.ts'

/** A busy kernel is asked for some seconds, an agent for half a minute. */
const TIMEOUT_MS = 90_000

export interface TeeChecks {
  /** What a worker here would be registered as, such as `Tdx`. */
  readonly kind?: string
  readonly findings: readonly Check[]
}

/**
 * @param root another tree than the machine's, for tests
 * @throws CliError `cli.doctor-failed`
 */
export async function teeChecks(root: string): Promise<TeeChecks> {
  const main = fileURLToPath(import.meta.resolve('@pha/enclave/doctor/main'))
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [main, '--root', root], { timeout: TIMEOUT_MS })
    return JSON.parse(stdout) as TeeChecks
  } catch (cause) {
    const { stderr = '' } = cause as { readonly stderr?: string }
    throw new CliError('cli.doctor-failed', `the program that looks for a TEE ended: ${stderr.slice(-500)}`)
  }
}
