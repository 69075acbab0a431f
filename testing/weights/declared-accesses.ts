/** What a call may touch, by its declaration and those of the calls inside it. */
import { toHex } from '@pha/core/codec'
import type { AnyCall, AnyPallet } from '@pha/runtime/frame'
import { balances, chainTypes, system } from '@pha/runtime/pallets'
import type { Accesses } from './counting-host.ts'

export interface Allowance {
  readonly reads: number
  readonly writes: number
  /** Picoseconds that the arguments ask for in the place of the calls inside: they pay for accesses of any kind. */
  readonly statedRefTime: bigint
}

const { read: READ, write: WRITE } = system.constants.dbWeight.value

/** More than any extrinsic touches. */
const UNBOUNDED = 2n ** 64n

/** @example allowanceOf({ type: 'System', value: { type: 'remark', value: { remark } } }).writes // 0 */
export function allowanceOf(call: AnyCall): Allowance {
  const { adds, weight } = declarationOf(call)
  const { calls, uncounted, refTime = 0n } = adds?.(call.value.value as never) ?? {}
  // Root says what these cost, and nobody checks. Beside calls that are counted, it is what running them costs.
  const statedRefTime = uncounted !== undefined ? UNBOUNDED : calls === undefined ? refTime : 0n
  const own = { reads: weight.reads, writes: weight.writes, statedRefTime }
  return sumOf([own, ...(calls ?? []).map(allowanceOf)])
}

/** Calls that this one carries, counted with its weight or not. */
export function callsInside(call: AnyCall): readonly AnyCall[] {
  const { calls, uncounted } = declarationOf(call).adds?.(call.value.value as never) ?? {}
  return calls ?? uncounted ?? []
}

/** What a call declares for itself. */
export function ownWeightOf(call: AnyCall): { readonly reads: number; readonly writes: number } {
  return declarationOf(call).weight
}

function declarationOf(call: AnyCall) {
  const declared = (chainTypes.pallets as readonly AnyPallet[]).find(({ name }) => name === call.type)?.calls[
    call.value.type
  ]
  if (declared === undefined) throw new TypeError(`${call.type}.${call.value.type} is not declared`)
  return declared
}

export function sumOf(allowances: readonly Allowance[]): Allowance {
  return allowances.reduce(
    (sum, { reads, writes, statedRefTime }) => ({
      reads: sum.reads + reads,
      writes: sum.writes + writes,
      statedRefTime: sum.statedRefTime + statedRefTime,
    }),
    { reads: 0, writes: 0, statedRefTime: 0n },
  )
}

/** What was touched beyond the allowance, in picoseconds. */
export function excessOf(
  { reads, writes }: { readonly reads: number; readonly writes: number },
  allowed: Allowance,
): bigint {
  const excess =
    BigInt(Math.max(0, reads - allowed.reads)) * READ + BigInt(Math.max(0, writes - allowed.writes)) * WRITE
  return excess > allowed.statedRefTime ? excess - allowed.statedRefTime : 0n
}

const SYSTEM_PREFIX = toHex(system.storage.number.key()).slice(0, 34)
const ACCOUNT_PREFIX = toHex(system.storage.account.prefix())
const AUTHORIZED_UPGRADE = toHex(system.storage.authorizedUpgrade.key())
const BLOCK_HASH_PREFIX = toHex(system.storage.blockHash.prefix())
const GENESIS_HASH = toHex(system.storage.blockHash.key(0))
const ISSUANCE = toHex(balances.storage.totalIssuance.key())
/** The `:events:` of the open block. */
const PENDING_EVENTS = toHex(new TextEncoder().encode(':events:'))

/**
 * Whether every signed extrinsic touches this key, whatever it calls: its sender's account, the fee, and what the
 * system pallet keeps about the block. The weight of a bare extrinsic pays for these.
 */
export function isPaidByExtrinsic(key: string, sender: Uint8Array): boolean {
  if (key === ISSUANCE || key === GENESIS_HASH || key.startsWith(PENDING_EVENTS)) return true
  if (key.startsWith(ACCOUNT_PREFIX)) return key === toHex(system.storage.account.key(sender))
  return key.startsWith(SYSTEM_PREFIX) && !key.startsWith(BLOCK_HASH_PREFIX) && key !== AUTHORIZED_UPGRADE
}

/** Accesses of one extrinsic without those that every extrinsic of this sender has. */
export function ownAccesses(
  { reads, writes }: Accesses,
  sender: Uint8Array,
): { readonly reads: number; readonly writes: number } {
  const count = (keys: ReadonlySet<string>): number => [...keys].filter((key) => !isPaidByExtrinsic(key, sender)).length
  return { reads: count(reads), writes: count(writes) }
}
