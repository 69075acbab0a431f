/** Bounds on everything that a stranger can send, each with its reason. `docs/limits.md` lists the same numbers. */
export const limits = {
  /** One piece of attestation evidence: a TDX quote with its certificates takes 8 KB, Nitro documents and CCA tokens less. */
  evidence: 16_384,
  /** Certificate of an AMD chip or provider that evidence brings with it: those seen take 1.4 KB. */
  evidenceCertificate: 8_192,
  /** TCB info or QE identity as Intel signed it: TCB info of the longest-served platform took 6.6 KB in 2025. */
  collateralText: 65_536,
  /** Certificates from a signer of collateral to its root: two or three. */
  collateralChain: 4,
  /** Revocation list of a vendor: those seen take 1 KB; an entry takes 40 bytes. */
  revocationList: 65_536,
  /** Sealed command: 64 KiB of input, the largest padding bucket above it, and the encapsulation. */
  command: 70_000,
  /** Input of one call as the contract sees it. A questionnaire of 1,200 answers takes 2.4 KB. */
  input: 65_536,
  /** Output of one call. Longer answers must be paged by the contract. */
  output: 65_536,
  /** Contract bundle: QuickJS parses it once per load; 512 KiB is far above any contract seen. */
  code: 524_288,
  /** Key of one entry of a contract's state. */
  stateKey: 512,
  /** Value of one entry of a contract's state; larger values belong in several entries. */
  stateValue: 65_536,
  /** Replicas of one contract: votes of all of them are read in one block. */
  replicas: 16,
  /** Messages in one batch: bounds the time between commits and the size of a delta. */
  batch: 64,
  /** Bytes of a topic's name: the longest is `contract/` and 32 bytes. */
  topic: 64,
  /** Text form of the address at which a worker's host serves sessions. */
  endpoint: 256,
  /** Content identifier: CIDv1 with a SHA-256 multihash has 36 bytes. */
  cid: 64,
  /** One frame between a host and its enclave: the largest blob and 64 KiB of framing. */
  channelFrame: 67_174_400,
  /** Open sessions of one pRuntime: about 2 KB each, and the answers that it keeps of all of them. */
  sessions: 1_024,
  /** Sessions of one account with one pRuntime: a few devices and tabs; an account has little use for more. */
  sessionsOfAccount: 32,
  /** One message of a session: an input of the largest size, padded. */
  sessionMessage: 90_000,
  /** One signed release of a part of a key: 1.6 KB as it is made, 4 KB of them sealed at most. */
  signedRelease: 4_304,
  /** Messages of a topic in one page. */
  messagePage: 256,
  /** Keys of one read proof. */
  proofKeys: 256,
  /** Items in the digest of a header: an engine adds two; without a bound, 2 bytes each would take 300 once decoded. */
  digestItems: 64,
  /** Nodes of one read proof, as `MAX_PROOF_NODES` of the trie: empty ones take 250 times their bytes once decoded. */
  proofNodes: 16_384,
  /** Gatekeepers of one group, and dealers and receivers of one ceremony: a dealing to all takes 29 KB, and the chain checks 20 of them. */
  gatekeepers: 20,
  /** A dealt share, sealed: 32 bytes padded to 256, and what an envelope adds. All are equally long. */
  dealtShare: 1_392,
  /** Blob: a snapshot of a contract's whole state. */
  blob: 67_108_864,
} as const
