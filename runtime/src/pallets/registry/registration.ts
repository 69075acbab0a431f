/** Calls of operators: enclaves come, change their address, and leave. */
import { equalBytes } from '@pha/core/codec'
import { judge } from './admission.ts'
import type { RegistryCalls, RegistryContext } from './context.ts'
import { evidenceVerifier } from './evidence.ts'
import { familyOf } from './family.ts'
import type { HeldCollateral } from './held-collateral.ts'
import type { Judging } from './judging.ts'
import type { Workers } from './workers.ts'

type Calls = Pick<RegistryCalls, 'register' | 'setEndpoint' | 'deregister'>

export interface RegistrationParts {
  readonly workers: Workers
  readonly held: HeldCollateral
  readonly judging: Judging
}

const MAX_BLOCK = 0xffff_ffff
/** What blocks are made for; where they come slower, the sweep of what is due ends what is over. */
const BLOCK_SECONDS = 3

export function registrationCalls(context: RegistryContext, { workers, held, judging }: RegistrationParts): Calls {
  const { storage, events, errors, constants, deps } = context
  const verify = evidenceVerifier(context, held)

  function blockNumberOf(hash: Uint8Array, oldest: number): number | undefined {
    for (let number = deps.system.blockNumber() - 1; number >= oldest; number--) {
      const known = deps.system.blockHash(number)
      if (known !== undefined && equalBytes(known, hash)) return number
    }
    return undefined
  }

  return {
    register({ who }, { registration, evidence, endpoint }) {
      const { identity, agreement, operator } = registration
      if (!equalBytes(operator, who)) throw errors.OperatorMismatch()
      const before = storage.workers.get(identity)
      if (before !== undefined && !equalBytes(before.operator, who)) throw errors.OperatorMismatch()
      if (before === undefined && storage.workerCount.get() >= constants.maxWorkers) throw errors.RegistryFull()

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
      if (!admission.ok) throw errors[admission.reason](admission.detail)
      const { facts, kind, level, because, madeAt, standing, until } = admission
      const tee = { type: evidence.type }
      // The hash of block `since` was not known before the suspension in it: evidence that names it is newer.
      if (before?.status.type === 'Suspended' && madeAt < before.status.value.since) throw errors.EvidenceTooOld()

      // Counted from the evidence, not from now: sending the same evidence again prolongs nothing.
      const agesAt = madeAt + policy.validityBlocks
      const endsAt = until === undefined ? MAX_BLOCK : block + Math.floor((until - rules.now) / BLOCK_SECONDS)
      const worker = {
        kind,
        tee,
        operator,
        agreement,
        measurement: facts.measurement,
        platform: facts.platform,
        level,
        status: { type: 'Active' } as const,
        registeredAt: block,
        expiresAt: Math.min(agesAt, endsAt, MAX_BLOCK),
        endpoint,
      }
      workers.put(identity, worker, { standing, because })
      judging.noteDue(familyOf(tee, standing), until)
      if (before !== undefined && level > before.level) workers.lower(identity)
      events.WorkerRegistered({ identity, operator, kind, tee, measurement: facts.measurement, level })
    },

    setEndpoint({ who }, { identity, endpoint }) {
      storage.workers.set(identity, { ...workers.operatedBy(who, identity), endpoint })
      events.EndpointChanged({ identity })
    },

    deregister({ who }, { identity }) {
      const { status } = workers.operatedBy(who, identity)
      // Else leaving and coming back with the old evidence would undo a suspension.
      const { maxEvidenceBlocks } = storage.attestationPolicy.get()
      if (status.type === 'Suspended' && deps.system.blockNumber() - status.value.since < maxEvidenceBlocks) {
        throw errors.StillSuspended()
      }
      workers.remove(identity)
      workers.lower(identity)
      events.WorkerDeregistered({ identity })
    },
  }
}
