/** `node main.ts OUT_DIR`: builds both enclaves of a development network (SIMULATED TEE) and prints where they are and what they measure, as one line of JSON. */
import { toHex } from '@pha/core/codec'
import { buildEnclave } from './build-enclave.ts'

const [outDir = 'dist/enclaves'] = process.argv.slice(2)
const [worker, gatekeeper] = await Promise.all([
  buildEnclave({ kind: 'worker', tee: 'simulated', outDir }),
  buildEnclave({ kind: 'gatekeeper', tee: 'simulated', outDir }),
])
const described = [worker, gatekeeper].map(({ file, measurement }) => ({ file, measurement: toHex(measurement) }))
process.stdout.write(`${JSON.stringify({ worker: described[0], gatekeeper: described[1] })}\n`)
