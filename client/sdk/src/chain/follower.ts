/**
 * Follows the chain through an untrusted node: the genesis block chooses the chain, every later header is accepted by
 * its finality proof only. The node can hold news back, not make it up.
 */
import { equalBytes, type Hex, toHex } from '@pha/core/codec'
import { advance, type GenesisProof, type LightClient, startFrom } from '@pha/core/light-client'
import { FinalisedHeader, Header, headerHash } from '@pha/core/protocol'
import { join, READ_TIMEOUT_MS, waitFor } from '../call-options.ts'
import { PhaError } from '../errors.ts'
import { readByteList, readRecord, readScale } from '../rpc/answers.ts'
import type { JsonRpc } from '../rpc/json-rpc.ts'

/** A block that was shown to be final. */
export interface ProvenBlock {
  readonly number: number
  readonly hash: Uint8Array
  readonly stateRoot: Uint8Array
  readonly finalised: FinalisedHeader
}

export interface Chain {
  /** The proven start: the same for everyone on this chain. */
  genesis(signal: AbortSignal): Promise<GenesisProof & { readonly hash: Uint8Array }>
  /** The newest finalised block known, at most a few seconds old. */
  head(signal: AbortSignal): Promise<ProvenBlock>
  /** The newest finalised block as soon as its number is above `number`. */
  headAfter(number: number, signal: AbortSignal): Promise<ProvenBlock>
  /** The newest finalised block at the next news: a block above `number`, a new connection, or a few seconds' silence. */
  news(number: number, signal: AbortSignal): Promise<ProvenBlock>
  /** The finalised block with this hash. */
  block(hash: Uint8Array, signal: AbortSignal): Promise<ProvenBlock>
}

/** Blocks come every 3 s at the latest: a head that was not confirmed for longer is asked for again. */
const FRESH_MS = 3_500

export function followChain(rpc: JsonRpc, expectedGenesis: Hex | undefined): Chain {
  return new Follower(rpc, expectedGenesis)
}

interface Started {
  readonly genesis: GenesisProof & { readonly hash: Uint8Array }
  readonly atGenesis: LightClient
}

class Follower implements Chain {
  readonly #rpc: JsonRpc
  readonly #expectedGenesis: Hex | undefined
  readonly #listeners = new Set<() => void>()
  #starting: Promise<Started> | undefined
  #client: LightClient | undefined
  #head: ProvenBlock | undefined
  #confirmedAt = 0
  #connection = 0

  constructor(rpc: JsonRpc, expectedGenesis: Hex | undefined) {
    this.#rpc = rpc
    this.#expectedGenesis = expectedGenesis
  }

  async genesis(signal: AbortSignal): Promise<Started['genesis']> {
    return (await this.#started(signal)).genesis
  }

  async head(signal: AbortSignal): Promise<ProvenBlock> {
    await this.#started(signal)
    const fresh = Date.now() - this.#confirmedAt < FRESH_MS && this.#connection === this.#rpc.connections
    if (this.#head !== undefined && fresh) return this.#head
    return this.#refresh(signal)
  }

  async headAfter(number: number, signal: AbortSignal): Promise<ProvenBlock> {
    for (;;) {
      const head = await this.news(number, signal)
      if (head.number > number) return head
    }
  }

  async news(number: number, signal: AbortSignal): Promise<ProvenBlock> {
    const head = await this.head(signal)
    if (head.number > number) return head
    await this.#notification(signal)
    return this.head(signal)
  }

  async block(hash: Uint8Array, signal: AbortSignal): Promise<ProvenBlock> {
    const { atGenesis } = await this.#started(signal)
    const answer = await this.#rpc.request('pha_finalisedHeader', [toHex(hash)], signal)
    const block = accept(atGenesis, readScale(FinalisedHeader, answer, 'finalised header')).block
    if (!equalBytes(block.hash, hash)) throw forged('another block than the one asked for')
    return block
  }

  #started(signal: AbortSignal): Promise<Started> {
    const starting = this.#starting ?? this.#start()
    this.#starting = starting
    return join(starting, signal, 'starting to follow the chain')
  }

  async #start(): Promise<Started> {
    try {
      const what = 'genesis proof'
      const answer = readRecord(await this.#rpc.request('pha_genesis', [], AbortSignal.timeout(READ_TIMEOUT_MS)), what)
      const genesis = {
        genesisHeader: readScale(Header, answer['header'], what),
        genesisProof: readByteList(answer['proof'], what),
      }
      const started = startFrom(genesis)
      if (!started.ok) throw forged(started.reason)
      const hash = started.client.genesis
      if (this.#expectedGenesis !== undefined && toHex(hash) !== this.#expectedGenesis.toLowerCase()) {
        throw new PhaError('sdk.wrong-chain', `the node's chain is ${toHex(hash)}, not ${this.#expectedGenesis}`, {
          fix: 'Use a node of the chain you mean, or pass the genesis hash of this one if you trust its source.',
        })
      }
      this.#client = started.client
      this.#rpc.subscribe('pha_subscribeFinalised', 'pha_finalised', (result) => this.#notified(result))
      return { genesis: { ...genesis, hash }, atGenesis: started.client }
    } catch (error) {
      this.#starting = undefined
      throw error
    }
  }

  async #refresh(signal: AbortSignal): Promise<ProvenBlock> {
    const connection = this.#rpc.connections
    const answer = await this.#rpc.request('pha_finalisedHeader', [], signal)
    const head = this.#advance(readScale(FinalisedHeader, answer, 'finalised header'))
    this.#connection = Math.max(connection, 1) // the request itself may have opened the first one
    return head
  }

  #notified(result: unknown): void {
    try {
      this.#advance(readScale(FinalisedHeader, result, 'finalised header'))
      for (const listener of this.#listeners) listener()
    } catch {
      // Nobody asked for this; who asks next meets the refusal.
    }
  }

  /** Takes a header that is newer; an older one, as after the restore of a node from a copy, changes nothing. */
  #advance(finalised: FinalisedHeader): ProvenBlock {
    const { newest } = this.#client as LightClient
    if (this.#head !== undefined && finalised.header.number < newest.number) return this.#head
    const { client, block } = accept(this.#client as LightClient, finalised)
    this.#confirmedAt = Date.now()
    this.#client = client
    this.#head = block
    return block
  }

  /** Resolves at the next one (a new connection begins with one), or when the head should be asked for again. */
  #notification(signal: AbortSignal): Promise<void> {
    return waitFor(signal, 'waiting for a block', (resolve) => {
      const listener = (): void => resolve()
      const timer = setTimeout(listener, FRESH_MS)
      this.#listeners.add(listener)
      return () => {
        clearTimeout(timer)
        this.#listeners.delete(listener)
      }
    })
  }
}

function accept(client: LightClient, finalised: FinalisedHeader): { client: LightClient; block: ProvenBlock } {
  const moved = advance(client, finalised)
  if (!moved.ok) throw forged(moved.reason)
  const { header } = finalised
  const block = { number: header.number, hash: headerHash(header), stateRoot: header.stateRoot, finalised }
  return { client: moved.client, block }
}

function forged(reason: string): PhaError {
  return new PhaError('sdk.bad-proof', `the node gave a header that does not verify: ${reason}`, {
    fix: 'Use another node: this one lies or its data is damaged.',
  })
}
