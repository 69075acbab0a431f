/** Bounds of validating threads, each with its reason. `docs/limits.md` lists the same numbers. */
export const validatorLimits = {
  /** Values of the state that a thread keeps up to date: those of as many senders as the pool holds transactions, and more. */
  keys: 32_768,
  /** Bytes of those and of their keys. */
  bytes: 16_777_216,
  /** Times that one transaction is tried: each reads one more value that was not known. After them the node's thread asks. */
  attempts: 64,
  /** Signatures that a thread remembers, so that what is looked at again after a block costs none: 5 MB. */
  heldSignatures: 16_384,
} as const

/** Transactions, and signatures, that wait for a thread or are in work on one: some 0.5 s of one core's work. */
export const QUESTIONS_IN_THREADS = 4_096

/** Validating threads on machines with many cores: each has a runtime of its own; four keep a block-making thread busy. */
export const MOST_THREADS = 4

/** Memory of a thread for what dies young. What one validation makes dies with it. */
export const YOUNG_GENERATION_MB = 16
