/** How many may share an account. */

/** Signatories of one multisig: as on Polkadot; all approvals are read and written for each. */
export const MAX_SIGNATORIES = 100
