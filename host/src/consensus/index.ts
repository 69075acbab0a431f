/** Consensus engines and what they drive. */
export type {
  Application,
  BlockTime,
  ChainInfo,
  CheckTxRefusal,
  CheckTxResult,
  Mempool,
  Proposal,
} from './application.ts'
export { type Clock, type ManualClock, manualClock, systemClock } from './clock.ts'
export { type Engine, finalise, proveFinal, type SoloComponents, type SoloInit, solo, unseal } from './solo.ts'
