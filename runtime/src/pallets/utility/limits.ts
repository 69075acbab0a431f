/** How many calls fit into one. */

/** Calls of one batch: a payroll, and half of the nested calls that one extrinsic may hold. */
export const MAX_BATCHED_CALLS = 1_024
