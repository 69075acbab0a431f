/** Entry point of a thread that checks signatures: packed checks in, one byte for each out. It holds nothing else. */
import { parentPort } from 'node:worker_threads'
import { unpackChecks } from '../signature-check.ts'
import { verifyQuickly } from '../verify-quickly.ts'

parentPort?.on('message', (packed: Uint8Array) => {
  const held: number[] = []
  for (const check of unpackChecks(packed)) held.push(verifyQuickly(check) ? 1 : 0)
  parentPort?.postMessage(Uint8Array.from(held))
})
