/** Which level of TCB info a platform is at (Intel PCS API version 4, "Get TCB Info", steps 3 and 4). */
import { refuse } from '../refusal.ts'
import { firstReached, type Match } from './levels.ts'
import type { PckPlatform } from './pck-extension.ts'
import { COMPONENTS, type PlatformLevel, type TcbInfo } from './tcb-info.ts'

/**
 * The first level all of whose components the platform reaches.
 *
 * @param teeTcbSvn of the TD report; undefined for SGX
 */
export function platformLevelOf(
  { components, pceSvn }: Pick<PckPlatform, 'components' | 'pceSvn'>,
  teeTcbSvn: Uint8Array | undefined,
  { levels }: TcbInfo,
): Match<PlatformLevel> {
  const match = firstReached(
    levels,
    (level) =>
      reaches(components, level.components, 0) &&
      pceSvn >= level.pceSvn &&
      (teeTcbSvn === undefined || reachesTdx(teeTcbSvn, level)),
  )
  return match ?? refuse('no-matching-tcb-level')
}

/** From major version 1 on components 0 and 1 are the module's, which has levels of its own. */
function reachesTdx(teeTcbSvn: Uint8Array, { tdxComponents }: PlatformLevel): boolean {
  if (tdxComponents === undefined) return false
  return reaches(teeTcbSvn, tdxComponents, teeTcbSvn[1] === 0 ? 0 : 2)
}

function reaches(actual: ArrayLike<number>, wanted: readonly number[], from: number): boolean {
  for (let i = from; i < COMPONENTS; i++) {
    if ((actual[i] as number) < (wanted[i] as number)) return false
  }
  return true
}
