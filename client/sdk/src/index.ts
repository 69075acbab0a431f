/**
 * The client of the chain and its confidential contracts, for Node and browsers. Whatever a node or a worker's host
 * says is checked by proof: it can delay, not deceive.
 */
export { ContractRejection } from '@pha/contract'
export { fromHex, type Hex, ss58Decode, ss58Encode, toHex } from '@pha/core/codec'
export {
  type AgreementKey,
  deriveAccount,
  deriveDevAccount,
  generateAgreementKey,
  type Keypair,
  keypairFromSeed,
  Secret,
} from '@pha/core/crypto'
export { PHA } from '@pha/runtime/pallets'
export { type CreatePermitParams, createPermit, type PermitScope } from './actions/create-permit.ts'
export { type DelegatePermitParams, delegatePermit } from './actions/delegate-permit.ts'
export {
  DEFAULT_POLICY,
  type DeployContractParams,
  type DeployedContract,
  deployContract,
} from './actions/deploy-contract.ts'
export { type Account, getAccount } from './actions/get-account.ts'
export { getBlastRadius } from './actions/get-blast-radius.ts'
export { type ContractInfo, getContract } from './actions/get-contract.ts'
export { getRootRotation, type RootRotation } from './actions/get-root-rotation.ts'
export { getStatus, type Status } from './actions/get-status.ts'
export { type CollateralList, type ListedCollateral, listCollateral } from './actions/list-collateral.ts'
export { type ListedWorker, listWorkers, type WorkerList } from './actions/list-workers.ts'
export { type MakeReceiptParams, makeReceipt } from './actions/make-receipt.ts'
export { type OpenSessionParams, openSession } from './actions/open-session.ts'
export { type QueryAnswer, type QueryParams, query } from './actions/query.ts'
export { type ReadableItem, type ReadOptions, readStorage } from './actions/read-storage.ts'
export {
  type RevokeAllPermitsParams,
  type RevokePermitParams,
  revokeAllPermits,
  revokePermit,
} from './actions/revoke-permit.ts'
export { type RunJobParams, runJob, type SettledJob } from './actions/run-job.ts'
export { type SendCallParams, sendCall } from './actions/send-call.ts'
export { type SendCommandParams, type SentCommand, sendCommand } from './actions/send-command.ts'
export { type TransferParams, transfer } from './actions/transfer.ts'
export { type UploadCodeParams, type UploadedCode, uploadCode } from './actions/upload-code.ts'
export { waitForCommandKey } from './actions/wait-for-command-key.ts'
export { type SettledReply, type WaitForReplyParams, waitForReply } from './actions/wait-for-reply.ts'
export type { CallOptions } from './call-options.ts'
export type { ChainEvent } from './chain/events.ts'
export type { FinalisedExtrinsic } from './chain/finalise.ts'
export type { ProvenBlock } from './chain/follower.ts'
export { type Client, type ClientInit, createClient, type SessionTransportKind } from './client.ts'
export { type ContractClient, contractClient, encodeInit, type MethodOptions } from './contract-client.ts'
export { type DispatchFailure, PhaError, type PhaErrorCode } from './errors.ts'
export { type HeldPermit, permitKey } from './permits/held-permit.ts'
export { type PermitFile, permitFile, readPermitFile } from './permits/permit-file.ts'
export type { TextSigner, WalletAccount } from './permits/sign-text.ts'
export type { ReceiptFile } from './receipt/receipt-file.ts'
export {
  type AgreeingReplica,
  type ReceiptFacts,
  type ReceiptRefusal,
  type ReceiptVerdict,
  verifyReceipt,
} from './receipt/verify-receipt.ts'
export type { ReplicaSession } from './replicas/replica-session.ts'
export { RpcError } from './rpc/json-rpc.ts'
export type { Asker, Signer } from './signer.ts'
