/** The worker's host: untrusted carrier between chain, clients and one enclave. */
export type { WorkerHostConfig, WorkerRole } from './config.ts'
export { startWorkerHost, type WorkerHost } from './start-worker-host.ts'
export { WorkerError, type WorkerErrorCode } from './worker-error.ts'
