/**
 * Registration: evidence over this enclave's keys, an operator and a recent block, made when the chain needs it. Each
 * one brings a fresh agreement key.
 *
 * A worker that was outvoted registers anew with fresh evidence, but only after its process was started again: whatever
 * made it wrong may still be in memory, and its host has to notice.
 */
import { equalBytes, toHex } from '@pha/core/codec'
import { reportData } from '@pha/core/protocol'
import { registry, type Worker } from '@pha/runtime/pallets'
import type { Host } from '../channel/host.ts'
import type { Logger } from '../log.ts'
import { at, type ProvenView } from '../sync/proven-view.ts'
import type { TeeDriver } from '../tee/tee-driver.ts'
import type { EnclaveIdentity } from './identity.ts'
import { ServiceError } from './service-error.ts'
import type { Submissions } from './submissions.ts'

export interface RegistrationComponents {
  readonly host: Host
  readonly log: Logger
  readonly tee: TeeDriver
  readonly identity: EnclaveIdentity
  readonly submissions: Submissions
}

export interface RegistrationInit {
  readonly genesis: Uint8Array
  readonly operator: Uint8Array
}

/**
 * Blocks until a registration that had no effect is sent again, doubled each time: each costs its fee, and what the chain
 * refuses it mostly refuses again.
 */
const FIRST_QUIET = 8
const LONGEST_QUIET = 1_024

/** Renewed when less than this part of the validity is left: with a day of validity, six hours before its end. */
const RENEW_AT = 4

/**
 * `removed` (by the operator) and `suspended` last until the process starts anew; `refused` (by policy or collateral) until
 * then, or until the chain accepts the platform again.
 */
type State = 'active' | 'due' | 'expired' | 'absent' | 'removed' | 'suspended' | 'refused'

export class RegistrationKeeper {
  readonly #init: RegistrationInit
  readonly #components: RegistrationComponents
  #worker: Worker | undefined
  #believedInThisRun = false
  #reported: State | undefined
  /** Since the last time that there was nothing to do. */
  #attempts = 0

  constructor(init: RegistrationInit, components: RegistrationComponents) {
    this.#init = init
    this.#components = components
  }

  /** This enclave's record, if the chain believes what it signs. */
  get active(): Worker | undefined {
    return this.#worker
  }

  /** Reads the record at a new block, and registers or renews if that is due. */
  async update(view: ProvenView): Promise<void> {
    const { identity, submissions } = this.#components
    const [record] = await view.read(at(registry.storage.workers, identity.signing.publicKey))
    identity.agreement.follow(record?.agreement, view.block.number)
    const state = this.#judge(record, view.block.number)
    this.#worker = state === 'active' || state === 'due' ? record : undefined
    if (this.#worker !== undefined) this.#believedInThisRun = true
    this.#report(state, view.block.number)
    if (state === 'absent' || state === 'expired' || state === 'due') {
      const quiet = Math.min(FIRST_QUIET * 2 ** this.#attempts, LONGEST_QUIET)
      const attempt = () => {
        this.#attempts++
        return this.#register(view)
      }
      submissions.once('registration', view.block.number, attempt, quiet)
    } else {
      this.#attempts = 0
    }
  }

  #judge(record: Worker | undefined, block: number): State {
    if (record === undefined || !this.#isOurs(record)) return this.#believedInThisRun ? 'removed' : 'absent'
    if (record.status.type === 'Suspended') return this.#believedInThisRun ? 'suspended' : 'absent'
    // The same machine says the same again: after an update of its firmware it was started anew.
    if (record.status.type === 'Refused') return this.#believedInThisRun ? 'refused' : 'absent'
    if (block > record.expiresAt) return 'expired'
    const validity = record.expiresAt - record.registeredAt
    return (record.expiresAt - block) * RENEW_AT < validity ? 'due' : 'active'
  }

  /** A record of an earlier build, operator or agreement key must be replaced. */
  #isOurs({ operator, agreement, measurement }: Worker): boolean {
    const { tee, identity } = this.#components
    return (
      equalBytes(operator, this.#init.operator) &&
      identity.agreement.isListed(agreement) &&
      equalBytes(measurement, tee.measurement())
    )
  }

  async #register(view: ProvenView): Promise<void> {
    const { host, tee, identity } = this.#components
    const { genesis, operator } = this.#init
    if (tee.kind === 'Simulated' && !(await admitsSimulated(view))) throw new ServiceError('enclave.simulated')
    const registration = {
      identity: identity.signing.publicKey,
      agreement: identity.agreement.next().publicKey,
      operator,
      blockHash: view.block.hash,
    }
    await host.register({ registration, evidence: await tee.quote(reportData(genesis, registration)) })
  }

  #report(state: State, block: number): void {
    if (state === this.#reported) return
    this.#reported = state
    const { log, identity } = this.#components
    const fields = { state, block, identity: toHex(identity.signing.publicKey) }
    if (state === 'suspended') log.error('suspended by the chain: start this worker again to register anew', fields)
    else if (state === 'refused')
      log.error('refused by the chain: its policy does not accept this platform now', fields)
    else log.info('registration', fields)
  }
}

/** Whether this is a development chain. Others would refuse such evidence; what asks them nothing tells them nothing. */
async function admitsSimulated(view: ProvenView): Promise<boolean> {
  const [policy] = await view.read(at(registry.storage.attestationPolicy))
  return policy.simulated !== undefined
}
