/** Which terms are a permit at all: one form for each meaning, every field within its bounds. */
import { compareBytes } from '../codec/index.ts'
import { MAX_PERMIT_LIFE, type PermitTerms, permitLimits } from '../protocol/index.ts'

export type TermsRefusal = 'permit.malformed' | 'permit.too-long'

/** An origin of a web page (`https://app.example`), or the name of a program (`pha`). */
const SITE = /^[a-z0-9](?:[a-z0-9.:/_-]*[a-z0-9])?$/
/** What the names of methods are made of. */
const METHOD = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * `undefined` if the terms are those of a permit. Lists have to be sorted and without duplicates, names plain, and the time
 * from its first to its last block at most `MAX_PERMIT_LIFE`.
 */
export function refuseTerms(terms: PermitTerms): TermsRefusal | undefined {
  const { site, contracts, workers, issuedAtBlock, expiresAtBlock, uses } = terms
  const isPlain =
    site.length <= permitLimits.site &&
    SITE.test(site) &&
    contracts.length > 0 &&
    isAscending(contracts.map(({ contract }) => contract)) &&
    contracts.every(({ methods }) => methods === undefined || areMethods(methods)) &&
    (workers === undefined || (workers.length > 0 && isAscending(workers))) &&
    uses > 0 &&
    issuedAtBlock <= expiresAtBlock
  if (!isPlain) return 'permit.malformed'
  return expiresAtBlock - issuedAtBlock > MAX_PERMIT_LIFE ? 'permit.too-long' : undefined
}

export function areMethods(methods: readonly string[]): boolean {
  return (
    methods.length > 0 &&
    methods.every(
      (name, i) => METHOD.test(name) && name.length <= permitLimits.methodName && isAfter(name, methods[i - 1]),
    )
  )
}

function isAfter(name: string, before: string | undefined): boolean {
  return before === undefined || before < name
}

function isAscending(list: readonly Uint8Array[]): boolean {
  return list.every((bytes, i) => i === 0 || compareBytes(list[i - 1] as Uint8Array, bytes) < 0)
}
