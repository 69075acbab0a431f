/** Brings a gatekeeper's release to the host of the worker that it is for. */
import { SignedRelease } from '@pha/core/protocol'
import { endpointUrl, fetchBounded } from '../blobs/index.ts'
import { workerLimits } from './limits.ts'
import { WorkerError } from './worker-error.ts'

/** Route of a worker's host that takes releases. */
const PATH = 'key-release'

/**
 * Resolves when the worker's enclave has taken the release, or its host says so.
 *
 * The endpoint is a stranger's: whoever registers a worker chooses where this host connects to. What it sends there is sealed, no
 * redirect is followed, and of the answer nothing but its status is looked at.
 *
 * @param endpoint of the worker, from the chain
 * @throws WorkerError `worker.no-endpoint`, `worker.not-delivered`
 * @example
 * await deliverRelease(worker?.endpoint, signed)
 */
export async function deliverRelease(endpoint: string | undefined, signed: SignedRelease): Promise<void> {
  const url = endpoint === undefined ? undefined : endpointUrl(endpoint, PATH)
  if (url === undefined) throw new WorkerError('worker.no-endpoint')
  const limits = { bytes: 0, timeoutMs: workerLimits.deliveryMs }
  const answer = await fetchBounded(url, limits, SignedRelease.encode(signed))
  if (answer === undefined) throw new WorkerError('worker.not-delivered')
}
