/**
 * A whole network for tests: node and hosts in this process, enclaves as the processes that they always are, on free
 * ports and in a folder that goes away.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Keypair, keypairFromSeed, Secret } from '@pha/core/crypto'
import type { BuiltEnclave } from '@pha/enclave/build'
import { choosePort, type DevelopmentChain, developmentChain } from '@pha/host/dev'
import { type Clock, type Node, startNode } from '@pha/host/node'
import { startWorkerHost, type WorkerHost, type WorkerHostConfig, type WorkerRole } from '@pha/host/worker'
import type { Logger } from 'pino'
import { builtEnclaves } from './built-enclaves.ts'
import { recordTraffic, type TrafficRecorder } from './record-traffic.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface NetworkOptions {
  /** 3 by default. */
  readonly workers?: number
  /** More accounts with their balances in planck. */
  readonly endowments?: DevelopmentChain['endowments']
  /** Another program for some workers, by number from 0: such as one that lies. The chain allows it. */
  readonly workerPrograms?: { readonly [worker: number]: BuiltEnclave }
  /** Puts a command in front of an enclave's own, by name of the host (`gatekeeper`, `worker-1`...). */
  readonly enclaveCommand?: (name: string) => readonly string[] | undefined
  /** Another way from a host to the node: such as a proxy that lies. */
  readonly nodeUrlFor?: (name: string, nodeUrl: string) => string
  /** Puts a recorder in front of every port. */
  readonly record?: boolean
  /** Of the node; the machine's by default. */
  readonly clock?: Clock
  readonly log?: Logger
}

/** A part of the network that can be stopped and started again, with the same folder, keys and port. */
export interface Part<T> {
  /** What runs now; throws while it is stopped. */
  readonly running: T
  stop(): Promise<void>
  /** Resolves when it runs; a host may still have to register. */
  start(): Promise<void>
}

export interface NetworkHost extends Part<WorkerHost> {
  /** `gatekeeper`, `worker-1`... */
  readonly name: string
  readonly operator: Keypair
  /** Address that clients use. */
  readonly url: string
  /** Blobs, snapshots and the sealed store are here. */
  readonly dataDir: string
  /** Identity of its enclave. */
  identity(): Uint8Array
}

export interface TestNetwork extends AsyncDisposable {
  /** WebSocket address of the node, for clients. */
  readonly nodeUrl: string
  readonly node: Part<Node>
  readonly gatekeeper: NetworkHost
  readonly workers: readonly NetworkHost[]
  /** Holds everything that the network writes. */
  readonly folder: string
  /** One for each port, if the network records. */
  readonly recorders: readonly TrafficRecorder[]
}

const OPERATOR_BALANCE_IS_GIVEN_BY_GENESIS = undefined
