/** Bounds of an enclave on what its host, clients and contracts can make it hold, each with its reason. */
export const enclaveLimits = {
  /** Requests of the host in work at once: 256 clients may wait for an answer, each of at most 90 KB. */
  servedRequests: 256,
  /** Requests to the host in flight: far above what the loops of all contracts ask for at once. */
  askedRequests: 1_024,
  /** Time for one answer of the host: a submitted call waits for blocks; a host that takes longer has lost it. */
  answerMs: 120_000,
  /** Batches of the topic `gatekeepers` with requests that are not answered yet: 256 releases on their way at once. */
  unansweredBatches: 4,
  /** Requests that a gatekeeper knows again, 100 bytes each: more than all workers repeat within the blocks that they wait. */
  knownRequests: 4_096,
  /**
   * Releases of one gatekeeper that a worker opens for one key: an honest one makes one, and one more after each restart. They
   * cost nothing when they come directly.
   */
  openedReleases: 4,
  /**
   * Blocks for which the agreement key before the listed one still opens what was sealed to it: an hour at 3 s. Clients read the
   * new one within seconds; a ceremony takes some minutes.
   */
  formerKeyBlocks: 1_200,
  /** A client that was silent this long opens a new session. */
  sessionIdleMs: 600_000,
  /** Sealed answers kept for clients that ask again: 16 of the usual 280 bytes for each session, or some hundred large ones. */
  keptAnswerBytes: 16_777_216,
  /** Sessions of all accounts that the chain does not know: such an account costs nothing to make. */
  sessionsOfUnknown: 128,
  /** Permits of one account whose queries are counted; a delegated permit counts as one. */
  countedPermitsOfAccount: 64,
  /** Permits of all accounts whose queries are counted: some 150 bytes each, until they end. */
  countedPermits: 16_384,
  /**
   * Parts of a permit's number that are counted ahead on disk, so that a thousand queries are 64 writes; a restart may take
   * one part from who asked just then. Permits of few queries are counted one by one.
   */
  permitParts: 64,
  /** Bytes of the journal of permits' queries: all permits take 1.2 MB, and no journal of more is read. */
  journalBytes: 8_388_608,
  /** A journal of so many bytes is written anew, without what was counted on since: every 30,000 writes. */
  shortenedJournalBytes: 4_194_304,
  /** Accounts remembered as known to the chain, 64 bytes each: they need not be proven for each session. */
  knownAccounts: 4_096,
  /** Blocks that a permit may be dated ahead of the newest one here: a client may have seen a newer one. */
  permitEarlyBlocks: 4,
  /**
   * Bytes that an entry counts beside its key and value: nodes of the trie, a place in the delta. Without it, empty
   * values would fill the memory of an enclave. Consensus: a replica with another number diverges.
   */
  entryBytes: 128,
  /**
   * Bytes of entries that one message may write. The delta of 64 such messages, with outputs of the largest size and
   * padding, stays below the largest blob. Consensus, as above.
   */
  writtenBytes: 524_288,
  /**
   * Bytes of all entries of one contract: all states are in the enclave's memory, and one contract must not end it for
   * all others; a snapshot of so much, padded, is below the largest blob. Consensus, as above.
   */
  stateBytes: 50_331_648,
  /** Settled batches whose replies are at hand; older ones are opened from their blobs again. */
  keptBatches: 16,
  /** Bytes of replies that a snapshot carries over a rotation: 60 of the largest; with the largest state below the largest blob. */
  carriedBytes: 4_194_304,
  /** Gas of one query, if the contract's policy allows no less: 0.1 to 0.4 s. Not consensus: queries change nothing. */
  queryGas: 2_000_000_000n,
  /** A run of more processor time is long and waits from then on: a question over a study takes 10 ms, a loop 1,000. */
  longRunMs: 50,
  /** How long who ran long has to wait for each run. */
  slowMs: 60_000,
  /** Runs, or replies of older batches, that may wait before more are refused: some seconds, in which another replica may answer. */
  waitingRuns: 8,
} as const
