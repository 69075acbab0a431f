/** The shapes and strings that several zones share. */

export {
  BeaconPartial,
  beaconInput,
  beaconPartialBytes,
  beaconRandomness,
} from './beacon.ts'
export { bind } from './bind.ts'
export { Call } from './call.ts'
export {
  CeremonyKind,
  ComplaintAnswer,
  complaintAnswerBytes,
  Dealing,
  Dealt,
  dealingBytes,
  dealingContext,
  dealtShareAad,
  Joining,
  joiningBytes,
  Party,
  RevealedShare,
  ShareCheck,
  shareCheckBytes,
} from './ceremony.ts'
export {
  EnclaveRequest,
  EnclaveResponse,
  EnclaveStatus,
  Frame,
  HostRequest,
  HostResponse,
  MessagePage,
  SnapshotPointer,
  Start,
} from './channel.ts'
export { cidOf } from './cid.ts'
export { type Context, contexts } from './contexts.ts'
export {
  Command,
  Commit,
  ContractMessage,
  commandAad,
  EMPTY_STATE_ROOT,
  Outcome,
  Outgoing,
  REPLY_PADDING,
  Receipt,
  Reply,
  replyAad,
  resultCommitment,
} from './contract-messages.ts'
export { FrameWriter, type FrameWriterInit } from './frame-writer.ts'
export { encodeFrame, FrameSplitter, type Split } from './framing.ts'
export { Digest, DigestItem, FinalisedHeader, FinalityProof, Header, headerHash, SOLO_ENGINE_ID } from './header.ts'
export {
  epochOfBatch,
  FormerEpoch,
  firstReadableBatch,
  isLiveEpoch,
  KeyEpochs,
  type LiveEpoch,
  liveEpochs,
  RotationReason,
} from './key-epochs.ts'
export {
  contractKeyInput,
  GatekeepersMessage,
  type KeyName,
  KeyRelease,
  KeyRequest,
  PartialKey,
  partialCommitment,
  partialKeyAad,
  recipientHash,
  releaseBytes,
  releaseReportBytes,
  SignedRelease,
  WorkerMessage,
} from './keys.ts'
export { limits } from './limits.ts'
export { MultiSignature } from './multi-signature.ts'
export {
  Delegation,
  MAX_PERMIT_LIFE,
  Permit,
  PermitChain,
  PermitTerms,
  PermittedContract,
  permitLimits,
} from './permits.ts'
export {
  agreementKey,
  EnclaveKind,
  Evidence,
  Registration,
  reportData,
  SimulatedQuote,
  SNP_REPORT_BYTES,
  TEE_NAMES,
  Tee,
} from './registration.ts'
export {
  MAX_SESSION_PERMIT_BLOCKS,
  PermitUse,
  permitUseBytes,
  type SessionName,
  SessionPermit,
  SessionRequest,
  SessionResponse,
  sessionInfo,
  sessionPermitBytes,
} from './sessions.ts'
export {
  type ChainCheck,
  checkChain,
  codeArchiveKey,
  EMPTY_TOPIC,
  messageArchiveKey,
  nextHead,
  Sender,
  TopicHead,
  TopicMessage,
  topics,
} from './topics.ts'
