/** Bounds on what strangers ask of the RPC server, each with its reason. `docs/limits.md` lists the same numbers. */
export const rpcLimits = {
  /** One request or batch: the largest contract code as hex takes 1 MiB; a batch of registrations takes less. */
  requestBytes: 4_194_304,
  /** Requests in one batch: a page of an explorer; they run one after another. */
  batch: 128,
  /** WebSockets at once: one test network's clients many times over; a public node stands behind a proxy. */
  connections: 512,
  /** Subscriptions of one connection: wallets and explorers use about ten, PAPI some dozens. */
  subscriptions: 256,
  /** Keys or pairs in one page, as in Substrate. */
  page: 1_000,
  /** Keys of one storage query or subscription: each costs a walk in each block. */
  storageKeys: 1_024,
  /** Values that one `state_queryStorage` reads, keys times blocks: some 0.3 s of walks. */
  queriedValues: 65_536,
  /** Bytes of waiting extrinsics in one answer, twice as many as hex: all of them if they are transfers. */
  pendingBytes: 4_194_304,
  /** Bytes that wait for a slow reader before his connection is cut. */
  unsentBytes: 33_554_432,
  /** Requests of one connection that may wait for their turn before it is cut. */
  queuedRequests: 1_024,
  /** Time to send the head or body of an HTTP request. */
  httpRequestMs: 30_000,
} as const
