/**
 * What keys cost that nobody holds, one JSON line a figure: `node testing/bench/keys/main.ts [--samples 50]`. A node and
 * enclaves as real processes; a key takes one transaction, so that is the limit in the same run.
 */
import { parseArgs } from 'node:util'
import { keyReleases } from './key-releases.ts'
import { sharing } from './sharing.ts'

const { values } = parseArgs({ options: { samples: { type: 'string', default: '50' } } })

// As the network runs by default, and without a pause between blocks: what is left is work.
for (const blockIntervalMs of [250, 0]) await keyReleases({ blockIntervalMs, samples: Number(values.samples) })
for (const [threshold, gatekeepers] of [
  [3, 5],
  [7, 10],
  [14, 20],
] as const) {
  for (const blockIntervalMs of [250, 0]) await sharing({ threshold, gatekeepers, blockIntervalMs })
}
