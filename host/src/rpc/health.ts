/**
 * `GET /health` and `GET /health/readiness`: for supervisors and load balancers. Alive means that the process answers;
 * ready means that what it answers is new.
 */
import { toHex } from '@pha/core/codec'
import { timestamp } from '@pha/runtime/pallets'
import type { RpcComponents } from './method.ts'

/** Ten empty blocks of the solo engine: one slow disk is no reason to send clients away. */
const OLDEST_HEAD_MS = 30_000

export interface HealthAnswer {
  /** 200 or 503. */
  readonly status: number
  readonly body: object
}

/** Always 200: who cannot answer does not. */
export function health({ chain }: Pick<RpcComponents, 'chain'>): HealthAnswer {
  const { hash, block } = chain.head
  return { status: 200, body: { ok: true, number: block.header.number, hash: toHex(hash) } }
}

/**
 * 503 with the reason while the newest block is older than 30 s. A node without the authority's key makes no blocks: it
 * is ready with what it has, and says so.
 */
export function readiness({
  chain,
  clock,
  makesBlocks,
}: Pick<RpcComponents, 'chain' | 'clock' | 'makesBlocks'>): HealthAnswer {
  const { number } = chain.head.block.header
  const madeAt = Number(timestamp.storage.now.decode(chain.trieAt().get(timestamp.storage.now.key())))
  const headAgeMs = Math.max(0, clock.now() - madeAt)
  const ready = !makesBlocks || headAgeMs <= OLDEST_HEAD_MS
  const reason = ready ? {} : { reason: `the newest block is ${Math.round(headAgeMs / 1_000)} s old` }
  return { status: ready ? 200 : 503, body: { ready, number, headAgeMs, makesBlocks, ...reason } }
}
