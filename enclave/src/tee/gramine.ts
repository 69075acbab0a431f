/**
 * SGX through Gramine's pseudo-files (Gramine documentation, "Attestation and Secret Provisioning"). A quote is made when
 * `quote` is opened, of what `user_report_data` holds then: both belong to the whole process.
 */
import { Secret } from '@pha/core/crypto'
import { limits } from '@pha/core/protocol'
import { oneAtATime } from './one-at-a-time.ts'
import type { Platform } from './platform.ts'
import { readText, readWhole, writeAtOnce } from './pseudo-file.ts'
import { retryBusy, type Sleep } from './retry-busy.ts'
import type { SystemCalls } from './system-calls.ts'
import { TeeError } from './tee-error.ts'

export const GRAMINE_FOLDER = '/dev/attestation'
const SEALING_KEY = `${GRAMINE_FOLDER}/keys/_sgx_mrenclave`
/** Of EGETKEY. */
const SEALING_KEY_BYTES = 16

/** One for the process, however many drivers it opens: so is the file. */
const inTurn = oneAtATime()

export interface GramineParts {
  readonly calls: SystemCalls
  readonly pause?: Sleep
}

/**
 * @throws TeeError `tee.unsupported` for another attestation than DCAP
 * @example
 * const platform = await graminePlatform({ calls: nodeCalls() })
 */
export async function graminePlatform({ calls, pause }: GramineParts): Promise<Platform> {
  const type = await readText(calls, `${GRAMINE_FOLDER}/attestation_type`)
  if (type !== 'dcap') {
    throw new TeeError('tee.unsupported', `attestation_type is ${type}`, {
      fix: 'sign the manifest with sgx.remote_attestation = "dcap" and start it with gramine-sgx',
    })
  }
  return {
    kind: 'Sgx',
    sealingSecret: await sealingSecret(calls),
    async evidence(reportData) {
      const quote = await inTurn(() => retryBusy(() => writeThenRead(calls, reportData), pause))
      return { type: 'Sgx', value: quote }
    },
  }
}

function writeThenRead(calls: SystemCalls, reportData: Uint8Array): Promise<Uint8Array> {
  // Fewer than 64 bytes would be filled up with zeros.
  writeAtOnce(calls, `${GRAMINE_FOLDER}/user_report_data`, reportData)
  return readWhole(calls, `${GRAMINE_FOLDER}/quote`, limits.evidence)
}

/** The key of EGETKEY under MRENCLAVE: another program, or a debug enclave, gets another one. */
async function sealingSecret(calls: SystemCalls): Promise<Secret> {
  const key = await readWhole(calls, SEALING_KEY, SEALING_KEY_BYTES)
  if (key.length !== SEALING_KEY_BYTES) throw new TeeError('tee.malformed', `sealing key of ${key.length} bytes`)
  const secret = Secret.from(key)
  key.fill(0)
  return secret
}
