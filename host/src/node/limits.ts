/** Bounds of the node on what strangers send to its pool, each with its reason. `docs/limits.md` lists the same numbers. */
export const poolLimits = {
  /** One extrinsic: the largest contract code (512 KiB) and its call, twice over. */
  extrinsicBytes: 1_048_576,
  /** Extrinsics that wait: some eight full blocks of transfers; each is validated before it is kept. */
  count: 8_192,
  /** Their bytes together: 64 deployments of the largest contract. */
  bytes: 33_554_432,
  /** Bytes of those whose signatures are being checked, beside the ones that wait. */
  arrivingBytes: 33_554_432,
  /** Of one sender: a sender with 512 waiting calls is a flood, and others must find room. */
  perSender: 512,
  /** Blocks after which a waiting extrinsic is dropped though it says that it lives longer: half an hour when idle. */
  lifetimeBlocks: 600,
  /** Watchers of one extrinsic: the submitter and a few tools. */
  watchers: 16,
} as const

/** Body of one block: as in Substrate, so that a block travels and is executed well within 3 s. */
export const MAX_BLOCK_BYTES = 5_242_880

/** Checked signatures that are remembered (64 bytes of key each): more than the pool holds. */
export const REMEMBERED_SIGNATURES = 16_384

/** Signature checks that wait for a thread or are in work on one: some 0.5 s of one core's work. */
export const CHECKS_IN_THREADS = 4_096
