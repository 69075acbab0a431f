/** A real enclave process that is fed bytes instead of what a host would say. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'

export interface FedEnclave {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * Starts a bundle as its host would, writes the bytes and closes the pipe.
 * @param folder holds its sealed store
 * @param bytes written one after another
 */
export async function feedEnclave(bundle: string, folder: string, bytes: readonly Uint8Array[]): Promise<FedEnclave> {
  const [file, base] = await Promise.all([realpath(bundle), realpath(folder)])
  const store = join(base, 'store')
  await mkdir(store, { recursive: true })
  const allowed = [`--allow-fs-read=${file}`, `--allow-fs-read=${store}`, `--allow-fs-write=${store}`]
  const child = spawn(process.execPath, ['--permission', ...allowed, file, '--store', store], { env: {} })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  // It may have closed the pipe before it has read all.
  child.stdin.on('error', () => {})
  for (const part of bytes) child.stdin.write(part)
  child.stdin.end()
  const kill = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const [code, signal] = await once(child, 'close')
  clearTimeout(kill)
  return { code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}
