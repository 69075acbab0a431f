/** What a replica works with, and the shapes that its steps pass on. */
import type { Commit } from '@pha/core/protocol'
import type { EnclaveParts } from '../service/enclave-service.ts'
import type { TopicFollower } from '../sync/topic-follower.ts'
import type { ContractState } from './contract-state.ts'
import type { Delta } from './delta.ts'
import type { HeldKeys } from './held-keys.ts'
import type { KeyCollector } from './key-collector.ts'
import type { Keyring } from './keyring.ts'
import type { ProgramCache } from './program-cache.ts'
import type { Turns } from './turns.ts'

export interface ReplicaParts extends EnclaveParts {
  readonly keyring: Keyring
  readonly collector: KeyCollector
  readonly programs: ProgramCache
  readonly turns: Turns
}

/** One contract on this worker. */
export interface ReplicaOf {
  readonly contract: Uint8Array
  readonly keys: HeldKeys
  readonly topic: TopicFollower
}

/** A contract's state after a settled batch; batch 0 is the state before the first message. */
export interface Settled {
  readonly batch: number
  readonly state: ContractState
  /** What led here, if it is known: replies are given from it. */
  readonly last: SettledBatch | undefined
}

export interface SettledBatch {
  readonly commit: Commit
  readonly delta: Delta
}
