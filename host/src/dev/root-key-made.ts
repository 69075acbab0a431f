/** Waits for the root key of a network's gatekeepers: the chain is asked once for each of its blocks. */
import { once } from 'node:events'
import { gatekeepers } from '@pha/runtime/pallets'
import type { Logger } from 'pino'
import { ChainReader } from '../worker/chain-reader.ts'
import { NodeConnection } from '../worker/node-connection.ts'

/** Resolves when the gatekeepers share a key, or with `signal`. The node may be started later, and again. */
export async function rootKeyMade(nodeUrl: string, log: Logger, signal: AbortSignal): Promise<void> {
  await using node = new NodeConnection({ url: nodeUrl, log: log.child({}, { level: 'silent' }) })
  const chain = new ChainReader(node)
  const made = Promise.withResolvers<void>()
  node.subscribe('pha_subscribeFinalised', 'pha_finalised', () => {
    chain.storage(gatekeepers.storage.group, []).then(
      (group) => group !== undefined && made.resolve(),
      // The node went away: it tells of its newest block when it is back.
      () => {},
    )
  })
  if (!signal.aborted) await Promise.race([made.promise, once(signal, 'abort')])
}
