/** Block 0: the state that a chain specification describes, and its header. */
import { equalBytes, fromHex, toHex } from '@pha/core/codec'
import type { Keypair } from '@pha/core/crypto'
import { type FinalityProof, Header, headerHash } from '@pha/core/protocol'
import { emptyTrie, proveKeys } from '@pha/core/trie'
import { CODE_KEY, RuntimeError } from '@pha/runtime/frame'
import { consensus, registry, sudo } from '@pha/runtime/pallets'
import { proveFinal } from '../consensus/index.ts'
import { type ChainDatabase, DbError } from '../db/index.ts'
import { type LoadedRuntime, loadRuntime } from '../runtime/load-runtime.ts'
import { RuntimeCodeError } from '../runtime/runtime-code-error.ts'
import type { Verify } from '../signatures/index.ts'
import { BlockState } from './block-state.ts'
import type { ChainSpec } from './chain-spec.ts'
import { NodeError } from './node-error.ts'

export interface GenesisComponents {
  readonly database: ChainDatabase
  readonly verify: Verify
}

/**
 * Makes block 0 in a new database; in one that has a chain, checks that it is this chain.
 * @param imported finality proof of block 0 from elsewhere, for a node without the authority's key; the caller checks it
 * @throws DbError `db.other-genesis`
 * @throws NodeError `node.not-the-authority` if a key is given that the genesis state does not name
 */
export async function ensureGenesis(
  spec: ChainSpec,
  authority: Keypair | undefined,
  { database, verify }: GenesisComponents,
  imported?: FinalityProof,
): Promise<void> {
  const code = fromHex(spec.code)
  const state = new BlockState(emptyTrie(1), runtimeOf(code), verify)
  state.set(CODE_KEY, code)
  const header = buildState(state, spec)
  const hash = headerHash(header)
  const stored = database.genesisHash()
  if (stored !== undefined && !equalBytes(stored, hash)) {
    throw new DbError(
      'db.other-genesis',
      `the base path holds ${toHex(stored)}, the chain specification makes ${toHex(hash)}`,
      'use the chain specification that this base path was made with, or another base path',
    )
  }
  const named = consensus.storage.authority.decode(state.get(consensus.storage.authority.key()))
  if (authority !== undefined && (named === undefined || !equalBytes(named, authority.publicKey))) {
    throw new NodeError(
      'node.not-the-authority',
      `the chain names ${named && toHex(named)}`,
      'use the key of this chain',
    )
  }
  // Asked of the state, not of the file: whatever wrote the key, a chain that is worth something has none.
  if (spec.chainType !== 'Development' && state.get(sudo.storage.key.key()) !== undefined) {
    throw new NodeError(
      'node.bad-chain-spec',
      'a chain that is not for development names a sudo key',
      'remove the key from the genesis configuration, or call the chain a development chain',
    )
  }
  if (spec.chainType !== 'Development' && believesAnyone(state)) {
    throw new NodeError(
      'node.bad-chain-spec',
      'a chain that is not for development believes simulated platforms or roots that are no vendor of hardware',
      'remove simulated roots and test roots from the genesis configuration, or call the chain a development chain',
    )
  }
  if (stored !== undefined) return
  const finality = imported ?? (authority && proveFinal(header, authority, hash))
  if (finality === undefined) {
    throw new NodeError('node.bad-config', 'the first start needs the authority', 'give --authority-key')
  }
  const changes = state.difference()
  const block = { header, body: [], proof: finality }
  const proof = proveKeys(state.trie, [consensus.storage.authority.key()])
  await database.writeGenesis(
    { hash, block, extrinsics: [], changes, trie: state.trie, archive: state.archived },
    proof,
  )
}

/** Whether somebody who owns no hardware can make evidence that the chain takes. */
function believesAnyone(state: BlockState): boolean {
  const { attestationPolicy, testRoots } = registry.storage
  const { simulated } = attestationPolicy.decode(state.get(attestationPolicy.key()))
  return simulated !== undefined || state.get(testRoots.key()) !== undefined
}

function runtimeOf(code: Uint8Array): LoadedRuntime {
  try {
    return loadRuntime(code)
  } catch (cause) {
    if (!(cause instanceof RuntimeCodeError)) throw cause
    throw new NodeError('node.bad-chain-spec', `its code is no runtime: ${cause.message}`, 'build the code anew')
  }
}

function buildState(state: BlockState, spec: ChainSpec): Header {
  try {
    return Header.decode(state.call('GenesisBuilder_build_state', fromHex(spec.genesis)))
  } catch (cause) {
    if (!(cause instanceof RuntimeError)) throw cause
    throw new NodeError(
      'node.bad-chain-spec',
      `the runtime refuses its genesis: ${cause.message}`,
      'make the chain specification with this version of the software',
    )
  }
}
