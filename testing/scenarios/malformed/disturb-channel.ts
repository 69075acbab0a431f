/**
 * Stands between a host and its enclave: `node disturb-channel.ts FOLDER COMMAND...`. When FOLDER holds a file `bytes`,
 * its content goes to the enclave between two chunks of the host's, once.
 */
import { spawn } from 'node:child_process'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'

const [folder = '', program = '', ...args] = process.argv.slice(2)
const enclave = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'], env: {} })
enclave.stdin.on('error', () => {})
process.stdin.on('end', () => enclave.stdin.end())
process.stdin.on('data', (chunk: Buffer) => {
  enclave.stdin.write(chunk)
  try {
    const bytes = readFileSync(join(folder, 'bytes'))
    renameSync(join(folder, 'bytes'), join(folder, 'sent'))
    enclave.stdin.write(bytes)
  } catch {
    // Nothing to disturb with.
  }
})
enclave.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
