/** Block headers, in Substrate's shape, and the proof that one is final. */
import { blake2b256 } from '../crypto/hash.ts'
import { generated, type Infer, t } from '../schema/index.ts'
import { codecs } from './codecs.ts'
import { limits } from './limits.ts'

const engineItem = t.tuple(t.fixedBytes(4), t.bytes)

/** `sp_runtime::generic::DigestItem`; indexes are Substrate's. */
export const DigestItem = t.enum('DigestItem', {
  Other: t.variant(0, t.bytes),
  Consensus: t.variant(4, engineItem),
  Seal: t.variant(5, engineItem),
  PreRuntime: t.variant(6, engineItem),
  RuntimeEnvironmentUpdated: t.variant(8, null),
})

export const Digest = t.struct('Digest', { logs: t.boundedVec(DigestItem, limits.digestItems) })

export const Header = generated(
  codecs,
  t.struct('Header', {
    parentHash: t.hash,
    number: t.compact(t.u32),
    stateRoot: t.hash,
    extrinsicsRoot: t.hash,
    digest: Digest,
  }),
)
export type Header = Infer<typeof Header>

/** Names the solo engine in digest items. */
export const SOLO_ENGINE_ID = Uint8Array.of(0x73, 0x6f, 0x6c, 0x6f) // 'solo'

/** Why a header is final; one variant per consensus engine. */
export const FinalityProof = t.enum('FinalityProof', {
  /** ed25519 signature of the authority over `bind(soloFinality, genesis, number as u32 LE, hash)`. */
  Solo: { signature: t.fixedBytes(64) },
})
export type FinalityProof = Infer<typeof FinalityProof>

export const FinalisedHeader = t.struct('FinalisedHeader', { header: Header, proof: FinalityProof })
export type FinalisedHeader = Infer<typeof FinalisedHeader>

/** `H(SCALE(header))`, the block's hash. */
export function headerHash(header: Header): Uint8Array {
  return blake2b256(Header.encode(header))
}
