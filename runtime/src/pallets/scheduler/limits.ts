/** What may be scheduled, and what of it runs in one block. */

/** Tasks of one block: as on Polkadot. The list is read and written whole for each of them. */
export const MAX_SCHEDULED_PER_BLOCK = 50

/** Half of what a block may take, in picoseconds: what does not fit waits, and transactions have the other half. */
export const MAX_SCHEDULED_TIME = 500_000_000_000n

/** Bytes of a call that is kept in the list itself, as in Substrate; a longer one is kept as a preimage. */
export const MAX_INLINE_BYTES = 128
