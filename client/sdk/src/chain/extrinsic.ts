/**
 * Signed extrinsics, version 4, with the nine extensions of the chain in their order: CheckNonZeroSender,
 * CheckSpecVersion, CheckTxVersion, CheckGenesis, CheckMortality, CheckNonce, CheckWeight, ChargeTransactionPayment,
 * CheckMetadataHash. Layout: docs.polkadot.com, "Transactions"; what each extension carries is noted below.
 */
import { concatBytes, Writer, writeCompact } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { MultiSignature } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { MultiAddress, RUNTIME_VERSION } from '@pha/runtime/pallets'
import { type Signer, signAs } from '../signer.ts'

export interface ExtrinsicContext {
  readonly genesis: Uint8Array
  /** Of the runtime that is to apply it; that of this SDK by default. */
  readonly specVersion?: number
  readonly nonce: number
  readonly tip?: bigint
  /** Without it the extrinsic stays valid until its nonce is used. */
  readonly mortality?: Mortality
}

/** Valid in `period` blocks from `birth` on. */
export interface Mortality {
  /** A power of two from 4 to 2,048. */
  readonly period: number
  readonly birth: { readonly number: number; readonly hash: Uint8Array }
}

export interface SignedExtrinsic {
  /** With the length prefix, as it is submitted. */
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
}

const SIGNED_VERSION_4 = 0x84
/** A longer payload is signed as its hash. */
const LONGEST_SIGNED_AS_IS = 256
/** The chain remembers the hashes of 2,400 blocks, so a longer period could not be checked. */
const LONGEST_PERIOD = 2_048
const UNDEFINED_METADATA_HASH = Uint8Array.of(0)

/**
 * Signs a call for one version of the runtime and for the transaction version of this SDK: where the chain has another one
 * the signature is not valid, so nobody can make the same bytes mean another call.
 * @param call SCALE call bytes, as `pallet.calls.name.encode(args)` gives them
 */
export async function signExtrinsic(
  call: Uint8Array,
  context: ExtrinsicContext,
  signer: Signer,
): Promise<SignedExtrinsic> {
  const extra = concatBytes(
    encodeEra(context.mortality), // CheckMortality
    t.compact(t.u32).encode(context.nonce), // CheckNonce
    t.compact(t.u128).encode(context.tip ?? 0n), // ChargeTransactionPayment
    Uint8Array.of(0), // CheckMetadataHash: mode off
  )
  const implied = concatBytes(
    t.u32.encode(context.specVersion ?? RUNTIME_VERSION.specVersion), // CheckSpecVersion
    t.u32.encode(RUNTIME_VERSION.transactionVersion), // CheckTxVersion
    context.genesis, // CheckGenesis
    context.mortality?.birth.hash ?? context.genesis, // CheckMortality
    UNDEFINED_METADATA_HASH, // CheckMetadataHash: none
  )
  const payload = concatBytes(call, extra, implied)
  const signature = await signAs(signer, payload.length > LONGEST_SIGNED_AS_IS ? blake2b256(payload) : payload)
  const body = concatBytes(
    Uint8Array.of(SIGNED_VERSION_4),
    MultiAddress.encode({ type: 'Id', value: signer.accountId }),
    MultiSignature.encode(signature),
    extra,
    call,
  )
  const length = new Writer(5)
  writeCompact(length, body.length)
  const bytes = concatBytes(length.finish(), body)
  return { bytes, hash: blake2b256(bytes) }
}

/** First block in which a mortal extrinsic is no longer valid. */
export function expiresAt({ period, birth }: Mortality): number {
  return birth.number + period
}

/**
 * `sp_runtime::generic::Era`: 0, or two bytes with the period's exponent and the birth's phase. Up to a period of 4,096
 * the phase is exact, so the birth block is the one given.
 */
function encodeEra(mortality: Mortality | undefined): Uint8Array {
  if (mortality === undefined) return Uint8Array.of(0)
  const { period, birth } = mortality
  const exponent = Math.log2(period)
  if (!Number.isInteger(exponent) || exponent < 2 || period > LONGEST_PERIOD) {
    throw new RangeError(`the period of a mortal extrinsic is a power of two from 4 to ${LONGEST_PERIOD}`)
  }
  return t.u16.encode((exponent - 1) | ((birth.number % period) << 4))
}
