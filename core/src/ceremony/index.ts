/** The secret side of key ceremonies: what dealers and receivers do with what they alone know. The chain checks the rest. */
export { type DealingParams, type MadeDealing, makeDealing } from './make-dealing.ts'
export { type OpenDealingParams, type OpenedShare, openDealing } from './open-dealing.ts'
export type { SharingCeremony } from './sharing-ceremony.ts'
