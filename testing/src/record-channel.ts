/** Records the bytes between a worker's host and its enclave. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface ChannelRecorder {
  /** For `enclaveCommand` of a worker's host. */
  readonly command: readonly string[]
  /** What passed so far. */
  recorded(): Promise<{ readonly toEnclave: Buffer; readonly fromEnclave: Buffer; readonly log: Buffer }>
}

/**
 * @param folder made if missing; the recordings are kept there
 * @example
 * const recorder = await recordChannel(join(folder, 'worker-1'))
 * await startWorkerHost({ ...config, enclaveCommand: recorder.command })
 */
export async function recordChannel(folder: string): Promise<ChannelRecorder> {
  await mkdir(folder, { recursive: true })
  const read = (name: string): Promise<Buffer> => readFile(join(folder, name)).catch(() => Buffer.alloc(0))
  return {
    command: [process.execPath, fileURLToPath(new URL('record-channel-main.ts', import.meta.url)), folder],
    async recorded() {
      const [toEnclave, fromEnclave, log] = await Promise.all(
        ['to-enclave.bin', 'from-enclave.bin', 'log.txt'].map(read),
      )
      return { toEnclave: toEnclave as Buffer, fromEnclave: fromEnclave as Buffer, log: log as Buffer }
    },
  }
}
