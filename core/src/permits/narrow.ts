/** Whether terms allow nothing that others do not: what makes a delegation one. */
import { equalBytes } from '../codec/index.ts'
import type { PermitTerms, PermittedContract } from '../protocol/index.ts'

/**
 * Whether `terms` are within `parent`: the same chain and site, contracts and methods of its own, no other workers, no time
 * outside, no more queries.
 */
export function isWithin(terms: PermitTerms, parent: PermitTerms): boolean {
  return (
    equalBytes(terms.genesis, parent.genesis) &&
    terms.site === parent.site &&
    terms.contracts.every((contract) => parent.contracts.some((allowed) => isCovered(contract, allowed))) &&
    areCovered(terms.workers, parent.workers) &&
    terms.issuedAtBlock >= parent.issuedAtBlock &&
    terms.expiresAtBlock <= parent.expiresAtBlock &&
    terms.uses <= parent.uses
  )
}

function isCovered({ contract, methods }: PermittedContract, allowed: PermittedContract): boolean {
  if (!equalBytes(contract, allowed.contract)) return false
  if (allowed.methods === undefined) return true
  return methods?.every((method) => allowed.methods?.includes(method)) ?? false
}

/** No list means all workers. */
function areCovered(workers: readonly Uint8Array[] | undefined, allowed: readonly Uint8Array[] | undefined): boolean {
  if (allowed === undefined) return true
  return workers?.every((worker) => allowed.some((other) => equalBytes(worker, other))) ?? false
}
