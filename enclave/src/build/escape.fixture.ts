/** An enclave that tries to get out: each line of its output says what came of one attempt. */
import { spawn } from 'node:child_process'
import { lookup } from 'node:dns'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

const store = process.argv.at(-1) ?? ''

const attempts: { readonly [name: string]: () => unknown } = {
  'read the store': () => readdirSync(store),
  'write the store': () => writeFileSync(join(store, 'file'), 'x'),
  'read another file': () => readFileSync('/etc/hostname'),
  'list the folder above': () => readdirSync(join(store, '..')),
  'write beside the store': () => writeFileSync(join(store, '..', 'escaped'), 'x'),
  'open a connection': () => settled(connect(9, '127.0.0.1'), 'connect'),
  'listen on a socket': () => settled(createServer().listen(0), 'listening'),
  'look up a name': () =>
    new Promise((resolve, reject) => lookup('localhost', (error) => (error ? reject(error) : resolve(undefined)))),
  'spawn a process': () => settled(spawn(process.execPath, ['--version']), 'spawn'),
  'start a thread': () => settled(new Worker('', { eval: true }), 'online'),
  'load an addon': () => process.dlopen({ exports: {} }, join(store, 'addon.node')),
}

interface Emitter {
  once(event: string, listener: (error: Error) => void): unknown
}

function settled(emitter: Emitter, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    emitter.once(event, () => resolve())
    emitter.once('error', reject)
  })
}

for (const [name, attempt] of Object.entries(attempts)) {
  const result = await Promise.resolve()
    .then(attempt)
    .then(
      () => 'done',
      (error: NodeJS.ErrnoException) => error.code ?? error.name,
    )
  process.stdout.write(`${name}: ${result}\n`)
}
process.exit(0)
