/** Bounds on what a kernel or an agent can make an enclave hold or wait for, each with its reason. */
export const teeLimits = {
  /** SEV-SNP's certificate table: chain and revocation list of an AMD chip take 8 KB, the kernel allows 32. */
  certificateTable: 65_536,
  /** Entries of that table: six kinds are known. */
  certificateEntries: 32,
  /** Text of a kernel attribute: names and counters of a few bytes. */
  attribute: 128,
  /** Answer of the dstack agent: event log and machine description beside the quote take some 100 KB. */
  agentAnswer: 1_048_576,
  /** Answer of the Nitro sidecar: a document of the largest size and its frame. */
  sidecarAnswer: 20_480,
  /** One answer of an agent: quotes of SGX and TDX take up to some seconds while their service starts. */
  agentMs: 30_000,
  /** Requests to the kernel before it counts as busy: with the pauses between them, 6 s. */
  attempts: 8,
} as const
