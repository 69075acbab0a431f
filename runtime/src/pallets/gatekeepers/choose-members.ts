/** Who should hold shares: those in office as long as they may, then others in the order of their admission. */
import { equalBytes } from '@pha/core/codec'

/**
 * @param candidates in the order of their admission
 * @returns at most `count` of them, in that order
 * @example
 * chooseMembers(candidates, group.members, target.members)
 */
export function chooseMembers<C extends { readonly identity: Uint8Array }>(
  candidates: readonly C[],
  inOffice: readonly { readonly identity: Uint8Array }[],
  count: number,
): C[] {
  const stays = candidates.filter((candidate) => isIn(inOffice, candidate)).slice(0, count)
  const others = candidates.filter((candidate) => !isIn(inOffice, candidate)).slice(0, count - stays.length)
  return candidates.filter((candidate) => stays.includes(candidate) || others.includes(candidate))
}

/** Whether both name the same, in whatever order. */
export function areSame(
  left: readonly { readonly identity: Uint8Array }[],
  right: readonly { readonly identity: Uint8Array }[],
): boolean {
  return left.length === right.length && left.every((one) => isIn(right, one))
}

function isIn(list: readonly { readonly identity: Uint8Array }[], one: { readonly identity: Uint8Array }): boolean {
  return list.some(({ identity }) => equalBytes(identity, one.identity))
}
