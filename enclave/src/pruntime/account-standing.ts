/** What the chain says of those who ask: whether it knows their accounts, and which permits they have taken back. */
import { equalBytes, toHex } from '@pha/core/codec'
import type { PermitLink } from '@pha/core/permits'
import { limits } from '@pha/core/protocol'
import { type AccountInfo, permits, type Revocations, system } from '@pha/runtime/pallets'
import { enclaveLimits } from '../limits.ts'
import { at, type ProvenView } from '../sync/proven-view.ts'

/** By the account in hexadecimal. */
export type RevocationsOf = ReadonlyMap<string, Revocations>

/** Whether one of the permits of a chain was taken back by who gave it, or by the account that the chain begins with. */
export function isRevoked(links: readonly PermitLink[], account: Uint8Array, revocations: RevocationsOf): boolean {
  const byOwner = revocations.get(toHex(account))
  return links.some(({ id, issuer, terms }) =>
    [byOwner, revocations.get(toHex(issuer))].some(
      (taken) =>
        taken !== undefined &&
        (terms.issuedAtBlock < taken.issuedBefore || taken.permits.some(({ permit }) => equalBytes(permit, id))),
    ),
  )
}

/** Whose revocations matter for a chain of permits. */
export function issuersOf(links: readonly PermitLink[]): readonly Uint8Array[] {
  return links.map(({ issuer }) => issuer)
}

/** @throws SyncError if the host does not prove them */
export async function readRevocations(view: ProvenView, accounts: readonly Uint8Array[]): Promise<RevocationsOf> {
  const distinct = [...new Map(accounts.map((account) => [toHex(account), account]))]
  const found = new Map<string, Revocations>()
  for (let from = 0; from < distinct.length; from += limits.proofKeys) {
    const page = distinct.slice(from, from + limits.proofKeys)
    const values = await view.read(...page.map(([, account]) => at(permits.storage.revocations, account)))
    for (const [i, [name]] of page.entries()) found.set(name, values[i] as Revocations)
  }
  return found
}

/** Remembers accounts that exist; one that vanishes later was paid for once. */
export class KnownAccounts {
  readonly #known = new Set<string>()

  /** @throws SyncError if the host does not prove it */
  async has(view: ProvenView, account: Uint8Array): Promise<boolean> {
    const name = toHex(account)
    if (this.#known.has(name)) return true
    const [info] = await view.read<[AccountInfo]>(at(system.storage.account, account))
    if (info.providers === 0) return false
    if (this.#known.size >= enclaveLimits.knownAccounts) this.#known.clear()
    this.#known.add(name)
    return true
  }
}
