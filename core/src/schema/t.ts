/** The declaration language: one word per type, shared by pallets, contracts and data rooms. */
import { array, boundedVec, lazy, named, option, result, tuple, unit, vec } from './containers.ts'
import { enumeration, variant } from './enum.ts'
import { bool, compact, f64, i8, i16, i32, i64, i128, u8, u16, u32, u64, u128, u256 } from './numbers.ts'
import { packedU16 } from './packed.ts'
import { boundedBytes, boundedText, bytes, fixedBytes, text } from './strings.ts'
import { struct } from './struct.ts'

const bytes32 = fixedBytes(32)

/**
 * @example
 * const Worker = t.struct('Worker', { operator: t.accountId, level: t.u8 })
 * type Worker = Infer<typeof Worker> // { operator: Uint8Array; level: number }
 */
export const t = {
  bool,
  u8,
  u16,
  u32,
  u64,
  u128,
  u256,
  i8,
  i16,
  i32,
  i64,
  i128,
  f64,
  compact,
  text,
  boundedText,
  bytes,
  boundedBytes,
  fixedBytes,
  bytes32,
  vec,
  boundedVec,
  packedU16,
  array,
  tuple,
  unit,
  option,
  result,
  struct,
  enum: enumeration,
  variant,
  named,
  lazy,
  /** A 32-byte account: a public key, or the hash of one. */
  accountId: named(['sp_core', 'crypto', 'AccountId32'], bytes32),
  /** A 32-byte hash. */
  hash: named(['primitive_types', 'H256'], bytes32),
} as const
