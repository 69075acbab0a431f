/** Extrinsics of version 4: calls from outside, signed by an account, or bare for what the block's author adds. */
import { CodecError, concatBytes, Reader, readLength, written } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { MultiSignature } from '@pha/core/protocol'
import { type Decoded, generated, type Infer, type Type, t } from '@pha/core/schema'
import { codecs } from './codecs.ts'
import { Era } from './era.ts'
import { MultiAddress } from './multi-address.ts'

export const EXTRINSIC_VERSION = 4

export const MetadataHashMode = t.enum('MetadataHashMode', { Disabled: null, Enabled: null })

/** What the nine extensions add to a signed extrinsic, in their order. The other five add nothing. */
export const Extra = generated(
  codecs,
  t.struct('Extra', {
    era: Era,
    nonce: t.compact(t.u32),
    tip: t.compact(t.u128),
    metadataHash: MetadataHashMode,
  }),
)
export type Extra = Infer<typeof Extra>

/** What is signed but not sent: it ties the signature to one chain and one meaning of the bytes. */
export const Implicit = generated(
  codecs,
  t.struct('Implicit', {
    specVersion: t.u32,
    transactionVersion: t.u32,
    genesisHash: t.hash,
    /** Hash of the era's first block; of block 0 for an immortal transaction. */
    birthHash: t.hash,
    metadataHash: t.option(t.bytes32),
  }),
)
export type Implicit = Infer<typeof Implicit>

export const Signed = generated(
  codecs,
  t.struct('Signed', { address: MultiAddress, signature: MultiSignature, extra: Extra }),
)
export type Signed = Infer<typeof Signed>

export interface Extrinsic {
  /** Absent for a bare extrinsic. */
  readonly signed: Signed | undefined
  /** Pallet index, call index, arguments. */
  readonly call: Uint8Array
}

/**
 * An extrinsic as it is sent, stored and listed in a block: a compact length, then what it announces. Values are the
 * whole bytes, length included. Metadata names the type, and its parameters tell clients what is inside.
 */
export const UncheckedExtrinsic: Type<Uint8Array> = t.named(
  ['sp_runtime', 'generic', 'unchecked_extrinsic', 'UncheckedExtrinsic'],
  {
    ...t.bytes,
    write: (to, encoded) => to.raw(requireAnnounced(encoded)),
    read: readAnnounced,
    encode: (encoded) => concatBytes(requireAnnounced(encoded)),
    decode: (encoded) => concatBytes(requireAnnounced(encoded)),
  },
)

/** A compact length and what it announces, as they stand: only the shortest form of a length is read. */
function readAnnounced(from: Reader): Uint8Array {
  const start = from.offset
  from.skip(readLength(from, 1, UNBOUNDED))
  return from.since(start)
}

function requireAnnounced(encoded: Uint8Array): Uint8Array {
  const reader = new Reader(encoded)
  reader.skip(readLength(reader, 1, UNBOUNDED))
  reader.expectEnd()
  return encoded
}

/** Payloads above this are signed as their hash, so that hardware wallets can sign them. */
const MAX_SIGNED_BYTES = 256
const SIGNED = 0x80
/** The bytes themselves bound what they announce. */
const UNBOUNDED = 0xffff_ffff

/**
 * What a key signs to send `call`.
 * @example
 * const signature = multiSign(keypair, signingPayload(call, extra, implicit))
 */
export function signingPayload(call: Uint8Array, extra: Extra, implicit: Implicit): Uint8Array {
  const payload = written((to) => {
    to.raw(call)
    Extra.write(to, extra)
    Implicit.write(to, implicit)
  })
  return payload.length > MAX_SIGNED_BYTES ? blake2b256(payload) : payload
}

/** The bytes that are sent and put into blocks: a compact length, then version, signature and call. */
export function encodeExtrinsic({ signed, call }: Extrinsic): Uint8Array {
  const head =
    signed === undefined
      ? Uint8Array.of(EXTRINSIC_VERSION)
      : concatBytes(Uint8Array.of(SIGNED | EXTRINSIC_VERSION), Signed.encode(signed))
  return t.bytes.encode(concatBytes(head, call))
}

/**
 * Reads an extrinsic from a stranger. Its call is not looked at.
 * Bare extrinsics of version 5 differ in nothing but that number and are read too.
 */
export function decodeExtrinsic(encoded: Uint8Array): Decoded<Extrinsic> {
  try {
    const reader = new Reader(encoded)
    const length = readLength(reader, 1, UNBOUNDED)
    if (length < reader.remaining) return { ok: false, reason: 'codec.trailing-bytes' }
    const version = reader.u8()
    if (version === EXTRINSIC_VERSION || version === 5) {
      return { ok: true, value: { signed: undefined, call: encoded.subarray(reader.offset) } }
    }
    if (version !== (SIGNED | EXTRINSIC_VERSION)) return { ok: false, reason: 'extrinsic.unknown-version' }
    const signed = Signed.read(reader)
    return { ok: true, value: { signed, call: encoded.subarray(reader.offset) } }
  } catch (error) {
    if (error instanceof CodecError) return { ok: false, reason: error.code }
    throw error
  }
}
