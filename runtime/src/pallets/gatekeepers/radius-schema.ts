/** What is open to whoever breaks an enclave now: question and answer of `KeysApi_blast_radius`. */
import { Tee } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { OpenedContract } from '../contracts/exposure-schema.ts'

/** Contracts in one answer: 8 KB. */
export const BLAST_PAGE = 64

/** Contracts that one answer looks at, each with up to sixteen replicas: some 10 ms. */
export const BLAST_WALK = 96

export const Broken = t.enum('Broken', {
  /** One enclave, by its identity. */
  Enclave: t.bytes32,
  /** All enclaves of one kind of TEE: its vendor's key, or a flaw of its chips. */
  Vendor: Tee,
  /** As many gatekeepers as release together. */
  Threshold: null,
  /** A person who holds a recovery share, by its account. */
  Custodian: t.accountId,
})
export type Broken = Infer<typeof Broken>

/** What the method takes, as clients encode it. `after` is the `next` of the page before. */
export const BlastQuestion = t.struct('BlastQuestion', { broken: Broken, after: t.option(t.bytes32) })
export type BlastQuestion = Infer<typeof BlastQuestion>

export const HeldShares = t.struct(
  'HeldShares',
  {
    holders: t.enum('ShareHolders', { Gatekeepers: null, Custodians: null }),
    root: t.u32,
    held: t.u16,
    threshold: t.u16,
    members: t.u16,
  },
  'How many of the shares of a root that these hold are broken; with `threshold` of them all contract keys can be computed, with fewer none.',
)
export type HeldShares = Infer<typeof HeldShares>

export const BlastRadius = t.struct(
  'BlastRadius',
  {
    shares: t.boundedVec(HeldShares, 4),
    hasRoot: t.bool,
    contracts: t.boundedVec(OpenedContract, BLAST_PAGE),
    next: t.option(t.bytes32),
  },
  'What is open to whoever breaks these enclaves now, a page of it: ask again from `next` on. With `hasRoot` the shares are ' +
    'enough, and every contract is open.',
)
export type BlastRadius = Infer<typeof BlastRadius>
