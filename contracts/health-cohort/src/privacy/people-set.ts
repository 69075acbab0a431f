/**
 * Sets of people as bits of one bigint: bit n is the owner whose slot is n.
 *
 * A slot is given to an owner at his first contribution and never to another, also not after he withdrew; otherwise two
 * answers about different people would look like answers about the same.
 */

import { StatisticsError } from '../statistics/errors.ts'
import { MAX_PEOPLE } from '../statistics/two-by-two.ts'

export type PeopleSet = bigint

/**
 * Makes a set from slots.
 *
 * @throws StatisticsError `table.too-many-people` for a slot outside 0..MAX_PEOPLE-1
 * @example peopleSet([0, 3]) // 0b1001n
 */
export function peopleSet(slots: Iterable<number>): PeopleSet {
  let set = 0n
  for (const slot of slots) {
    if (!Number.isInteger(slot) || slot < 0 || slot >= MAX_PEOPLE) {
      throw new StatisticsError('table.too-many-people', `a slot is a whole number below ${MAX_PEOPLE}`)
    }
    set |= 1n << BigInt(slot)
  }
  return set
}

/**
 * Whether a set holds fewer than `limit` people; looks at no more than `limit` of them.
 *
 * @example hasFewerThan(peopleSet([1, 2]), 5) // true
 */
export function hasFewerThan(set: PeopleSet, limit: number): boolean {
  let rest = set
  for (let seen = 0; seen < limit; seen += 1) {
    if (rest === 0n) return true
    rest &= rest - 1n // clears the lowest bit
  }
  return false
}

/**
 * Whether an owner is in a set: which answers used his row.
 *
 * @example hasPerson(peopleSet([4]), 4) // true
 */
export function hasPerson(set: PeopleSet, slot: number): boolean {
  return ((set >> BigInt(slot)) & 1n) === 1n
}

/**
 * Writes a set as bytes, lowest slots first, without zero bytes at the end: one text for one set.
 *
 * @example peopleSetToBytes(peopleSet([0, 9])) // Uint8Array [1, 2]
 */
export function peopleSetToBytes(set: PeopleSet): Uint8Array {
  const bytes: number[] = []
  for (let rest = set; rest !== 0n; rest >>= 8n) bytes.push(Number(rest & 255n))
  return Uint8Array.from(bytes)
}

/**
 * Reads what `peopleSetToBytes` wrote.
 *
 * @throws StatisticsError `table.too-many-people` for more bytes than any set needs
 * @example peopleSetFromBytes(Uint8Array.of(1, 2)) // peopleSet([0, 9])
 */
export function peopleSetFromBytes(bytes: Uint8Array): PeopleSet {
  if (bytes.length > MAX_PEOPLE / 8) throw new StatisticsError('table.too-many-people', 'a set of people is too long')
  return bytes.reduceRight((set, byte) => (set << 8n) | BigInt(byte), 0n)
}
