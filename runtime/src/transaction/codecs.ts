/** Straight-line code for what surrounds the call of a transaction. Written by `npm run check -- codecs --write`. */
import type { Reader, Writer } from '@pha/core/codec'
import type { Codec, GeneratedCodecs } from '@pha/core/schema'
import {
  readBytes,
  readCompactBigInt,
  readCompactNumber,
  readFixedBytes,
  readTag,
  readU32,
  requireObject,
  unknownTag,
  unknownVariant,
  writeBytes,
  writeCompactBigInt,
  writeCompactNumber,
  writeFixedBytes,
  writeU32,
} from '@pha/core/schema/parts'

type MetadataHashMode = { readonly type: 'Disabled' } | { readonly type: 'Enabled' }

type Extra = {
  readonly era: unknown
  readonly nonce: number
  readonly tip: bigint
  readonly metadataHash: MetadataHashMode
}

function writeMetadataHashMode(to: Writer, value: MetadataHashMode): void {
  switch (value?.type) {
    case 'Disabled':
      to.u8(0)
      return
    case 'Enabled':
      to.u8(1)
      return
    default:
      throw unknownVariant('MetadataHashMode', value)
  }
}

function readMetadataHashMode(from: Reader): MetadataHashMode {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Disabled' }
    case 1:
      return { type: 'Enabled' }
    default:
      throw unknownTag('MetadataHashMode', tag)
  }
}

function makeExtra(own0: Codec): Codec {
  function writeExtra(to: Writer, value: Extra): void {
    requireObject(value)
    own0.write(to, value.era)
    writeCompactNumber(to, value.nonce, 32)
    writeCompactBigInt(to, value.tip, 128)
    writeMetadataHashMode(to, value.metadataHash)
  }

  function readExtra(from: Reader): Extra {
    return {
      era: own0.read(from),
      nonce: readCompactNumber(from, 32),
      tip: readCompactBigInt(from, 128),
      metadataHash: readMetadataHashMode(from),
    }
  }

  return { write: writeExtra, read: readExtra }
}

type MultiAddress =
  | { readonly type: 'Id'; readonly value: Uint8Array }
  | { readonly type: 'Index'; readonly value: number }
  | { readonly type: 'Raw'; readonly value: Uint8Array }
  | { readonly type: 'Address32'; readonly value: Uint8Array }
  | { readonly type: 'Address20'; readonly value: Uint8Array }

type MultiSignature =
  | { readonly type: 'Ed25519'; readonly value: Uint8Array }
  | { readonly type: 'Sr25519'; readonly value: Uint8Array }
  | { readonly type: 'Ecdsa'; readonly value: Uint8Array }

type Signed = { readonly address: MultiAddress; readonly signature: MultiSignature; readonly extra: Extra }

function writeMultiAddress(to: Writer, value: MultiAddress): void {
  switch (value?.type) {
    case 'Id':
      to.u8(0)
      writeFixedBytes(to, value.value, 32)
      return
    case 'Index':
      to.u8(1)
      writeCompactNumber(to, value.value, 32)
      return
    case 'Raw':
      to.u8(2)
      writeBytes(to, value.value, 0xffff_ffff)
      return
    case 'Address32':
      to.u8(3)
      writeFixedBytes(to, value.value, 32)
      return
    case 'Address20':
      to.u8(4)
      writeFixedBytes(to, value.value, 20)
      return
    default:
      throw unknownVariant('MultiAddress', value)
  }
}

function readMultiAddress(from: Reader): MultiAddress {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Id', value: readFixedBytes(from, 32) }
    case 1:
      return { type: 'Index', value: readCompactNumber(from, 32) }
    case 2:
      return { type: 'Raw', value: readBytes(from, 0xffff_ffff) }
    case 3:
      return { type: 'Address32', value: readFixedBytes(from, 32) }
    case 4:
      return { type: 'Address20', value: readFixedBytes(from, 20) }
    default:
      throw unknownTag('MultiAddress', tag)
  }
}

