/** Hashes by the names that tokens use (IANA's Named Information registry). */
import { sha384 } from '@noble/hashes/sha2.js'
import { sha256, sha512 } from '../../crypto/index.ts'
import { refuse } from '../refusal.ts'

type Hash = (bytes: Uint8Array) => Uint8Array

const HASHES: ReadonlyMap<string, Hash> = new Map<string, Hash>([
  ['sha-256', sha256],
  ['sha-384', sha384],
  ['sha-512', sha512],
])

/** Bytes of the hashes that Arm's and Amazon's specifications allow. */
export const HASH_LENGTHS = [32, 48, 64] as const

export function namedHash(name: string): Hash {
  return HASHES.get(name) ?? refuse('unsupported-algorithm')
}
