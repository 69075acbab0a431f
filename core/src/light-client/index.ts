/** Follows the chain by proof, from the genesis block on: finality, state reads, and replies of contracts. */
export {
  type Advanced,
  AUTHORITY_KEY,
  advance,
  type FinalBlock,
  finalityBytes,
  type GenesisProof,
  type LightClient,
  type Proven,
  readProven,
  type SyncFailure,
  startFrom,
} from './light-client.ts'
export { type ReplyCheck, type SettledBatch, verifyReply } from './verify-reply.ts'
