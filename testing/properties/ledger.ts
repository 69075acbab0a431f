/** The accounts in a state, and what events say about them: two independent accounts of the same movements. */
import { fromHex, toHex } from '@pha/core/codec'
import type { Infer } from '@pha/core/schema'
import type { Trie } from '@pha/core/trie'
import { AccountInfo, balances, type EventRecord, system } from '@pha/runtime/pallets'

/** What an account holds; one that does not exist holds nothing. */
export interface Holdings {
  readonly free: bigint
  readonly reserved: bigint
}

/** Changes by account in hexadecimal; the change of the total issuance under `issuance`. */
export type Movements = ReadonlyMap<string, Holdings>

const ISSUANCE = 'issuance'

export function accountsOf(state: Trie): ReadonlyMap<string, AccountInfo> {
  const entries = state.entries(system.storage.account.prefix())
  return new Map(
    [...entries].map(([key, value]) => [toHex(system.storage.account.decodeKey(key)), AccountInfo.decode(value)]),
  )
}

export function issuanceOf(state: Trie): bigint {
  const { totalIssuance } = balances.storage
  return totalIssuance.decode(state.get(totalIssuance.key()))
}

/** What changed from one state to another. */
export function movementsBetween(before: Trie, after: Trie): Movements {
  const moved = new Tally()
  for (const [who, { data }] of accountsOf(before)) moved.add(who, -data.free, -data.reserved)
  for (const [who, { data }] of accountsOf(after)) moved.add(who, data.free, data.reserved)
  moved.add(ISSUANCE, issuanceOf(after) - issuanceOf(before), 0n)
  return moved.result()
}

/**
 * What events of the Balances pallet say.
 * @throws TypeError for an event that this file does not know: say here what it means
 */
export function movementsTold(records: readonly Infer<typeof EventRecord>[]): Movements {
  const told = new Tally()
  for (const { event } of records) {
    if (event.type === 'Balances') tell(told, event.value.type, event.value.value as unknown as MoneyEvent)
  }
  return told.result()
}

/** All fields that the events of Balances have. */
interface MoneyEvent {
  readonly who: Uint8Array
  readonly account: Uint8Array
  readonly from: Uint8Array
  readonly to: Uint8Array
  readonly amount: bigint
  readonly destinationStatus: { readonly type: 'Free' | 'Reserved' }
}

function tell(told: Tally, name: string, { who, account, from, to, amount, destinationStatus }: MoneyEvent): void {
  switch (name) {
    case 'Endowed':
      return // Says how a new account got what another event moved.
    case 'Transfer':
      told.add(toHex(from), -amount, 0n)
      return told.add(toHex(to), amount, 0n)
    case 'Deposit':
      told.add(ISSUANCE, amount, 0n)
      return told.add(toHex(who), amount, 0n)
    case 'Withdraw':
      told.add(ISSUANCE, -amount, 0n)
      return told.add(toHex(who), -amount, 0n)
    case 'DustLost':
      told.add(ISSUANCE, -amount, 0n)
      return told.add(toHex(account), -amount, 0n)
    case 'Reserved':
      return told.add(toHex(who), -amount, amount)
    case 'Unreserved':
      return told.add(toHex(who), amount, -amount)
    case 'ReserveRepatriated': {
      told.add(toHex(from), 0n, -amount)
      const isFree = destinationStatus.type === 'Free'
      return told.add(toHex(to), isFree ? amount : 0n, isFree ? 0n : amount)
    }
    default:
      throw new TypeError(`Balances.${name} is an event of no known meaning`)
  }
}

class Tally {
  readonly #moved = new Map<string, Holdings>()

  add(who: string, free: bigint, reserved: bigint): void {
    const before = this.#moved.get(who) ?? { free: 0n, reserved: 0n }
    this.#moved.set(who, { free: before.free + free, reserved: before.reserved + reserved })
  }

  /** Without those for whom nothing changed. */
  result(): Movements {
    return new Map([...this.#moved].filter(([, { free, reserved }]) => free !== 0n || reserved !== 0n).sort())
  }
}

/** Keys whose values differ, in hexadecimal. */
export function changedKeys(before: Trie, after: Trie): string[] {
  const values = new Map([...before.entries()].map(([key, value]) => [toHex(key), value]))
  const changed = [...after.entries()]
    .filter(([key, value]) => {
      const old = values.get(toHex(key))
      return old === undefined || toHex(old) !== toHex(value)
    })
    .map(([key]) => toHex(key))
  const gone = [...values.keys()].filter((key) => after.get(fromHex(key)) === undefined)
  return [...changed, ...gone]
}
