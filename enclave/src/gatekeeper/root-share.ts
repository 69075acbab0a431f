/** The gatekeeper's share of the root key: with one gatekeeper (n = 1, t = 1) made inside at the first start. */
import { contexts } from '@pha/core/protocol'
import { type RootShare, rootFromSeed } from '@pha/core/threshold'
import { randomSecret } from '../random.ts'
import type { Memory } from '../service/memory.ts'

/** The share that is sealed, or a new one that is sealed before it is used. */
export function openRootShare(memory: Memory): RootShare {
  const seed = memory.content.rootSeed ?? randomSecret(32)
  if (memory.content.rootSeed === undefined) memory.change({ rootSeed: seed })
  return rootFromSeed(seed, contexts.rootShare)
}
