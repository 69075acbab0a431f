/**
 * Stands between a host and its enclave and writes down what passes: `node record-channel-main.ts FOLDER COMMAND...`.
 * `to-enclave.bin`, `from-enclave.bin` and `log.txt` in FOLDER are appended to.
 */
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const [folder = '', program = '', ...args] = process.argv.slice(2)
const enclave = spawn(program, args, { stdio: 'pipe', env: {} })

/** Written before it is passed on: what an enclave got is in the file even if all is killed right after. */
function tee(from: Readable, to: Writable, file: string): void {
  from.on('data', (chunk: Buffer) => appendFileSync(join(folder, file), chunk))
  from.pipe(to)
  to.on('error', () => from.destroy())
}

tee(process.stdin, enclave.stdin, 'to-enclave.bin')
tee(enclave.stdout, process.stdout, 'from-enclave.bin')
tee(enclave.stderr, process.stderr, 'log.txt')
enclave.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
