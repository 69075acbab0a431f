/** Why a client talks to a worker no more, in words: each comes from its proven record. */
import { explainRefusal, isConfident, POLICY_REFUSALS } from '@pha/core/attestation'
import type { Worker } from '@pha/runtime/pallets'

export interface Demands {
  readonly block: number
  /** Of the contract: 5 takes every level. */
  readonly worstLevel: number
}

/** `undefined` if it is believed. */
export function whyNotBelieved(worker: Worker | undefined, { block, worstLevel }: Demands): string | undefined {
  if (worker === undefined) return 'not registered'
  const { status, expiresAt, level } = worker
  if (status.type === 'Suspended') return 'suspended: it signed something else than the majority'
  if (status.type === 'Refused') return `refused since block ${status.value.since}: ${explained(status.value.reason)}`
  if (expiresAt <= block) return `registration expired at block ${expiresAt}`
  if (!isConfident(level, worstLevel))
    return `confidence level ${level}, and the contract accepts none worse than ${worstLevel}`
  return undefined
}

function explained(reason: string): string {
  const known = POLICY_REFUSALS.find((refusal) => refusal === reason)
  return known === undefined ? reason : `${reason}, ${explainRefusal(known).means}`
}
