/**
 * A measurement exchange of SPDM 1.1 (DMTF DSP0274, section 10.11): the request, and the card's signed response behind it.
 */
import { Reader } from '../../codec/index.ts'
import { demand } from '../refusal.ts'
import { MAX_GPU_REPORT_BYTES, MAX_OPAQUE_BYTES } from './limits.ts'

const SPDM_1_1 = 0x11
const GET_MEASUREMENTS = 0xe0
const MEASUREMENTS = 0x60
/** Asked for: a signature, over all measurements. */
const SIGNED = 1
const ALL = 0xff
const NONCE_BYTES = 32
/** ECDSA on P-384. */
const SIGNATURE_BYTES = 96
/** Measurement specification: DMTF's. */
const DMTF = 1

export interface SpdmReport {
  /** The verifier's. */
  readonly requestNonce: Uint8Array
  /** All blocks as they were signed. */
  readonly record: Uint8Array
  /** Values by index, from 1. */
  readonly measurements: ReadonlyMap<number, Uint8Array>
  /** What NVIDIA adds about card and firmware, by its numbers. */
  readonly fields: ReadonlyMap<number, Uint8Array>
  /** Request and response without the signature: version 1.1 signs them as they are. */
  readonly signed: Uint8Array
  /** r || s. */
  readonly signature: Uint8Array
}

/** Refuses all but one exchange, to its last byte. */
export function readSpdmReport(report: Uint8Array): SpdmReport {
  demand(report.length <= MAX_GPU_REPORT_BYTES, 'malformed')
  const reader = new Reader(report)
  demand(reader.u8() === SPDM_1_1, 'unsupported-version')
  demand(reader.u8() === GET_MEASUREMENTS && reader.u8() === SIGNED && reader.u8() === ALL, 'malformed')
  const requestNonce = reader.raw(NONCE_BYTES)
  reader.skip(1) // slot of the certificates
  demand(reader.u8() === SPDM_1_1 && reader.u8() === MEASUREMENTS, 'malformed')
  reader.skip(2) // parameters: how many, and the slot again
  const count = reader.u8()
  const record = reader.raw(reader.u16() + reader.u8() * 0x1_0000)
  const measurements = readBlocks(record)
  demand(measurements.size === count, 'malformed')
  reader.skip(NONCE_BYTES) // the card's own
  const opaqueLength = reader.u16()
  demand(opaqueLength <= MAX_OPAQUE_BYTES, 'malformed')
  const fields = readFields(reader.raw(opaqueLength))
  const signed = report.subarray(0, reader.offset)
  const signature = reader.raw(SIGNATURE_BYTES)
  reader.expectEnd()
  return { requestNonce, record, measurements, fields, signed, signature }
}

function readBlocks(record: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const reader = new Reader(record)
  const values = new Map<number, Uint8Array>()
  while (reader.remaining > 0) {
    const index = reader.u8()
    demand(reader.u8() === DMTF && !values.has(index), 'malformed')
    const size = reader.u16()
    reader.skip(1) // what was measured
    const value = reader.raw(reader.u16())
    demand(size === 3 + value.length, 'malformed')
    values.set(index, value)
  }
  return values
}

function readFields(opaque: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const reader = new Reader(opaque)
  const fields = new Map<number, Uint8Array>()
  while (reader.remaining > 0) {
    const number = reader.u16()
    demand(!fields.has(number), 'malformed')
    fields.set(number, reader.raw(reader.u16()))
  }
  return fields
}
