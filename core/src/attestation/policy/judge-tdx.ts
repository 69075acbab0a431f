/** Rules for trust domains: attributes, extended features, service TDs and the module's signer (Intel TDX Module ABI, TD_PARAMS). */
import { toHex } from '../../codec/index.ts'
import { judgeDcap } from './judge-dcap.ts'
import type { TdxJudged } from './judged-facts.ts'
import { type Accepted, type JudgeContext, must } from './judgement.ts'
import type { TdxRules } from './schema.ts'

/** Bits of TD attributes. */
export const TD_ATTRIBUTES = {
  debug: 1n << 0n,
  lass: 1n << 27n,
  septVeDisable: 1n << 28n,
  migratable: 1n << 29n,
  pks: 1n << 30n,
  perfmon: 1n << 63n,
} as const

export function judgeTdx(facts: TdxJudged, rules: TdxRules, context: JudgeContext): Accepted {
  const { tdAttributes, xfam, mrServiceTd, mrSignerSeam, seamAttributes } = facts.measurements
  const attributes = littleEndian(tdAttributes)
  must((attributes & TD_ATTRIBUTES.debug) === 0n, 'debug')
  must((attributes & TD_ATTRIBUTES.septVeDisable) !== 0n, 'tdx-sept-ve-disable')
  must((attributes & TD_ATTRIBUTES.migratable) === 0n, 'tdx-migratable')
  must((attributes & TD_ATTRIBUTES.perfmon) === 0n, 'tdx-perfmon')
  must((attributes & ~rules.allowedAttributes) === 0n, 'tdx-attributes', toHex(tdAttributes))
  must((littleEndian(xfam) & ~rules.allowedXfam) === 0n, 'tdx-xfam', toHex(xfam))
  // A TD 1.0 body has no such field; the only service TD there is, for migration, needs MIGRATABLE.
  must(mrServiceTd === undefined || isZero(mrServiceTd), 'tdx-service-td')
  must(isZero(mrSignerSeam) && isZero(seamAttributes), 'tdx-module-signer')
  return judgeDcap(facts, rules.dcap, context)
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}
