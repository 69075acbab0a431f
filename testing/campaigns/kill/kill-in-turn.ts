/** `kill -9` of every process of a network in turn, at moments that a seed decides. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessControl } from '../../src/index.ts'
import type { Random } from '../scale/random.ts'

export interface KillPlan {
  readonly names: readonly string[]
  readonly random: Random
  /** Time until the next kill. */
  readonly pauseMs: () => number
  /** Ends the killing. */
  readonly signal: AbortSignal
  /** Resolves when it may be killed. */
  readonly mayKill: (name: string) => Promise<void>
  readonly onKill: (name: string) => void
}

/** All processes of a network with so many gatekeepers and three workers. */
export function namesOf(gatekeepers: number): readonly string[] {
  const enclaves = Array.from({ length: gatekeepers }, (_, i) => `gatekeeper-${i + 1}/enclave`)
  const workers = ['worker-1', 'worker-2', 'worker-3'].flatMap((name) => [name, `${name}/enclave`])
  return ['node', 'gatekeepers', ...enclaves, ...workers]
}

/**
 * Kills one after the other, each once before any a second time, until `signal`. One that is down at its turn is waited
 * for, so each is hit while it lives.
 *
 * @throws if a process is not back within a minute
 */
export async function killInTurn(
  control: ProcessControl,
  { names, random, pauseMs, signal, mayKill, onKill }: KillPlan,
): Promise<void> {
  for (;;) {
    for (const name of shuffled(names, random)) {
      await sleep(pauseMs(), undefined, { signal, ref: false }).catch(() => {})
      if (!signal.aborted) await mayKill(name)
      if (signal.aborted) return
      await control.kill(name)
      onKill(name)
    }
  }
}

/** Fisher and Yates. */
function shuffled(names: readonly string[], random: Random): string[] {
  const order = [...names]
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    ;[order[i], order[j]] = [order[j] as string, order[i] as string]
  }
  return order
}
