/**
 * An indexer as its authors write one, a program of its own: `node subsquid-main.ts URL FIRST LAST`. It reads blocks by RPC
 * and writes what it found of each as one line of JSON, in place of rows of a database.
 */
import { writeSync } from 'node:fs'
import { SubstrateBatchProcessor } from '@subsquid/substrate-processor'

const [url = '', first = '0', last = '0'] = process.argv.slice(2)

const processor = new SubstrateBatchProcessor()
  .setRpcEndpoint(url)
  .setPrometheusPort(0)
  .setRpcDataIngestionSettings({ headPollInterval: 200 })
  .setBlockRange({ from: Number(first), to: Number(last) })
  .setFields({
    block: { timestamp: true, stateRoot: true, extrinsicsRoot: true, validator: false },
    extrinsic: { hash: true, fee: true, tip: true, success: true },
    call: { name: true, args: true, success: true, error: true, origin: true },
    event: { name: true, args: true, phase: true },
  })
  .addEvent({ extrinsic: true })
  .addCall({ extrinsic: true })
  .includeAllBlocks()

/** Final blocks only, kept nowhere: a restart begins anew. */
const database = {
  connect: async () => ({ height: -1, hash: '0x' }),
  transact: async (_: unknown, handle: (store: undefined) => Promise<void>) => handle(undefined),
}

processor.run(database, async ({ blocks }) => {
  for (const { header, events, calls, extrinsics } of blocks) {
    const line = {
      height: header.height,
      hash: header.hash,
      specVersion: header.specVersion,
      timestamp: header.timestamp,
      events: events.map(({ name, args, extrinsic }) => ({ name, args, extrinsic: extrinsic?.hash })),
      calls: calls.map(({ name, args, success, error }) => ({ name, args, success, error })),
      extrinsics: extrinsics.map(({ hash, fee, tip, success }) => ({ hash, fee, tip, success })),
    }
    const text = JSON.stringify(line, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    // At once: the processor ends its program with lines that still wait to be written.
    writeSync(1, `${text}\n`)
  }
})
