/** The client: one node's connection, the chain as proven through it, and the keys that replies are sealed to. */
import type { Hex } from '@pha/core/codec'
import { type AgreementKey, generateAgreementKey, type RandomBytes, Secret } from '@pha/core/crypto'
import { FinalisedBlocks } from './chain/finalised-blocks.ts'
import { type Chain, followChain } from './chain/follower.ts'
import { Nonces } from './chain/nonces.ts'
import { OtherRuntimes } from './chain/other-runtime.ts'
import { Turns } from './chain/turns.ts'
import { PhaError } from './errors.ts'
import { OpenSessions } from './replicas/open-sessions.ts'
import { type JsonRpc, jsonRpc } from './rpc/json-rpc.ts'

export interface ClientInit {
  /** Address of a node's JSON-RPC, `ws://` or `wss://`. */
  readonly url: string
  /** Which chain must be at the other end. Without it, the node chooses the chain; nothing else is left to it. */
  readonly genesisHash?: Hex
  /** 32 bytes that the key of replies is derived from; random if absent, and then old replies can't be read again. */
  readonly replySeed?: Secret
  /** How long a request may wait for a connection: 20 s by default, longer than a node takes to restart. */
  readonly unreachableMs?: number
  /**
   * How sealed sessions travel: `websocket` by default, with several questions in flight; `http`, one request each, where
   * something on the way lets no WebSocket pass.
   */
  readonly sessionTransport?: SessionTransportKind
  readonly WebSocket?: typeof globalThis.WebSocket
  readonly fetch?: typeof globalThis.fetch
}

export type SessionTransportKind = 'websocket' | 'http'

/** What actions work with. Its parts are for actions; applications pass it on. */
export interface Client extends AsyncDisposable {
  readonly url: string
  readonly rpc: JsonRpc
  readonly chain: Chain
  readonly blocks: FinalisedBlocks
  readonly runtimes: OtherRuntimes
  readonly nonces: Nonces
  readonly turns: Turns
  readonly sessions: OpenSessions
  readonly replyKey: AgreementKey
  readonly sessionTransport: SessionTransportKind
  readonly WebSocket: typeof globalThis.WebSocket
  readonly fetch: typeof globalThis.fetch
  readonly random: RandomBytes
  /** Ends the connection and everything that waits. */
  close(): void
}

const UNREACHABLE_MS = 20_000

/**
 * A client of one node. Connects at the first action, and again whenever the connection is lost.
 *
 * @throws PhaError `sdk.bad-url`
 * @example
 * await using client = createClient({ url: 'ws://127.0.0.1:9944', genesisHash })
 * const { nonce, free } = await getAccount(client, alice.accountId)
 */
export function createClient(init: ClientInit): Client {
  requireAddress(init.url)
  const { sessionTransport = 'websocket', WebSocket = globalThis.WebSocket } = init
  const rpc = jsonRpc({
    url: init.url,
    WebSocket,
    unreachableMs: init.unreachableMs ?? UNREACHABLE_MS,
  })
  const chain = followChain(rpc, init.genesisHash)
  const runtimes = new OtherRuntimes(rpc)
  const sessions = new OpenSessions()
  let replyKey: AgreementKey | undefined

  function close(): void {
    rpc.close()
    sessions.close()
  }

  return {
    url: init.url,
    rpc,
    chain,
    blocks: new FinalisedBlocks({ rpc, chain, runtimes }),
    runtimes,
    nonces: new Nonces(),
    turns: new Turns(),
    sessions,
    get replyKey() {
      replyKey ??= generateAgreementKey(init.replySeed ?? randomSecret())
      return replyKey
    },
    sessionTransport,
    WebSocket,
    fetch: init.fetch ?? ((...args) => globalThis.fetch(...args)),
    random,
    close,
    async [Symbol.asyncDispose]() {
      close()
    },
  }
}

/** What a WebSocket takes; otherwise its constructor would throw at the first action, and at each later one. */
function requireAddress(url: string): void {
  const isAddress = URL.canParse(url) && ['ws:', 'wss:'].includes(new URL(url).protocol) && !url.includes('#')
  if (isAddress) return
  throw new PhaError('sdk.bad-url', `${url} is not a ws:// or wss:// address`, {
    fix: 'Pass the address of a node, such as ws://127.0.0.1:9944.',
  })
}

function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}

function randomSecret(): Secret {
  const bytes = random(32)
  const secret = Secret.from(bytes)
  bytes.fill(0)
  return secret
}
