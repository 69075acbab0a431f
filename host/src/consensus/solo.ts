/**
 * The solo engine: one authority, in process. It makes a block when transactions wait, at a bounded rate, and an empty one
 * each `emptyMs`; seals the header and proves it final with its key.
 */
import { blake2b256, type Keypair } from '@pha/core/crypto'
import { finalityBytes } from '@pha/core/light-client'
import { bind, contexts, type FinalisedHeader, Header, headerHash, SOLO_ENGINE_ID } from '@pha/core/protocol'
import type { Application, Mempool } from './application.ts'
import type { Clock } from './clock.ts'
import { EngineError } from './engine-error.ts'
import { rateLimit } from './rate-limit.ts'

export interface SoloInit {
  /** The ed25519 key that the chain's state names as its authority. */
  readonly authority: Keypair
  /**
   * Time between two blocks under lasting load; 250 by default, so that the disk and those who follow the chain get a rest.
   * After a pause up to eight come as soon as nothing more is on its way: what takes some blocks one after the other, as a
   * command and its commit, does not wait in between, and nor does what came last. With 0 all come so.
   */
  readonly intervalMs?: number
  /** Time after which an empty block is made; 3,000 by default: what expires by block number does so in real time. */
  readonly emptyMs?: number
}

export interface SoloComponents {
  readonly application: Application
  readonly mempool: Mempool
  readonly clock: Clock
}

/** Longest wait for what is on its way when a block is due: whoever sends without end must not hold it up. */
const GATHER_MS = 5

/** A block that comes before its time waits until nothing has come for so long: while many send, few blocks do. */
const CALM_MS = 3

/** Blocks that may follow each other at once after a pause. */
const BURST = 8

/** Why a wait ended early. Without a reason each `abort` makes an exception with its stack. */
const NO_FAULT = 'there is something to do'

/** `done` settles when the engine ends, and rejects if it could not go on. */
export interface Engine extends AsyncDisposable {
  readonly done: Promise<void>
}

/**
 * @example
 * await using engine = solo({ authority })({ application, mempool, clock: systemClock })
 */
export function solo(init: SoloInit): (components: SoloComponents) => Engine {
  const { authority, intervalMs = 250, emptyMs = 3_000 } = init
  return ({ application, mempool, clock }) => {
    const stop = new AbortController()
    let wake = new AbortController()
    let arrived = 0
    const unsubscribe = mempool.onReady(() => {
      arrived++
      if (!wake.signal.aborted) wake.abort(NO_FAULT)
    })

    const limit = rateLimit({ intervalMs, burst: BURST })

    async function nextBlockIsDue(lastMs: number): Promise<void> {
      // A clock that was set back must not stop the chain: nobody waits longer than for an empty block.
      const behind = lastMs - clock.now()
      const from = behind > emptyMs ? clock.now() : lastMs
      const wait = limit.waitMs(clock.now())
      if (wait > 0) await clock.sleep(wait, stop.signal)
      while (!stop.signal.aborted && !mempool.hasReady()) {
        const rest = from + emptyMs - clock.now()
        if (rest <= 0) return
        wake = new AbortController()
        await clock.sleep(rest, AbortSignal.any([stop.signal, wake.signal]))
      }
    }

    /** One block for what arrives together costs less than two, and ends sooner. */
    async function gather(lastMs: number): Promise<void> {
      const restMs = Math.min(lastMs + intervalMs - clock.now(), intervalMs)
      const gathered = new AbortController()
      const enough = clock.sleep(Math.max(restMs, GATHER_MS), AbortSignal.any([stop.signal, gathered.signal]))
      await Promise.race([restMs > 0 ? calm(gathered.signal) : mempool.settled(gathered.signal), enough])
      gathered.abort(NO_FAULT)
    }

    async function calm(signal: AbortSignal): Promise<void> {
      let before: number
      do {
        before = arrived
        await mempool.settled(signal)
        await clock.sleep(CALM_MS, signal)
      } while (arrived !== before && !signal.aborted)
    }

    async function makeBlock(): Promise<number> {
      const { height: parent, timeMs: parentTime, genesisHash } = application.info()
      const block = { height: parent + 1, timeMs: Math.max(clock.now(), parentTime + 1) }
      const proposal = { ...block, txs: await application.prepareProposal(block) }
      if (application.processProposal(proposal) === 'reject') {
        throw new EngineError('engine.own-proposal-rejected', `block ${block.height}`)
      }
      await application.commit(finalise(application.finalizeBlock(proposal), authority, genesisHash))
      return block.timeMs
    }

    async function run(): Promise<void> {
      let lastMs = application.info().timeMs
      while (!stop.signal.aborted) {
        await nextBlockIsDue(lastMs)
        if (mempool.hasReady()) await gather(lastMs)
        if (stop.signal.aborted) return
        limit.take(clock.now())
        lastMs = await makeBlock()
      }
    }

    const done = run().finally(unsubscribe)
    return {
      done,
      async [Symbol.asyncDispose]() {
        stop.abort()
        await done.catch(() => {}) // whoever awaits `done` gets the reason
      },
    }
  }
}

/** Seals a header and proves it final. */
export function finalise(unsealed: Header, authority: Keypair, genesisHash: Uint8Array): FinalisedHeader {
  const preHash = blake2b256(Header.encode(unsealed))
  const seal = authority.sign(bind(contexts.soloSeal, genesisHash, preHash))
  const logs = [...unsealed.digest.logs, { type: 'Seal', value: [SOLO_ENGINE_ID, seal] } as const]
  const header: Header = { ...unsealed, digest: { logs } }
  return { header, proof: proveFinal(header, authority, genesisHash) }
}

/** The finality proof of the solo engine: its signature of number and hash. */
export function proveFinal(header: Header, authority: Keypair, genesisHash: Uint8Array): FinalisedHeader['proof'] {
  const signed = finalityBytes(genesisHash, header.number, headerHash(header))
  return { type: 'Solo', value: { signature: authority.sign(signed) } }
}

/** The header as `finalizeBlock` gave it, whose hash the seal signs. */
export function unseal(header: Header): Header {
  return { ...header, digest: { logs: header.digest.logs.filter(({ type }) => type !== 'Seal') } }
}
