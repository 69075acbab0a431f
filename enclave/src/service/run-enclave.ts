/** Runs an enclave's process: `--store <folder>`, the channel on stdin and stdout, log lines on stderr. */
import { parseArgs } from 'node:util'
import type { EnclaveKind } from '@pha/core/protocol'
import { Channel } from '../channel/channel.ts'
import { type Host, hostOver } from '../channel/host.ts'
import { codeOf, logger } from '../log.ts'
import { simulatedTee } from '../tee/simulated.ts'
import { type EnclaveParts, EnclaveService, type Role } from './enclave-service.ts'

export interface RunEnclaveInit {
  readonly kind: EnclaveKind['type']
  /** The running file: what is measured. */
  readonly bundle: string
  readonly role: (parts: EnclaveParts) => Role
}

/** Resolves to the exit code when the host closes the pipe. */
export async function runEnclave({ kind, bundle, role }: RunEnclaveInit): Promise<number> {
  const log = logger((line) => process.stderr.write(`${line}\n`), { enclave: kind, tee: 'SIMULATED' })
  const { store: folder } = parseArgs({ options: { store: { type: 'string' } } }).values
  if (folder === undefined) {
    log.error('no folder for the sealed store', { code: 'enclave.no-store', fix: 'start with --store <folder>' })
    return 2
  }
  log.warn('this TEE is SIMULATED: the owner of this machine can read everything')
  const tee = simulatedTee({ bundle, store: folder })
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
