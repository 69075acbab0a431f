/**
 * The one channel between a host and its enclave: frames `lp(SCALE(Frame))` over a pipe, requests in both directions.
 * The enclave treats every frame as hostile; the host treats a malformed frame as a broken enclave.
 */
import { type Infer, t } from '../schema/index.ts'
import { FinalisedHeader, Header } from './header.ts'
import { SignedRelease } from './keys.ts'
import { limits } from './limits.ts'
import { EnclaveKind, Evidence, Registration } from './registration.ts'
import { TopicMessage } from './topics.ts'

export const Frame = t.struct('Frame', {
  id: t.u32,
  body: t.enum('FrameBody', {
    /** SCALE of `HostRequest` or `EnclaveRequest`, depending on the direction. */
    Request: t.bytes,
    /** SCALE of the response type that belongs to the request. */
    Response: t.bytes,
    /** A coded refusal, such as `sync.forged-header`. */
    Failure: t.boundedText(256),
  }),
})
export type Frame = Infer<typeof Frame>

/** Opens the conversation. `proof` shows the genesis block's state, from which the finality authority is read. */
export const Start = t.struct('Start', {
  operator: t.accountId,
  genesisHeader: Header,
  genesisProof: t.boundedVec(t.bytes, limits.proofNodes),
})

export const EnclaveStatus = t.struct('EnclaveStatus', {
  kind: EnclaveKind,
  identity: t.bytes32,
  measurement: t.bytes32,
  /** Newest finalised block that the enclave has proven. */
  block: t.u32,
  registered: t.bool,
  contracts: t.vec(
    t.struct('ContractStatus', {
      contract: t.bytes32,
      batch: t.u32,
      committed: t.u64,
      stateRoot: t.hash,
      ready: t.bool,
    }),
  ),
  sessions: t.u32,
  /** How many requests for keys a gatekeeper answered how: `delivered` directly, `released` on chain, or the code of the refusal. */
  releases: t.vec(t.struct('ReleaseCount', { outcome: t.boundedText(64), count: t.u32 })),
})
export type EnclaveStatus = Infer<typeof EnclaveStatus>

/** Host to enclave. */
export const HostRequest = t.enum('HostRequest', {
  /** -> EnclaveStatus */
  Start,
  /** A newer finalised header; the enclave pulls what it needs. -> unit */
  Finalised: FinalisedHeader,
  /** -> EnclaveStatus */
  Status: null,
  /** First message of a client: an X-Wing encapsulation. -> bytes32, the session's id (`sessions.ts`) */
  OpenSession: t.fixedBytes(1120),
  /** A sealed `SessionRequest`. -> bytes, the sealed `SessionResponse` */
  SessionMessage: { session: t.bytes32, message: t.boundedBytes(limits.sessionMessage) },
  /** The sealed reply of a message whose commit is final. -> option(bytes) */
  Reply: { contract: t.bytes32, sequence: t.u64 },
  /** A release that came directly from a gatekeeper, or so its sender says. -> unit, once it was taken */
  KeyReleased: SignedRelease,
})
export type HostRequest = Infer<typeof HostRequest>

/** Enclave to host. */
export const EnclaveRequest = t.enum('EnclaveRequest', {
  /** -> vec(bytes), the nodes of a read proof at a finalised block. */
  ReadProof: { block: t.hash, keys: t.boundedVec(t.bytes, limits.proofKeys) },
  /** -> vec(TopicMessage), at most `limit` from sequence `from` on. */
  Messages: { topic: t.boundedBytes(limits.topic), from: t.u64, limit: t.u32 },
  /** -> option(bytes) */
  Code: t.hash,
  /** -> option(bytes) */
  GetBlob: t.boundedBytes(limits.cid),
  /** Keeps a blob durably and offers it to others; the host answers after it is on disk. -> unit */
  PutBlob: { cid: t.boundedBytes(limits.cid), bytes: t.boundedBytes(limits.blob) },
  /** Submits a call, signed and paid by the operator. -> unit, when it is in a finalised block */
  Submit: t.bytes,
  /** Registers this enclave; the host adds the endpoint it serves. -> unit, when it is in a finalised block */
  Register: { registration: Registration, evidence: Evidence },
  /**
   * The newest snapshot that this host has, if it is of batch `since` or a later one, else of the hosts of other replicas.
   * -> option(SnapshotPointer)
   */
  LatestSnapshot: { contract: t.bytes32, since: t.u32 },
  /** Offers a blob, put before, as the newest snapshot of a contract. -> unit */
  KeepSnapshot: { contract: t.bytes32, batch: t.u32, cid: t.boundedBytes(limits.cid) },
  /** Brings a release to the host of the worker that it is for. -> unit, when that worker's enclave has taken it */
  Deliver: SignedRelease,
})
export type EnclaveRequest = Infer<typeof EnclaveRequest>

export const MessagePage = t.boundedVec(TopicMessage, limits.messagePage)

/** Says where a snapshot is; worth nothing until its state root was compared with a proven one. */
export const SnapshotPointer = t.struct('SnapshotPointer', { batch: t.u32, cid: t.boundedBytes(limits.cid) })
export type SnapshotPointer = Infer<typeof SnapshotPointer>

/** What the enclave answers to each request of its host. */
export const HostResponse = {
  Start: EnclaveStatus,
  Finalised: t.unit,
  Status: EnclaveStatus,
  OpenSession: t.bytes32,
  SessionMessage: t.bytes,
  Reply: t.option(t.bytes),
  KeyReleased: t.unit,
} as const

/** What the host answers to each request of its enclave. */
export const EnclaveResponse = {
  ReadProof: t.boundedVec(t.bytes, limits.proofNodes),
  Messages: MessagePage,
  Code: t.option(t.boundedBytes(limits.code)),
  GetBlob: t.option(t.boundedBytes(limits.blob)),
  PutBlob: t.unit,
  Submit: t.unit,
  Register: t.unit,
  LatestSnapshot: t.option(SnapshotPointer),
  KeepSnapshot: t.unit,
  Deliver: t.unit,
} as const
