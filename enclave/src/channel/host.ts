/** The untrusted host as the rest of the enclave sees it: one function per request, answers of the right type, unchecked. */
import {
  EnclaveRequest,
  EnclaveResponse,
  type SignedRelease,
  type SnapshotPointer,
  type TopicMessage,
} from '@pha/core/protocol'
import { type Type, tryDecode } from '@pha/core/schema'
import type { Channel } from './channel.ts'
import { ChannelError } from './channel-error.ts'

type RequestOf<K extends EnclaveRequest['type']> = Extract<EnclaveRequest, { type: K }>['value']

/** Nothing that comes from here may be believed before it was checked against proven state. */
export interface Host {
  readProof(request: RequestOf<'ReadProof'>): Promise<readonly Uint8Array[]>
  messages(request: RequestOf<'Messages'>): Promise<readonly TopicMessage[]>
  code(hash: Uint8Array): Promise<Uint8Array | undefined>
  getBlob(cid: Uint8Array): Promise<Uint8Array | undefined>
  /** Resolves when the blob is on disk. */
  putBlob(request: RequestOf<'PutBlob'>): Promise<void>
  /** Resolves when the call is in a finalised block, or so the host says. */
  submit(call: Uint8Array): Promise<void>
  register(request: RequestOf<'Register'>): Promise<void>
  latestSnapshot(request: RequestOf<'LatestSnapshot'>): Promise<SnapshotPointer | undefined>
  keepSnapshot(request: RequestOf<'KeepSnapshot'>): Promise<void>
  /** Resolves when the worker that the release is for has taken it, or so the host says. */
  deliver(release: SignedRelease): Promise<void>
}

/**
 * @example
 * const host = hostOver(channel)
 * const proof = await host.readProof({ block, keys })
 */
export function hostOver(channel: Pick<Channel, 'request'>): Host {
  async function ask<T>(request: EnclaveRequest, response: Type<T>): Promise<T> {
    const answer = tryDecode(response, await channel.request(EnclaveRequest.encode(request)))
    if (!answer.ok) throw new ChannelError('channel.malformed-response', `${request.type}: ${answer.reason}`)
    return answer.value
  }
  return {
    readProof: (value) => ask({ type: 'ReadProof', value }, EnclaveResponse.ReadProof),
    messages: (value) => ask({ type: 'Messages', value }, EnclaveResponse.Messages),
    code: (value) => ask({ type: 'Code', value }, EnclaveResponse.Code),
    getBlob: (value) => ask({ type: 'GetBlob', value }, EnclaveResponse.GetBlob),
    putBlob: (value) => ask({ type: 'PutBlob', value }, EnclaveResponse.PutBlob),
    submit: (value) => ask({ type: 'Submit', value }, EnclaveResponse.Submit),
    register: (value) => ask({ type: 'Register', value }, EnclaveResponse.Register),
    latestSnapshot: (value) => ask({ type: 'LatestSnapshot', value }, EnclaveResponse.LatestSnapshot),
    keepSnapshot: (value) => ask({ type: 'KeepSnapshot', value }, EnclaveResponse.KeepSnapshot),
    deliver: (value) => ask({ type: 'Deliver', value }, EnclaveResponse.Deliver),
  }
}
