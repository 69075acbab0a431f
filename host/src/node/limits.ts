/** Bounds of the node on what strangers send to its pool, each with its reason. `docs/limits.md` lists the same numbers. */
export const poolLimits = {
  /** One extrinsic: the largest contract code (512 KiB) and its call, twice over. */
  extrinsicBytes: 1_048_576,
  /** Extrinsics that wait: sixteen blocks of transfers; each was validated before it is kept. */
  count: 16_384,
  /** Their bytes together: 64 deployments of the largest contract. */
  bytes: 33_554_432,
  /** Bytes of those whose signatures are being checked, beside the ones that wait. */
  arrivingBytes: 33_554_432,
  /** Of one sender: two blocks of transfers of his own, an eighth of the pool. */
  perSender: 2_048,
  /** Bytes of one sender: 16 deployments of the largest contract, a quarter of the pool. */
  bytesPerSender: 8_388_608,
  /** Blocks after which a waiting extrinsic is dropped though it says that it lives longer: half an hour when idle. */
  lifetimeBlocks: 600,
  /** Senders looked at again after a block that changed their accounts: some 5 ms of each block. */
  revalidatedPerBlock: 64,
  /** Time for which a transaction that can never be valid is refused by its hash, as in Substrate. */
  banMs: 1_800_000,
  /** Hashes of such transactions: 2 MB. */
  banned: 16_384,
  /** Refused transactions of one source in a window before it is silenced: a wallet sends one, a bug some, an attack all. */
  garbage: 128,
  /** The window, and how long a source is silenced then: 13 checks a second, 20 ms of a core, is what garbage gets. */
  garbageWindowMs: 10_000,
  /** Watchers of one extrinsic: the submitter and a few tools. */
  watchers: 16,
} as const

/** Body of one block: as in Substrate, so that a block travels and is executed well within 3 s. */
export const MAX_BLOCK_BYTES = 5_242_880
