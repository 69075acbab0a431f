/** What a worker's host is told at its start. */
import type { Keypair } from '@pha/core/crypto'
import type { Logger } from 'pino'

export type WorkerRole = 'worker' | 'gatekeeper'

export interface WorkerHostConfig {
  /** Sealed store, blobs and snapshots are kept here; made if missing. */
  readonly dataDir: string
  /** The node's RPC, such as `ws://127.0.0.1:9944`. */
  readonly nodeUrl: string
  /** The enclave's program: one file, whose hash is its measurement. */
  readonly bundle: string
  readonly role: WorkerRole
  /** Pays for and signs what the enclave says on chain. */
  readonly operator: Keypair
  /** Of the HTTP API; 0 takes a free one. */
  readonly port: number
  /** Address to listen on; 127.0.0.1 by default: who listens wider puts a proxy in front. */
  readonly host?: string
  /** How others reach the API; by default the address that is listened on. */
  readonly publicUrl?: string
  /** Program and arguments put in front of the enclave's own: a test's recorder, or an enclave that lies. */
  readonly enclaveCommand?: readonly string[]
  /** Offers `GET /seen`: for development, where a person wants to look at what the host saw. */
  readonly showSeen?: boolean
  readonly log?: Logger
}
