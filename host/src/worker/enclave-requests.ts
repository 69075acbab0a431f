/** What the host does for its enclave: reads from the node, keeps blobs, signs and sends the calls it is made for. */
import { equalBytes } from '@pha/core/codec'
import {
  ContractMessage,
  type EnclaveRequest,
  EnclaveResponse,
  type SnapshotPointer,
  TopicMessage,
} from '@pha/core/protocol'
import { t, tryDecode } from '@pha/core/schema'
import { contracts, gatekeepers, registry } from '@pha/runtime/pallets'
import { type BlobStore, fetchFromPeers, findSnapshot, type SnapshotIndex } from '../blobs/index.ts'
import type { ChainReader } from './chain-reader.ts'
import { deliverRelease } from './deliver-release.ts'
import { workerLimits } from './limits.ts'
import type { Operator } from './operator.ts'
import type { Seen } from './seen.ts'
import { WorkerError } from './worker-error.ts'

export interface EnclaveRequestsComponents {
  readonly chain: ChainReader
  readonly blobs: BlobStore
  readonly snapshots: SnapshotIndex
  readonly operator: Operator
  readonly seen: Seen
  /** Where this host serves, as others reach it. */
  readonly endpoint: string
}

/**
 * All that an enclave may have its operator sign. An enclave is measured code, and still no reason to let a fault in it
 * spend the operator's money.
 */
const ALLOWED_CALLS = [
  gatekeepers.calls.requestKey,
  gatekeepers.calls.releaseKey,
  gatekeepers.calls.join,
  gatekeepers.calls.deal,
  gatekeepers.calls.check,
  gatekeepers.calls.answer,
  gatekeepers.calls.giveBeaconPartial,
  gatekeepers.calls.proveWrongPartial,
  gatekeepers.calls.reportRelease,
  contracts.calls.publishCommandKey,
  contracts.calls.commit,
] as const

/**
 * Makes the function that answers an enclave.
 * @returns bytes of `EnclaveResponse`; rejects with a coded error, which the enclave gets as `Failure`
 * @example
 * const channel = new EnclaveChannel({ input, output, serve: answerEnclave(components) })
 */
export function answerEnclave(components: EnclaveRequestsComponents): (request: EnclaveRequest) => Promise<Uint8Array> {
  const { chain, blobs, snapshots, operator, seen, endpoint } = components
  const peers = peerList(chain, endpoint)

  async function messages(request: Parameters<ChainReader['messages']>[0]): Promise<Uint8Array> {
    const page: TopicMessage[] = []
    for (const encoded of await chain.messages(request)) {
      const message = tryDecode(TopicMessage, encoded)
      if (!message.ok) throw new WorkerError('worker.node-malformed', { detail: message.reason })
      page.push(message.value)
      recordMessage(seen, request.topic, message.value.payload)
    }
    return EnclaveResponse.Messages.encode(page)
  }

  async function getBlob(cid: Uint8Array): Promise<Uint8Array | undefined> {
    const own = await blobs.get(cid)
    if (own !== undefined) return own
    const found = await fetchFromPeers(cid, await peers())
    // Kept, so that the next one who needs it finds it in one place more.
    if (found !== undefined) await blobs.put(cid, found)
    return found
  }

  async function latestSnapshot(contract: Uint8Array, since: number): Promise<SnapshotPointer | undefined> {
    const own = await snapshots.latest(contract)
    if (own !== undefined && own.batch >= since) return own
    return findSnapshot(contract, await peers(), async (cid) => (await getBlob(cid)) !== undefined)
  }

  return async (request) => {
    switch (request.type) {
      case 'ReadProof':
        return EnclaveResponse.ReadProof.encode(await chain.readProof(request.value))
      case 'Messages':
        return messages(request.value)
      case 'Code':
        return EnclaveResponse.Code.encode(await chain.code(request.value))
      case 'GetBlob': {
        const blob = await getBlob(request.value)
        if (blob !== undefined) seen.record('to-enclave', 'blob', blob)
        return EnclaveResponse.GetBlob.encode(blob)
      }
      case 'PutBlob':
        seen.record('from-enclave', 'blob', request.value.bytes)
        await blobs.put(request.value.cid, request.value.bytes)
        return t.unit.encode(undefined)
      case 'Submit':
        requireAllowed(request.value)
        seen.record('from-enclave', 'call', request.value)
        await operator.submit(request.value)
        return t.unit.encode(undefined)
      case 'Register': {
        if (!equalBytes(request.value.registration.operator, operator.account)) {
          throw new WorkerError('worker.call-not-allowed', { detail: 'another operator' })
        }
        await operator.submit(registry.calls.register.encode({ ...request.value, endpoint }))
        return t.unit.encode(undefined)
      }
      case 'LatestSnapshot': {
        const { contract, since } = request.value
        return EnclaveResponse.LatestSnapshot.encode(await latestSnapshot(contract, since))
      }
      case 'KeepSnapshot': {
        const { contract, batch, cid } = request.value
        await snapshots.keep(contract, { batch, cid })
        return t.unit.encode(undefined)
      }
      case 'Deliver': {
        const { release } = request.value
        seen.record('from-enclave', 'release', release.sealed)
        const worker = await chain.storage(registry.storage.workers, [release.worker])
        await deliverRelease(worker?.endpoint, request.value)
        return t.unit.encode(undefined)
      }
      default:
        return request satisfies never
    }
  }
}

function requireAllowed(call: Uint8Array): void {
  for (const allowed of ALLOWED_CALLS) {
    try {
      allowed.decode(call)
      return
    } catch {
      // Another call, or none at all: the next one may fit.
    }
  }
  throw new WorkerError('worker.call-not-allowed')
}

/** Payloads of topics are public, but for the sealed part of a command. */
function recordMessage(seen: Seen, topic: Uint8Array, payload: Uint8Array): void {
  const ofContract = Buffer.from(topic).toString('latin1').startsWith('contract/')
  const message = ofContract ? tryDecode(ContractMessage, payload) : undefined
  if (message?.ok && message.value.type === 'Command') seen.record('to-enclave', 'command', message.value.value.sealed)
  else seen.record('to-enclave', 'message', payload)
}

/** Endpoints of other workers, read from the chain again when they are old. */
function peerList(chain: ChainReader, own: string): () => Promise<readonly string[]> {
  let readAt = Number.NEGATIVE_INFINITY
  let endpoints: Promise<readonly string[]> = Promise.resolve([])
  return async () => {
    if (performance.now() - readAt > workerLimits.peersMs) {
      readAt = performance.now()
      endpoints = chain.workerEndpoints()
      endpoints.catch(() => {
        readAt = Number.NEGATIVE_INFINITY
      })
    }
    return (await endpoints).filter((endpoint) => endpoint !== own)
  }
}
