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
  /** `chainHead_v1_follow`s of one connection: the specification asks for two; PAPI holds one or two. */
  follows: 4,
  /** Operations of one follow in progress, a storage item counting as one: the specification asks for 16. */
  operations: 64,
  /** Finalised blocks that a new follow begins with, as far as they have the newest runtime: a client that was cut off finds its place. */
  initialBlocks: 32,
  /** Storage items in one message of an operation before it waits to be continued. */
  pageItems: 512,
  /** Their characters together: one message fits in the buffers of a socket, larger values come alone. */
  pageCharacters: 1_048_576,
  /** `archive_v1_storage` of one connection at work, and as many `archive_v1_storageDiff`: each walks a state. */
  archiveReads: 8,
  /** Transactions that one connection broadcasts: the specification asks for 4. */
  broadcasts: 16,
  /** Longest wait, in blocks, before a transaction that was not taken is submitted again. */
  broadcastBlocks: 64,
  /** Characters of one answer, or of all answers of a batch: the largest value (8 MiB) as hex, and its proof in nodes. */
  responseBytes: 25_165_824,
  /** Units (allowance.ts) that a connection may use at once: an explorer that opens many pages. */
  allowance: 40_000,
  /** Units that it gets back each second: about as much as the node can do in one. */
  allowancePerSecond: 10_000,
  /** Bytes that wait for a slow reader before nothing more is read from him. */
  drainedBytes: 1_048_576,
  /** Bytes that wait for a slow reader before his follows are stopped, which the specification has an event for. */
  stopFollowsBytes: 8_388_608,
  /** Bytes that wait for a slow reader before his connection is cut. */
  unsentBytes: 33_554_432,
  /** Time for a slow reader to take what waits, before his connection is cut. */
  stalledMs: 60_000,
  /** A request that held the thread this long is logged: a third of the longest time between two blocks. */
  slowMs: 1_000,
  /** Requests of one connection that may wait for their turn before it is cut. */
  queuedRequests: 1_024,
  /** Calls of one connection that wait for a block at a time: each watches one extrinsic. Their requests: `requestBytes`. */
  waitingCalls: 256,
  /** Time to send the head or body of an HTTP request. */
  httpRequestMs: 30_000,
  /** An idle HTTP connection is kept this long: pages and scripts ask again within seconds. */
  httpIdleMs: 20_000,
  /** Bytes of a request's head. */
  headerBytes: 16_384,
  /** Between two pings of a WebSocket; one that answered none since the last is gone. */
  pingMs: 30_000,
} as const
