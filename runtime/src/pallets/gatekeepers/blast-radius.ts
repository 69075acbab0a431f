/**
 * The blast radius: what is open to whoever breaks some enclaves now. A replica opens what its contracts' live keys open;
 * gatekeepers open nothing before they are as many as release together, and everything then.
 */
import { equalBytes, toHex } from '@pha/core/codec'
import type { OpenedContract } from '../contracts/exposure-schema.ts'
import type { GatekeepersContext } from './context.ts'
import type { Group } from './group-schema.ts'
import { BLAST_PAGE, BLAST_WALK, type BlastRadius, type Broken, type HeldShares } from './radius-schema.ts'

/** Whether a holder is broken. */
type IsBroken = (identity: Uint8Array) => boolean
const nobody: IsBroken = () => false

export function blastRadiusOf({ storage, deps }: GatekeepersContext) {
  const { exposure } = deps.contracts

  function brokenBy(broken: Broken): IsBroken {
    switch (broken.type) {
      case 'Enclave':
      case 'Custodian':
        return (identity) => equalBytes(identity, broken.value)
      case 'Threshold':
        return nobody
      case 'Vendor': {
        const known = new Map<string, boolean>()
        return (identity) => {
          const name = toHex(identity)
          // Whose record is gone may be of any vendor, and holds what it held.
          const isOf =
            known.get(name) ?? (deps.registry.worker(identity)?.tee.type ?? broken.value.type) === broken.value.type
          known.set(name, isOf)
          return isOf
        }
      }
      default:
        return broken satisfies never
    }
  }

  function sharesIn(holders: HeldShares['holders']['type'], group: Group, isBroken: IsBroken): HeldShares {
    const { root, threshold, members } = group
    const held = members.filter(({ identity }) => isBroken(identity)).length
    return { holders: { type: holders }, root, held, threshold, members: members.length }
  }

  /** Contracts that are open, as far as one answer goes. */
  function walk(ids: Iterable<Uint8Array>, open: (id: Uint8Array) => OpenedContract | undefined) {
    const contracts: OpenedContract[] = []
    let looked = 0
    let last: Uint8Array | undefined
    for (const id of ids) {
      if (contracts.length === BLAST_PAGE || looked === BLAST_WALK) return { contracts, next: last }
      looked++
      last = id
      const opened = open(id)
      if (opened !== undefined) contracts.push(opened)
    }
    return { contracts, next: undefined }
  }

  /**
   * @param after the `next` of the page before
   */
  return function blastRadius(broken: Broken, after: Uint8Array | undefined): BlastRadius {
    const isBroken = brokenBy(broken)
    const groups = [storage.group.get(), storage.formerGroup.get()].filter((group) => group !== undefined)
    const shares = groups.map((group) => {
      const held = sharesIn('Gatekeepers', group, isBroken)
      return broken.type === 'Threshold' ? { ...held, held: group.threshold } : held
    })
    const escrow = storage.escrow.get()?.group
    // People: their shares are broken on their own, and of no use with those of gatekeepers.
    if (escrow !== undefined)
      shares.push(sharesIn('Custodians', escrow, broken.type === 'Custodian' ? isBroken : nobody))
    const hasRoot = shares.some(({ held, threshold }) => held >= threshold)
    if (hasRoot) return { shares, hasRoot, ...walk(exposure.contractsAfter(after), (id) => exposure.ofRoot(id)) }
    if (broken.type === 'Enclave') {
      return { shares, hasRoot, ...walk(exposure.assignedAfter(broken.value, after), (id) => exposure.ofReplica(id)) }
    }
    const openByReplica = (id: Uint8Array): OpenedContract | undefined =>
      exposure.replicasOf(id).some(isBroken) ? exposure.ofReplica(id) : undefined
    return { shares, hasRoot, ...walk(broken.type === 'Vendor' ? exposure.contractsAfter(after) : [], openByReplica) }
  }
}
