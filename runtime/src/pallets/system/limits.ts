/** What one block may hold. Operational calls may use what normal ones leave free; inherents always fit. */
import { type Infer, t } from '@pha/core/schema'
import { Weight } from '../../frame/declare.ts'
import { BASE_BLOCK_TIME, BASE_EXTRINSIC_TIME, DB_READ_TIME, DB_WRITE_TIME } from '../weights.ts'

/** 1 MiB: contract code of 512 KiB and its arguments, twice over. Larger data belongs in blobs. */
export const MAX_EXTRINSIC_BYTES = 1_048_576

/** 896 KiB: a sixth more than the bundle with its verifiers of evidence and of shares; it has to fit into an extrinsic beside the call that carries it. */
export const MAX_CODE_BYTES = 917_504

/** 5 MiB: six of the largest extrinsics; a peer on a 20 Mbit/s line receives it in 2 s of the 3 s between blocks. */
const MAX_BLOCK_BYTES = 5_242_880

/** One second of reference time: a third of the time between blocks, so that importing keeps up with authoring. */
const MAX_BLOCK_TIME = 1_000_000_000_000n

const MAX_PROOF_SIZE = 0xffff_ffff_ffff_ffffn

export const ClassWeights = t.named(
  ['frame_support', 'dispatch', 'PerDispatchClass'],
  t.struct('ClassWeights', { normal: Weight, operational: Weight, mandatory: Weight }),
)
export type ClassWeights = Infer<typeof ClassWeights>

const ClassLengths = t.struct('ClassLengths', { normal: t.u32, operational: t.u32, mandatory: t.u32 })

const WeightsPerClass = t.named(
  ['frame_system', 'limits', 'WeightsPerClass'],
  t.struct('WeightsPerClass', {
    baseExtrinsic: Weight,
    maxExtrinsic: t.option(Weight),
    maxTotal: t.option(Weight),
    reserved: t.option(Weight),
  }),
)

export const BlockWeights = t.named(
  ['frame_system', 'limits', 'BlockWeights'],
  t.struct('BlockWeights', {
    baseBlock: Weight,
    maxBlock: Weight,
    perClass: t.struct('ClassWeightLimits', {
      normal: WeightsPerClass,
      operational: WeightsPerClass,
      mandatory: WeightsPerClass,
    }),
  }),
)

export const BlockLength = t.named(
  ['frame_system', 'limits', 'BlockLength'],
  t.struct('BlockLength', { max: ClassLengths }),
)

export const DbWeight = t.named(
  ['sp_weights', 'RuntimeDbWeight'],
  t.struct('RuntimeDbWeight', { read: t.u64, write: t.u64 }),
)

const weight = (refTime: bigint, proofSize = 0n): Weight => ({ refTime, proofSize })
const baseExtrinsic = weight(BASE_EXTRINSIC_TIME)
const maxBlock = weight(MAX_BLOCK_TIME, MAX_PROOF_SIZE)
/** Three quarters: what is left lets governance act in a full block. */
const maxNormal = weight((MAX_BLOCK_TIME * 3n) / 4n, MAX_PROOF_SIZE)
const none: undefined = undefined

export const BLOCK_WEIGHTS: Infer<typeof BlockWeights> = {
  baseBlock: weight(BASE_BLOCK_TIME),
  maxBlock,
  perClass: {
    normal: { baseExtrinsic, maxExtrinsic: maxNormal, maxTotal: maxNormal, reserved: none },
    operational: { baseExtrinsic, maxExtrinsic: maxBlock, maxTotal: maxBlock, reserved: none },
    mandatory: { baseExtrinsic, maxExtrinsic: none, maxTotal: none, reserved: none },
  },
}

export const BLOCK_LENGTH: Infer<typeof BlockLength> = {
  max: { normal: Math.floor(MAX_BLOCK_BYTES / 4) * 3, operational: MAX_BLOCK_BYTES, mandatory: MAX_BLOCK_BYTES },
}

/** Of the database on disk; a write is a path of trie nodes, hashed, in the journal and in the tables. */
export const DB_WEIGHT: Infer<typeof DbWeight> = { read: DB_READ_TIME, write: DB_WRITE_TIME }
