/**
 * One request to the kernel's TSM: TDX, SEV-SNP and CCA behind the same attributes (Linux,
 * Documentation/ABI/testing/configfs-tsm-report). A request is a directory; writing its attributes says what is asked.
 */
import { randomBytes } from 'node:crypto'
import { toHex, utf8Encode } from '@pha/core/codec'
import { limits } from '@pha/core/protocol'
import { teeLimits } from './limits.ts'
import { readText, readWhole, writeAtOnce } from './pseudo-file.ts'
import { retryBusy, type Sleep } from './retry-busy.ts'
import type { SystemCalls } from './system-calls.ts'
import { TeeError } from './tee-error.ts'

export const TSM_FOLDER = '/sys/kernel/config/tsm/report'

export interface TsmParts {
  readonly calls: SystemCalls
  readonly pause?: Sleep
}

export interface TsmReport {
  readonly outblob: Uint8Array
  /** SEV-SNP's certificate table; empty for others, or where the hypervisor gave none. */
  readonly auxblob: Uint8Array
}

/** Which TEE the kernel's report are of: `tdx_guest`, `sev_guest`, `arm_cca_guest`. */
export function tsmProvider({ calls, pause }: TsmParts): Promise<string> {
  return retryBusy(() => inDirectory(calls, (folder) => readText(calls, `${folder}/provider`)), pause)
}

/**
 * A report over `reportData`.
 * @throws TeeError `tee.busy`, `tee.failed`, `tee.oversize`
 */
export function tsmReport({ calls, pause }: TsmParts, reportData: Uint8Array): Promise<TsmReport> {
  return retryBusy(() => inDirectory(calls, (folder) => request(calls, folder, reportData)), pause)
}

async function request(calls: SystemCalls, folder: string, reportData: Uint8Array): Promise<TsmReport> {
  const generation = async (): Promise<bigint> => BigInt(await readText(calls, `${folder}/generation`))
  const before = await generation()
  const writes: (readonly [attribute: string, value: Uint8Array])[] = [['inblob', reportData]]
  // SEV-SNP: reports below the floor are refused, and 0 is asked for unless something else is written. Under an SVSM the
  // floor is this guest's own level; its own key signs the bytes as they are. The SVSM's service would hash them.
  const floor = calls.exists(`${folder}/privlevel_floor`) ? await readText(calls, `${folder}/privlevel_floor`) : '0'
  if (floor !== '0') writes.unshift(['privlevel', utf8Encode(floor)])
  for (const [attribute, value] of writes) writeAtOnce(calls, `${folder}/${attribute}`, value)

  const outblob = await readWhole(calls, `${folder}/outblob`, limits.evidence)
  const auxblob = calls.exists(`${folder}/auxblob`)
    ? await readWhole(calls, `${folder}/auxblob`, teeLimits.certificateTable)
    : new Uint8Array()
  // `inblob` is taken when its descriptor is closed, and what fails then is told to nobody: the counter alone says
  // whether the kernel has our bytes, and only ours.
  if ((await generation()) !== before + BigInt(writes.length)) {
    throw new TeeError('tee.busy', 'the request was written to by another process, or not by us')
  }
  return { outblob, auxblob }
}

async function inDirectory<T>(calls: SystemCalls, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = `${TSM_FOLDER}/pha-${toHex(new Uint8Array(randomBytes(16))).slice(2)}`
  calls.makeDirectory(folder)
  try {
    return await work(folder)
  } finally {
    calls.removeDirectory(folder)
  }
}