function writeMultiSignature(to: Writer, value: MultiSignature): void {
  switch (value?.type) {
    case 'Ed25519':
      to.u8(0)
      writeFixedBytes(to, value.value, 64)
      return
    case 'Sr25519':
      to.u8(1)
      writeFixedBytes(to, value.value, 64)
      return
    case 'Ecdsa':
      to.u8(2)
      writeFixedBytes(to, value.value, 65)
      return
    default:
      throw unknownVariant('MultiSignature', value)
  }
}

function readMultiSignature(from: Reader): MultiSignature {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Ed25519', value: readFixedBytes(from, 64) }
    case 1:
      return { type: 'Sr25519', value: readFixedBytes(from, 64) }
    case 2:
      return { type: 'Ecdsa', value: readFixedBytes(from, 65) }
    default:
      throw unknownTag('MultiSignature', tag)
  }
}

function makeSigned(own0: Codec): Codec {
  function writeExtra2(to: Writer, value: Extra): void {
    requireObject(value)
    own0.write(to, value.era)
    writeCompactNumber(to, value.nonce, 32)
    writeCompactBigInt(to, value.tip, 128)
    writeMetadataHashMode(to, value.metadataHash)
  }

  function readExtra2(from: Reader): Extra {
    return {
      era: own0.read(from),
      nonce: readCompactNumber(from, 32),
      tip: readCompactBigInt(from, 128),
      metadataHash: readMetadataHashMode(from),
    }
  }

  function writeSigned(to: Writer, value: Signed): void {
    requireObject(value)
    writeMultiAddress(to, value.address)
    writeMultiSignature(to, value.signature)
    writeExtra2(to, value.extra)
  }

  function readSigned(from: Reader): Signed {
    return { address: readMultiAddress(from), signature: readMultiSignature(from), extra: readExtra2(from) }
  }

  return { write: writeSigned, read: readSigned }
}

type Implicit = {
  readonly specVersion: number
  readonly transactionVersion: number
  readonly genesisHash: Uint8Array
  readonly birthHash: Uint8Array
  readonly metadataHash: Uint8Array | undefined
}

function writeImplicit(to: Writer, value: Implicit): void {
  requireObject(value)
  writeU32(to, value.specVersion)
  writeU32(to, value.transactionVersion)
  writeFixedBytes(to, value.genesisHash, 32)
  writeFixedBytes(to, value.birthHash, 32)
  if (value.metadataHash === undefined) to.u8(0)
  else {
    to.u8(1)
    writeFixedBytes(to, value.metadataHash, 32)
  }
}

function readImplicit(from: Reader): Implicit {
  return {
    specVersion: readU32(from),
    transactionVersion: readU32(from),
    genesisHash: readFixedBytes(from, 32),
    birthHash: readFixedBytes(from, 32),
    metadataHash: readTag(from, 2) === 0 ? undefined : readFixedBytes(from, 32),
  }
}

/** By layout. */
export const codecs: GeneratedCodecs = new Map<string, (...own: readonly Codec[]) => Codec>([
  [
    '{era:own0,nonce:CompactNumber(32),tip:CompactBigInt(128),metadataHash:MetadataHashMode{0=Disabled,1=Enabled}}',
    makeExtra,
  ],
  [
    '{address:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},signature:MultiSignature{0=Ed25519:FixedBytes(64),1=Sr25519:FixedBytes(64),2=Ecdsa:FixedBytes(65)},extra:{era:own0,nonce:CompactNumber(32),tip:CompactBigInt(128),metadataHash:MetadataHashMode{0=Disabled,1=Enabled}}}',
    makeSigned,
  ],
  [
    '{specVersion:U32,transactionVersion:U32,genesisHash:FixedBytes(32),birthHash:FixedBytes(32),metadataHash:?FixedBytes(32)}',
    () => ({ write: writeImplicit, read: readImplicit }),
  ],
])
