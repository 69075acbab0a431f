/**
 * The light client of the solo engine: one authority, proven from the genesis block's state, signs what is final.
 * Plain functions over plain data; who uses it (enclave, wallet, receipt checker) brings the bytes, from anyone.
 */
import { concatBytes, equalBytes, utf8Encode } from '../codec/index.ts'
import { twox128, verifyEd25519 } from '../crypto/index.ts'
import { bind, contexts, type FinalisedHeader, type Header, headerHash } from '../protocol/index.ts'
import { t, tryDecode } from '../schema/index.ts'
import { type ProofFailure, verifyProof } from '../trie/index.ts'

/** Where a light client stands. Small enough to be sealed and resumed from. */
export interface LightClient {
  /** Hash of the genesis header: which chain this is. */
  readonly genesis: Uint8Array
  /** ed25519 key of the authority. */
  readonly authority: Uint8Array
  /** The newest header that was shown to be final. */
  readonly newest: FinalBlock
}

export interface FinalBlock {
  readonly number: number
  readonly hash: Uint8Array
  readonly stateRoot: Uint8Array
}

/** Public and the same for everyone: a chain is chosen by its genesis, and everything else follows by proof. */
export interface GenesisProof {
  readonly genesisHeader: Header
  /** Read proof of `Consensus.Authority` under the genesis header's state root. */
  readonly genesisProof: readonly Uint8Array[]
}

export type SyncFailure =
  /** The header is no genesis header, or its proof does not show an authority. */
  | 'sync.bad-genesis'
  /** The finality proof does not verify: another authority, another chain, or changed bytes. */
  | 'sync.forged-header'
  /** An older block than one that was shown to be final. */
  | 'sync.backward'
  /** Another block at the number of the newest one, signed all the same: the authority equivocates. */
  | 'sync.fork'

export type Advanced =
  | { readonly ok: true; readonly client: LightClient }
  | { readonly ok: false; readonly reason: SyncFailure }

export type Proven =
  | { readonly ok: true; readonly values: readonly (Uint8Array | undefined)[] }
  | { readonly ok: false; readonly reason: 'sync.bad-proof'; readonly detail: ProofFailure }

/** Trie key of the authority: pallet `Consensus`, item `Authority` (this package doesn't know the pallets). */
export const AUTHORITY_KEY = concatBytes(twox128(utf8Encode('Consensus')), twox128(utf8Encode('Authority')))

/**
 * A client that knows only its genesis block.
 *
 * Whoever passes the genesis header decides which chain is followed: compare `client.genesis` with the hash you expect.
 *
 * @example
 * const started = startFrom({ genesisHeader, genesisProof })
 * if (!started.ok || !equalBytes(started.client.genesis, expected)) throw new Error('another chain')
 */
export function startFrom({ genesisHeader, genesisProof }: GenesisProof): Advanced {
  if (genesisHeader.number !== 0) return { ok: false, reason: 'sync.bad-genesis' }
  const read = verifyProof(genesisHeader.stateRoot, genesisProof, [AUTHORITY_KEY])
  if (!read.ok || read.values[0] === undefined) return { ok: false, reason: 'sync.bad-genesis' }
  const authority = tryDecode(t.bytes32, read.values[0])
  if (!authority.ok) return { ok: false, reason: 'sync.bad-genesis' }
  const genesis = headerHash(genesisHeader)
  const newest = { number: 0, hash: genesis, stateRoot: genesisHeader.stateRoot }
  return { ok: true, client: { genesis, authority: authority.value, newest } }
}

/**
 * Moves forward to a final header, over any distance, or says why not. The same header again is fine.
 *
 * @example
 * const moved = advance(client, FinalisedHeader.decode(bytes))
 * if (moved.ok) client = moved.client
 */
export function advance(client: LightClient, { header, proof }: FinalisedHeader): Advanced {
  const hash = headerHash(header)
  if (!verifyEd25519(client.authority, finalityBytes(client.genesis, header.number, hash), proof.value.signature)) {
    return { ok: false, reason: 'sync.forged-header' }
  }
  if (header.number < client.newest.number) return { ok: false, reason: 'sync.backward' }
  if (header.number === client.newest.number && !equalBytes(hash, client.newest.hash)) {
    return { ok: false, reason: 'sync.fork' }
  }
  return { ok: true, client: { ...client, newest: { number: header.number, hash, stateRoot: header.stateRoot } } }
}

/** What the solo authority signs when a block is final. */
export function finalityBytes(genesis: Uint8Array, number: number, hash: Uint8Array): Uint8Array {
  return bind(contexts.soloFinality, genesis, t.u32.encode(number), hash)
}

/**
 * Values (or proven absences) of storage keys in a proven state.
 *
 * @param stateRoot of a header that `advance` accepted
 * @example
 * const read = readProven(client.newest.stateRoot, proof, [key])
 * if (!read.ok) return read
 */
export function readProven(stateRoot: Uint8Array, proof: readonly Uint8Array[], keys: readonly Uint8Array[]): Proven {
  const read = verifyProof(stateRoot, proof, keys)
  return read.ok ? read : { ok: false, reason: 'sync.bad-proof', detail: read.reason }
}
