/** Runs an enclave's process: `--store <folder>`, the channel on stdin and stdout, log lines on stderr. */
import { parseArgs } from 'node:util'
import type { EnclaveKind } from '@pha/core/protocol'
import { Channel } from '../channel/channel.ts'
import { type Host, hostOver } from '../channel/host.ts'
import { codeOf, type Logger, logger } from '../log.ts'
import type { OpenTee } from '../tee/open-tee.ts'
import type { TeeDriver } from '../tee/tee-driver.ts'
import { TeeError } from '../tee/tee-error.ts'
import { type EnclaveParts, EnclaveService, type Role } from './enclave-service.ts'

export interface RunEnclaveInit {
  readonly kind: EnclaveKind['type']
  /** The running file: what is measured. */
  readonly bundle: string
  readonly openTee: OpenTee
  readonly role: (parts: EnclaveParts) => Role
}

/** Resolves to the exit code when the host closes the pipe. */
export async function runEnclave({ kind, bundle, openTee, role }: RunEnclaveInit): Promise<number> {
  const write = (line: string) => process.stderr.write(`${line}\n`)
  const starting = logger(write, { enclave: kind })
  const { store: folder } = parseArgs({ options: { store: { type: 'string' } } }).values
  if (folder === undefined) {
    starting.error('no folder for the sealed store', { code: 'enclave.no-store', fix: 'start with --store <folder>' })
    return 2
  }
  const tee = await opened(() => openTee({ bundle, store: folder }), starting)
  if (tee === undefined) return 3
  const log = logger(write, { enclave: kind, tee: labelOf(tee) })
  if (tee.isSimulated === true) log.warn('this TEE is SIMULATED: the owner of this machine can read everything')
  const host: Host = hostOver({ request: (body) => channel.request(body) })
  const service = new EnclaveService({ kind, folder }, { host, log, tee, role })
  const channel = new Channel({
    input: process.stdin,
    output: process.stdout,
    serve: async (request) => {
      try {
        return await service.serve(request)
      } catch (error) {
        log.warn('request refused', { request: request.type, code: codeOf(error) })
        throw error
      }
    },
  })
  try {
    await channel.done
    return 0
  } catch (error) {
    log.error('the channel broke', { code: codeOf(error) })
    return 1
  }
}

function labelOf({ kind, isSimulated }: TeeDriver): string {
  if (kind === 'Simulated') return 'SIMULATED'
  return isSimulated === true ? `SIMULATED ${kind}` : kind
}

/** What a TEE's kernel or agent says is not secret: whoever sets up the machine needs it. */
async function opened(open: () => TeeDriver | Promise<TeeDriver>, log: Logger): Promise<TeeDriver | undefined> {
  try {
    return await open()
  } catch (error) {
    const { message: detail, fix } = error instanceof TeeError ? error : { message: undefined, fix: undefined }
    log.error('the TEE gives no evidence', { code: codeOf(error), detail, fix })
    return undefined
  }
}
