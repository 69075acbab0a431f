import { compareBytes } from '@pha/core/codec'
import { isWithin, signDelegation } from '@pha/core/permits'
import { type PermitChain, type PermitTerms, permitLimits } from '@pha/core/protocol'
import { PhaError } from '../errors.ts'
import { type HeldPermit, lastLink } from '../permits/held-permit.ts'
import { sortContracts } from './create-permit.ts'

export interface DelegatePermitParams {
  /** Ed25519 public key of who may use the narrower permit. */
  readonly to: Uint8Array
  /** Those of the permit if absent, as for all below. */
  readonly contracts?: readonly { readonly contract: Uint8Array; readonly methods?: readonly string[] | undefined }[]
  readonly workers?: readonly Uint8Array[]
  readonly expiresAtBlock?: number
  readonly uses?: number
}

/**
 * Hands a permit on, within its own terms or narrower ones: no wallet, no chain. What the other key asks counts for this
 * permit too, and ends with it.
 *
 * @returns the chain that the other key's holder needs
 * @throws PhaError `sdk.permit-refused` if it would allow more, or was handed on too often
 * @example
 * const chain = delegatePermit(permit, { to: service, contracts: [{ contract, methods: ['count'] }], uses: 10 })
 */
export function delegatePermit({ chain, key }: HeldPermit, params: DelegatePermitParams): PermitChain {
  const parent = lastLink(chain)
  if (chain.delegations.length >= permitLimits.delegations) {
    throw new PhaError('sdk.permit-refused', `a permit is handed on ${permitLimits.delegations} times at most`)
  }
  const { to, contracts, workers, expiresAtBlock, uses } = params
  const terms: PermitTerms = {
    ...parent.terms,
    key: to,
    contracts: contracts === undefined ? parent.terms.contracts : sortContracts(contracts),
    workers: workers?.toSorted(compareBytes) ?? parent.terms.workers,
    expiresAtBlock: expiresAtBlock ?? parent.terms.expiresAtBlock,
    uses: uses ?? parent.terms.uses,
  }
  if (!isWithin(terms, parent.terms)) {
    throw new PhaError('sdk.permit-refused', 'a delegated permit allows nothing that its own does not', {
      fix: 'Name fewer contracts, methods, workers, blocks or uses.',
    })
  }
  const handedOn = { ...chain, delegations: [...chain.delegations, signDelegation(parent, terms, key)] }
  lastLink(handedOn)
  return handedOn
}
