/** The records of the database, as SCALE. A change of shape needs a new `FORMAT_VERSION`. */
import { FinalityProof, Header } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'

/** Version of everything in this file, of the key layout in `tables.ts`, and of the journal (`journal.ts`). */
export const FORMAT_VERSION = 3

/** A finalised block; `hash` is not stored, as it is the key. */
export const StoredBlock = t.struct('StoredBlock', { header: Header, body: t.vec(t.bytes), proof: FinalityProof })
export type StoredBlock = Infer<typeof StoredBlock>

/** Where a finalised extrinsic is. */
export const ExtrinsicPlace = t.struct('ExtrinsicPlace', { blockHash: t.hash, index: t.u32 })
export type ExtrinsicPlace = Infer<typeof ExtrinsicPlace>

/** Keys of the nodes that a block's parent state has and its own has not. */
export const ReplacedNodes = t.vec(t.bytes)

/** The nodes that prove the authority in the genesis state; kept because that state itself is not. */
export const GenesisProof = t.vec(t.bytes)

/** What a block does to the database, as its writer said it; the rest follows from that and from the state before. */
export const JournalBlock = t.struct('JournalBlock', {
  /** `StoredBlock`. */
  block: t.bytes,
  extrinsics: t.vec(t.tuple(t.hash, t.u32)),
  changes: t.vec(t.tuple(t.bytes, t.option(t.bytes))),
  archive: t.vec(t.tuple(t.bytes, t.bytes)),
})
export type JournalBlock = Infer<typeof JournalBlock>
