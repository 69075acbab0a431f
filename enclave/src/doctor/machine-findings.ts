/** Kernel and processor, as evidence will show them: their versions decide whether a chain believes it. */
import type { SystemCalls } from '../tee/system-calls.ts'
import type { Finding } from './finding.ts'
import { textOf } from './near-misses.ts'

/** The first with configfs-tsm. */
const TSM_KERNEL = [6, 7] as const

export async function machineFindings(calls: SystemCalls): Promise<readonly Finding[]> {
  return [await kernel(calls), await processor(calls)].filter((finding) => finding !== undefined)
}

async function kernel(calls: SystemCalls): Promise<Finding | undefined> {
  const path = '/proc/sys/kernel/osrelease'
  if (!calls.exists(path)) return undefined
  const release = (await textOf(calls, path)).trim()
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? []
  const [wantedMajor, wantedMinor] = TSM_KERNEL
  const isNew = Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor)
  if (isNew) return { about: 'kernel', level: 'ok', found: `Linux ${release}` }
  return {
    about: 'kernel',
    level: 'warn',
    found: `Linux ${release}, without configfs-tsm: no worker in a TDX, SEV-SNP or CCA guest`,
    fix: `Linux ${TSM_KERNEL.join('.')} or later`,
  }
}

/** Revisions are Intel's and AMD's own numbers: collateral on chain says which of them are out of date. */
async function processor(calls: SystemCalls): Promise<Finding | undefined> {
  const path = '/proc/cpuinfo'
  if (!calls.exists(path)) return undefined
  const text = await textOf(calls, path)
  const field = (name: string): string | undefined => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(text)?.[1]
  const model = field('model name') ?? field('CPU implementer')
  if (model === undefined) return undefined
  const microcode = field('microcode')
  return {
    about: 'processor',
    level: 'ok',
    found: microcode === undefined ? model : `${model}, microcode ${microcode}`,
  }
}
