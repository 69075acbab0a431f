import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { utf8Encode } from '../codec/index.ts'
import { keypairFromSeed, Secret } from '../crypto/index.ts'
import { type FinalisedHeader, type Header, headerHash } from '../protocol/index.ts'
import { emptyTrie, proveKeys } from '../trie/index.ts'
import { AUTHORITY_KEY, advance, finalityBytes, type LightClient, readProven, startFrom } from './index.ts'

const authority = keypairFromSeed('ed25519', Secret.from(new Uint8Array(32).fill(1)))
const stranger = keypairFromSeed('ed25519', Secret.from(new Uint8Array(32).fill(2)))
const key = utf8Encode('some key')
const state = emptyTrie(1).insert(AUTHORITY_KEY, authority.publicKey).insert(key, utf8Encode('some value'))
const genesisProof = proveKeys(state, [AUTHORITY_KEY])

function header(number: number, mark = 0): Header {
  const bytes = new Uint8Array(32).fill(mark)
  return { parentHash: bytes, number, stateRoot: state.root(), extrinsicsRoot: bytes, digest: { logs: [] } }
}

function started(genesisHeader = header(0)): LightClient {
  const result = startFrom({ genesisHeader, genesisProof })
  if (!result.ok) throw new Error(result.reason)
  return result.client
}

function finalised(block: Header, by = authority, genesis = started().genesis): FinalisedHeader {
  const signature = by.sign(finalityBytes(genesis, block.number, headerHash(block)))
  return { header: block, proof: { type: 'Solo', value: { signature } } }
}

function follow(client: LightClient, ...headers: readonly FinalisedHeader[]): LightClient {
  return headers.reduce((at, each) => {
    const moved = advance(at, each)
    if (!moved.ok) throw new Error(moved.reason)
    return moved.client
  }, client)
}

describe('a light client of the solo engine', () => {
  it('learns the authority from the genesis state, by proof', () => {
    deepEqual(started().authority, authority.publicKey)
    deepEqual(started().genesis, headerHash(header(0)))
  })

  it('refuses a genesis without a proven authority, and a header that is no genesis', () => {
    const otherState = proveKeys(emptyTrie(1).insert(AUTHORITY_KEY, stranger.publicKey), [AUTHORITY_KEY])
    const cases = [
      { genesisHeader: header(0), genesisProof: [] },
      { genesisHeader: header(0), genesisProof: otherState },
      { genesisHeader: header(1), genesisProof },
    ]
    for (const each of cases) deepEqual(startFrom(each), { ok: false, reason: 'sync.bad-genesis' })
  })

  it('moves forward over any distance, and accepts the same header again', () => {
    const client = follow(started(), finalised(header(1)), finalised(header(900)), finalised(header(900)))
    equal(client.newest.number, 900)
    deepEqual(client.newest.hash, headerHash(header(900)))
  })

  it('never moves backward', () => {
    const client = follow(started(), finalised(header(5)))
    deepEqual(advance(client, finalised(header(4))), { ok: false, reason: 'sync.backward' })
  })

  it('names a fork: two final blocks of one number', () => {
    const client = follow(started(), finalised(header(5)))
    deepEqual(advance(client, finalised(header(5, 1))), { ok: false, reason: 'sync.fork' })
  })

  it('refuses headers of another authority, of a chain with another genesis, and changed ones', () => {
    const other = started(header(0, 7)).genesis
    const { proof } = finalised(header(5))
    const lies = [
      finalised(header(5), stranger),
      finalised(header(5), authority, other),
      { header: header(6), proof },
      { header: { ...header(5), stateRoot: new Uint8Array(32) }, proof },
    ]
    for (const lie of lies) deepEqual(advance(started(), lie), { ok: false, reason: 'sync.forged-header' })
  })

  it('reads only what is proven under a state root', () => {
    const proof = proveKeys(state, [key])
    deepEqual(readProven(state.root(), proof, [key]), { ok: true, values: [utf8Encode('some value')] })
    const read = readProven(state.root(), proof.slice(1), [key])
    equal(read.ok, false)
  })
})
