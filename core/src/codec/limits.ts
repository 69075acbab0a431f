/** What one input may hold of types that contain themselves, such as calls inside calls. */

/** Levels of such types: a batch of calls by a delegate of a multisig takes four; 16 is far below any stack limit. */
export const MAX_DEPTH = 16

/** Values of such types: a call of 3 bytes takes 350 once decoded, and each is looked at before anybody paid. */
export const MAX_NESTED = 2048
