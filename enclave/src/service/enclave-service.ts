/**
 * What workers and gatekeepers have in common: a sealed memory, an identity, a proven chain, a registration; and the
 * host's requests. What they do with each proven block is their role.
 */
import { toHex } from '@pha/core/codec'
import type { LightClient } from '@pha/core/light-client'
import {
  contexts,
  type EnclaveKind,
  type EnclaveStatus,
  type HostRequest,
  HostResponse,
  type Start,
} from '@pha/core/protocol'
import type { Infer } from '@pha/core/schema'
import type { Worker } from '@pha/runtime/pallets'
import type { Host } from '../channel/host.ts'
import { codeOf, type Logger } from '../log.ts'
import { type Journal, volatileJournal } from '../store/journal.ts'
import { SealedJournal } from '../store/sealed-journal.ts'
import { SealedStore } from '../store/sealed-store.ts'
import { type Store, volatileStore } from '../store/store.ts'
import { ChainFollower } from '../sync/chain-follower.ts'
import type { ProvenView } from '../sync/proven-view.ts'
import type { TeeDriver } from '../tee/tee-driver.ts'
import { type EnclaveIdentity, identityFrom } from './identity.ts'
import { latestWins } from './latest-wins.ts'
import { Memory } from './memory.ts'
import { RegistrationKeeper } from './registration.ts'
import { ServiceError } from './service-error.ts'
import { Submissions } from './submissions.ts'

/** What a role may use. */
export interface EnclaveParts {
  readonly genesis: LightClient['genesis']
  readonly host: Host
  readonly log: Logger
  readonly chain: ChainFollower
  readonly memory: Memory
  /** What a worker counts of permits; gatekeepers have none that lasts. */
  readonly journal: Journal
  readonly identity: EnclaveIdentity
  readonly submissions: Submissions
}

/** What others ask, and the host passes on. */
export type ClientRequest = Extract<HostRequest, { type: 'OpenSession' | 'SessionMessage' | 'Reply' | 'KeyReleased' }>

export interface Role {
  /**
   * Works at a newly proven block. Called for one block at a time; errors are logged by code.
   * @param worker this enclave's record, if the chain believes it at this block
   */
  update(view: ProvenView, worker: Worker | undefined): Promise<void>
  /** Answers a client, or takes what a gatekeeper released; bytes of `HostResponse`. */
  answer(request: ClientRequest): Promise<Uint8Array>
  status(): Pick<EnclaveStatus, 'contracts' | 'sessions' | 'releases'>
}

export interface EnclaveServiceInit {
  readonly kind: EnclaveKind['type']
  /** Folder of the sealed store. */
  readonly folder: string
}

export interface EnclaveServiceComponents {
  readonly host: Host
  readonly log: Logger
  readonly tee: TeeDriver
  readonly role: (parts: EnclaveParts) => Role
}

/** Blocks between two writes of the checkpoint: what a rolled-back store may forget of the chain. */
const CHECKPOINT_EVERY = 32

interface Running {
  readonly parts: EnclaveParts
  readonly registration: RegistrationKeeper
  readonly role: Role
  readonly drive: (view: ProvenView) => void
}

export class EnclaveService {
  readonly #init: EnclaveServiceInit
  readonly #components: EnclaveServiceComponents
  #running: Running | undefined

  constructor(init: EnclaveServiceInit, components: EnclaveServiceComponents) {
    this.#init = init
    this.#components = components
  }

  /**
   * Answers one request of the host.
   * @throws errors with a `code`: `ServiceError`, `SyncError`, `StoreError`
   */
  async serve(request: HostRequest): Promise<Uint8Array> {
    switch (request.type) {
      case 'Start':
        if (this.#running !== undefined) throw new ServiceError('enclave.already-started')
        this.#running = this.#start(request.value)
        return HostResponse.Start.encode(this.#status(this.#running))
      case 'Finalised': {
        const { parts, drive } = this.#started()
        drive(parts.chain.accept(request.value))
        return HostResponse.Finalised.encode(undefined)
      }
      case 'Status':
        return HostResponse.Status.encode(this.#status(this.#started()))
      case 'OpenSession':
      case 'SessionMessage':
      case 'Reply':
      case 'KeyReleased':
        return this.#started().role.answer(request)
      default:
        return request satisfies never
    }
  }

  #started(): Running {
    if (this.#running === undefined) throw new ServiceError('enclave.not-started')
    return this.#running
  }

  #start({ operator, genesisHeader, genesisProof }: Infer<typeof Start>): Running {
    const { host, log, tee, role: makeRole } = this.#components
    const { kind } = this.#init
    const chain = new ChainFollower({ genesisHeader, genesisProof }, { host, log })
    const { genesis } = chain
    const { store, journal, begin } = this.#store(genesis)
    const { memory, isNew } = Memory.open(store, chain.newest, begin)
    if (!isNew) chain.resume(memory.content.checkpoint)
    const identity = identityFrom(memory)
    const submissions = new Submissions({ log })
    const registration = new RegistrationKeeper({ genesis, operator }, { host, log, tee, identity, submissions })
    const parts: EnclaveParts = { genesis, host, log, chain, memory, journal, identity, submissions }
    const role = makeRole(parts)
    log.info('enclave started', {
      kind,
      isNew,
      identity: toHex(identity.signing.publicKey),
      measurement: toHex(tee.measurement()),
      genesis: toHex(genesis),
      checkpoint: memory.content.checkpoint.number,
    })
    const drive = latestWins((view: ProvenView) => this.#update(parts, registration, role, view))
    return { parts, registration, role, drive }
  }

  #store(genesis: Uint8Array): { readonly store: Store; readonly journal: Journal; readonly begin: () => void } {
    const { kind, folder } = this.#init
    const { tee, log } = this.#components
    const [storeKey, journalKey] = [tee.sealingKey(contexts.sealedStore), tee.sealingKey(contexts.permitUses)]
    if (storeKey === undefined || journalKey === undefined) {
      // Its share of the root key is all that there is of it.
      if (kind === 'Gatekeeper') throw new ServiceError('enclave.cannot-seal')
      log.warn('this TEE has no sealing key: the identity is a new one at each start')
      return { store: volatileStore, journal: volatileJournal, begin: () => {} }
    }
    const store = new SealedStore({ folder, kind, sealingKey: storeKey })
    if (kind === 'Gatekeeper') return { store, journal: volatileJournal, begin: () => {} }
    const context = contexts.permitUses
    const journal = new SealedJournal({ folder, name: 'permits.journal', context, genesis, sealingKey: journalKey })
    return { store, journal, begin: () => journal.begin() }
  }

  async #update({ memory, log }: EnclaveParts, registration: RegistrationKeeper, role: Role, view: ProvenView) {
    const { block } = view
    try {
      if (block.number >= memory.content.checkpoint.number + CHECKPOINT_EVERY) memory.change({ checkpoint: block })
      await registration.update(view)
      await role.update(view, registration.active)
    } catch (error) {
      // Nothing was done from what could not be proven; the next header tries again.
      log.warn('a block could not be worked on', { block: block.number, code: codeOf(error) })
    }
  }

  #status({ parts, registration, role }: Running): EnclaveStatus {
    return {
      kind: { type: this.#init.kind },
      identity: parts.identity.signing.publicKey,
      measurement: this.#components.tee.measurement(),
      block: parts.chain.newest.number,
      registered: registration.active !== undefined,
      ...role.status(),
    }
  }
}
