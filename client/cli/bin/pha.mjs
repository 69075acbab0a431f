#!/usr/bin/env node
// The sources run by type stripping under Node 26; an older Node that started this hands over to the one in node_modules.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const main = new URL('../src/main.ts', import.meta.url)

if (Number(process.versions.node.split('.')[0]) >= 26) await import(main.href)
else {
  const node26 = findNode26()
  const child = spawn(node26, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' })
  // The child is in the same process group and gets Ctrl-C itself; this process only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal))
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}

function findNode26() {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node')
  } catch {
    console.error('error cli.node-missing: Node 26 is not installed in node_modules')
    console.error('  fix: npm start installs it, or npm rebuild node if packages are there')
    process.exit(1)
  }
}
