/** Statements about the state that should always hold: those of single pallets, and one that needs all of them. */
import { toHex } from '@pha/core/codec'
import type { ExposedBy, RunningPallet } from '../frame/implement.ts'
import type { systemLogic } from '../pallets/system/logic.ts'

/** The statements that don't hold; empty on a sound chain. */
export function brokenStatements(
  running: readonly RunningPallet<unknown>[],
  system: ExposedBy<typeof systemLogic>,
): string[] {
  const ofPallets = running.flatMap(({ declaration, invariants }) =>
    Object.entries(invariants)
      .filter(([, holds]) => !holds())
      .map(([statement]) => `${declaration.name}: ${statement}`),
  )
  return reservesAreHeld(running, system) ? ofPallets : [...ofPallets, 'what accounts reserved is what pallets hold']
}

function reservesAreHeld(running: readonly RunningPallet<unknown>[], system: ExposedBy<typeof systemLogic>): boolean {
  const held = new Map<string, bigint>()
  for (const pallet of running) {
    for (const [who, amount] of pallet.held()) held.set(toHex(who), (held.get(toHex(who)) ?? 0n) + amount)
  }
  for (const [who, { data, consumers }] of system.accounts()) {
    const expected = held.get(toHex(who)) ?? 0n
    if (data.reserved !== expected || (expected > 0n && consumers === 0)) return false
    held.delete(toHex(who))
  }
  return [...held.values()].every((amount) => amount === 0n)
}
