/** What the enclaves' own drivers find on this machine: the interface, evidence over it, and a key for sealing. */
import { codeOf } from '../log.ts'
import { detectTee, type Interface } from '../tee/detect.ts'
import { hardwareTee } from '../tee/hardware-tee.ts'
import { platformOf } from '../tee/open-tee.ts'
import type { Platform } from '../tee/platform.ts'
import type { SystemCalls } from '../tee/system-calls.ts'
import { TeeError } from '../tee/tee-error.ts'
import type { Finding } from './finding.ts'
import { nearMisses } from './near-misses.ts'

const NAMES = {
  Sgx: 'Intel SGX',
  Tdx: 'Intel TDX',
  SevSnp: 'AMD SEV-SNP',
  Cca: 'Arm CCA',
  Nitro: 'AWS Nitro Enclaves',
} as const satisfies { readonly [K in Platform['kind']]: string }

const NONE: Finding = {
  about: 'TEE',
  level: 'warn',
  found: 'none: this machine can run workers of development networks (SIMULATED TEE), and no others',
  fix: 'docs/guides/operate-a-tee.md names machines that have one',
}

export interface TeeFindings {
  /** What a worker here would be registered as; `undefined` if it would not start. */
  readonly kind: Platform['kind'] | undefined
  readonly findings: readonly Finding[]
}

/**
 * @example
 * const { kind, findings } = await teeFindings(nodeCalls())
 */
export async function teeFindings(calls: SystemCalls): Promise<TeeFindings> {
  let found: Interface | undefined
  try {
    found = await detectTee(calls)
    if (found === undefined) return { kind: undefined, findings: [NONE, ...(await nearMisses(calls))] }
    const platform = await platformOf(found, calls)
    const began = performance.now()
    const tee = await hardwareTee(platform)
    const took = `${Math.round(performance.now() - began)} ms`
    const works = `${NAMES[platform.kind]} through ${found.via}, evidence in ${took}`
    const findings: Finding[] = [{ about: 'TEE', level: 'ok', found: works }, sealing(platform)]
    return { kind: tee.kind === 'Simulated' ? undefined : tee.kind, findings }
  } catch (error) {
    return { kind: undefined, findings: [failure(error, found)] }
  }
}

function sealing({ sealingSecret }: Platform): Finding {
  if (sealingSecret !== undefined) return { about: 'sealing', level: 'ok', found: 'a key that follows the program' }
  return {
    about: 'sealing',
    level: 'warn',
    found: 'no key that follows the program: a worker is a new one after each start, a gatekeeper does not run',
    fix: 'nothing to do for a worker; docs/adr/0019-sealing-keys.md names the TEEs that have one',
  }
}

function failure(error: unknown, found: Interface | undefined): Finding {
  const through = `through ${found?.via ?? 'configfs-tsm'}`
  const isForRoot = error instanceof TeeError && ['EACCES', 'EPERM'].includes(codeOf(error.cause))
  const message = error instanceof Error ? error.message : String(error)
  const fix = isForRoot
    ? 'run this as root: the kernel gives evidence to root only'
    : error instanceof TeeError && error.fix
  return {
    about: 'TEE',
    level: 'lack',
    found: `there is one, ${through}, and it gives no evidence: ${message}`,
    ...(fix && { fix }),
  }
}
