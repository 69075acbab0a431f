/** Blocks as the runtime reads them. */
import { Header } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { UncheckedExtrinsic } from '../transaction/extrinsic.ts'

/** A block without the engine's seal: the seal is made after execution and is not part of what is executed. */
export const Block = t.struct('Block', { header: Header, extrinsics: t.vec(UncheckedExtrinsic) })
export type Block = Infer<typeof Block>

/** What a block's author knows and the chain can't: his clock. */
export const InherentData = t.struct('InherentData', { timestampMs: t.u64 })
export type InherentData = Infer<typeof InherentData>
