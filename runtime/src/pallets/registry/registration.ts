/** Calls of operators: enclaves come, change their address, and leave. */
import { equalBytes } from '@pha/core/codec'
import type { Evidence, Registration } from '@pha/core/protocol'
import type { Assessment } from './assessment.ts'
import type { RegistryCalls, RegistryContext } from './context.ts'
import { familyOf } from './family.ts'
import type { Judging } from './judging.ts'
import type { Workers } from './workers.ts'

type Calls = Pick<RegistryCalls, 'register' | 'setEndpoint' | 'deregister'>

export interface RegistrationParts {
  readonly workers: Workers
  readonly judging: Judging
  assess(registration: Registration, evidence: Evidence): Assessment
}

export function registrationCalls(context: RegistryContext, { workers, judging, assess }: RegistrationParts): Calls {
  const { storage, events, errors, deps } = context

  return {
    register({ who }, { registration, evidence, endpoint }) {
      const { identity, agreement, operator } = registration
      if (!equalBytes(operator, who)) throw errors.OperatorMismatch()
      const assessed = assess(registration, evidence)
      if (!assessed.ok) throw errors[assessed.reason]('rule' in assessed ? assessed.rule : undefined)
      const { before, facts, kind, level, because, standing, until, expiresAt } = assessed
      const tee = { type: evidence.type }
      const worker = {
        kind,
        tee,
        operator,
        agreement,
        measurement: facts.measurement,
        platform: facts.platform,
        level,
        status: { type: 'Active' } as const,
        registeredAt: deps.system.blockNumber(),
        expiresAt,
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
