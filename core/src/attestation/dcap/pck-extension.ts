/**
 * SGX extension of PCK certificates (Intel SGX PCK Certificate and CRL Profile Specification, section 1.3.5): which
 * platform it is, and at which versions of its parts.
 */
import { demand, refuse } from '../refusal.ts'
import type { Certificate } from '../x509/certificate.ts'
import { DerReader, TAG } from '../x509/der.ts'
import { COMPONENTS } from './tcb-info.ts'

export const SGX_EXTENSION = '1.2.840.113741.1.13.1'

/** Fields have the extension's own OID with a number after it. */
export const PCK_FIELDS = { ppid: 1, tcb: 2, pceId: 3, fmspc: 4 } as const
export const PCE_SVN_FIELD = COMPONENTS + 1

export interface PckPlatform {
  /** 16 bytes: names the machine. */
  readonly ppid: Uint8Array
  /** 2 bytes. */
  readonly pceId: Uint8Array
  /** 6 bytes: names the family. */
  readonly fmspc: Uint8Array
  /** 16, each of one byte. */
  readonly components: Uint8Array
  readonly pceSvn: number
}

export function pckPlatformOf({ extensions }: Certificate): PckPlatform {
  const extension = extensions.get(SGX_EXTENSION) ?? refuse('pck:cert-chain')
  const fields = fieldsOf(extension, SGX_EXTENSION)
  const tcb = fieldsOf(element(fields, PCK_FIELDS.tcb), `${SGX_EXTENSION}.${PCK_FIELDS.tcb}`)
  return {
    ppid: octets(fields, PCK_FIELDS.ppid, 16),
    pceId: octets(fields, PCK_FIELDS.pceId, 2),
    fmspc: octets(fields, PCK_FIELDS.fmspc, 6),
    components: Uint8Array.from({ length: COMPONENTS }, (_, i) => natural(tcb, i + 1, 0xff)),
    pceSvn: natural(tcb, PCE_SVN_FIELD, 0xffff),
  }
}

type Fields = ReadonlyMap<number, Uint8Array>

/** SEQUENCE OF SEQUENCE { OID below `prefix`, value }: the values, headers included, by the last number of the OID. */
function fieldsOf(bytes: Uint8Array, prefix: string): Fields {
  const whole = new DerReader(bytes)
  const list = whole.sequence()
  whole.end()
  const fields = new Map<number, Uint8Array>()
  while (!list.atEnd) {
    const content = list.content(TAG.sequence)
    const name = new DerReader(content).element(TAG.oid)
    const oid = new DerReader(name).oid()
    demand(oid.startsWith(`${prefix}.`), 'malformed')
    const number = Number(oid.slice(prefix.length + 1))
    demand(!fields.has(number), 'malformed')
    fields.set(number, content.subarray(name.length))
  }
  return fields
}

function element(fields: Fields, number: number): Uint8Array {
  return fields.get(number) ?? refuse('malformed')
}

function octets(fields: Fields, number: number, length: number): Uint8Array {
  const reader = new DerReader(element(fields, number))
  const content = reader.octets()
  reader.end()
  demand(content.length === length, 'malformed')
  return content
}

function natural(fields: Fields, number: number, max: number): number {
  const reader = new DerReader(element(fields, number))
  const value = reader.smallNatural()
  reader.end()
  demand(value <= max, 'malformed')
  return value
}
