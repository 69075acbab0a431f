/**
 * Confidence levels: how much a platform is believed, 1 to 5, **1 is the best**.
 *
 * The numbers are those of the original system, so that its operators and documents read right here; every list of
 * requirements reads "level <= n". A worker may run a contract if `isConfident(worker.level, contract.worstLevel)`.
 * No other place compares levels, so nobody has to remember which end is good.
 *
 * | level | Intel (SGX, TDX) | AMD SEV-SNP | advised for |
 * |---|---|---|---|
 * | 1 | UpToDate | a firmware floor of level 1 is met | keys, gatekeepers, finance |
 * | 2 | SWHardeningNeeded, every advisory on the list | as the policy's floor says | the same |
 * | 3 | Configuration(AndSWHardening)Needed, every advisory on the list | as the floor says | the same |
 * | 4 | as above with an advisory that the list accepts at level 4 only | as the floor says | batch analysis, games, oracles |
 * | 5 | OutOfDate(ConfigurationNeeded) within the grace that follows a recovery | as the floor says | the same |
 *
 * CCA, PSA, Nitro and simulated evidence carries no status of the platform: its level is the policy's word for the kind.
 * Unlike the original, an advisory that is not on the list refuses, and so does OutOfDate without grace.
 */
import type { AcceptedStatus } from './schema.ts'

export const BEST_LEVEL = 1
export const WORST_LEVEL = 5

/** Of a platform that is out of date, in its grace. */
export const GRACE_LEVEL = 5

export const STATUS_LEVELS: { readonly [S in AcceptedStatus['type']]: number } = {
  UpToDate: BEST_LEVEL,
  SWHardeningNeeded: 2,
  ConfigurationNeeded: 3,
  ConfigurationAndSWHardeningNeeded: 3,
}

/** Whether a platform of this level serves somebody who accepts none worse than `worst`. */
export function isConfident(level: number, worst: number): boolean {
  return level >= BEST_LEVEL && level <= worst
}
