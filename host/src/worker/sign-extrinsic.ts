/** Signs extrinsics of version 4: immortal, without tip, as an operator's host needs them. */
import { concatBytes } from '@pha/core/codec'
import { blake2b256, type Keypair, multiSign } from '@pha/core/crypto'
import { MultiSignature } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { MultiAddress } from '@pha/runtime/pallets'

export interface SigningContext {
  readonly nonce: number
  readonly specVersion: number
  readonly transactionVersion: number
  readonly genesisHash: Uint8Array
}

/** The top bit says that it is signed. */
const SIGNED_VERSION_4 = 0x84

/** Payloads above this are signed as their hash (`sp_runtime::generic::SignedPayload`). */
const MAX_SIGNED_BYTES = 256

/** What the nine transaction extensions add to the payload without being sent. */
const Implicit = t.struct('Implicit', {
  specVersion: t.u32,
  transactionVersion: t.u32,
  genesisHash: t.hash,
  /** Of the block that an immortal extrinsic is born in: block 0. */
  birthHash: t.hash,
  metadataHash: t.option(t.bytes32),
})

/** What they add to the extrinsic: era 0, the nonce, no tip, no metadata hash. */
const Extra = t.struct('Extra', { era: t.u8, nonce: t.compact(t.u32), tip: t.compact(t.u128), metadataHash: t.u8 })

/**
 * The bytes to submit. Immortal, so that the same bytes can be sent again after any outage; the nonce lets them be
 * included once.
 *
 * @example
 * const bytes = signExtrinsic(keypair, call, { nonce, specVersion, transactionVersion, genesisHash })
 */
export function signExtrinsic(keypair: Keypair, call: Uint8Array, context: SigningContext): Uint8Array {
  const { nonce, specVersion, transactionVersion, genesisHash } = context
  const extra = Extra.encode({ era: 0, nonce, tip: 0n, metadataHash: 0 })
  const payload = concatBytes(
    call,
    extra,
    Implicit.encode({ specVersion, transactionVersion, genesisHash, birthHash: genesisHash, metadataHash: undefined }),
  )
  const signature = multiSign(keypair, payload.length > MAX_SIGNED_BYTES ? blake2b256(payload) : payload)
  return t.bytes.encode(
    concatBytes(
      Uint8Array.of(SIGNED_VERSION_4),
      MultiAddress.encode({ type: 'Id', value: keypair.accountId }),
      MultiSignature.encode(signature),
      extra,
      call,
    ),
  )
}
