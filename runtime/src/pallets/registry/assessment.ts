/** What becomes of a registration, without changing anything: `register` does it, `RegistryApi_judge` tells it. */
import { equalBytes } from '@pha/core/codec'
import type { Evidence, Registration } from '@pha/core/protocol'
import { type Admitted, judge, type NotAdmitted } from './admission.ts'
import type { RegistryContext } from './context.ts'
import { evidenceVerifier } from './evidence.ts'
import { familyOf } from './family.ts'
import type { HeldCollateral } from './held-collateral.ts'
import type { Worker } from './schema.ts'

export interface Enrolled extends Admitted {
  /** The record that this replaces. */
  readonly before: Worker | undefined
  readonly expiresAt: number
}

export type Assessment =
  | Enrolled
  | NotAdmitted
  | { readonly ok: false; readonly reason: 'OperatorMismatch' | 'RegistryFull' }

const MAX_BLOCK = 0xffff_ffff
/** What blocks are made for; where they come slower, the sweep of what is due ends what is over. */
const BLOCK_SECONDS = 3

/**
 * @returns a function that costs as much as `register`: up to three signatures in the runtime's JavaScript, and a walk
 *   back over the blocks that may date evidence
 */
export function assessing(context: RegistryContext, held: HeldCollateral) {
  const { storage, constants, deps } = context
  const verify = evidenceVerifier(context, held)

  function blockNumberOf(hash: Uint8Array, oldest: number): number | undefined {
    for (let number = deps.system.blockNumber() - 1; number >= oldest; number--) {
      const known = deps.system.blockHash(number)
      if (known !== undefined && equalBytes(known, hash)) return number
    }
    return undefined
  }

  /** As if the operator whom the registration names had sent it. */
  return function assess(registration: Registration, evidence: Evidence): Assessment {
    const before = storage.workers.get(registration.identity)
    if (before !== undefined && !equalBytes(before.operator, registration.operator)) {
      return { ok: false, reason: 'OperatorMismatch' }
    }
    if (before === undefined && storage.workerCount.get() >= constants.maxWorkers) {
      return { ok: false, reason: 'RegistryFull' }
    }

    const block = deps.system.blockNumber()
    const policy = storage.attestationPolicy.get()
    const rules = held.verifyContext()
    const admission = judge(evidence, registration, {
      genesis: deps.system.genesisHash(),
      block,
      now: rules.now,
      policy,
      verify: (bytes) => verify(bytes, rules),
      measurement: (measurement) => storage.measurements.get(measurement),
      blockNumberOf,
      evaluationFloor: (standing) => held.evaluationFloor(familyOf({ type: evidence.type }, standing)),
    })
    if (!admission.ok) return admission
    const { madeAt, until } = admission
    // The hash of block `since` was not known before the suspension in it: evidence that names it is newer.
    if (before?.status.type === 'Suspended' && madeAt < before.status.value.since) {
      return { ok: false, reason: 'EvidenceTooOld' }
    }

    // Counted from the evidence, not from now: sending the same evidence again prolongs nothing.
    const agesAt = madeAt + policy.validityBlocks
    const endsAt = until === undefined ? MAX_BLOCK : block + Math.floor((until - rules.now) / BLOCK_SECONDS)
    return { ...admission, before, expiresAt: Math.min(agesAt, endsAt, MAX_BLOCK) }
  }
}
