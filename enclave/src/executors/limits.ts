/** Every bound of an execution, with its reason. All are consensus: a replica with another number diverges. */
export const executionLimits = {
  /** A bundled contract with its libraries is 20 to 200 KiB; parsing this much stays below 100 ms. */
  codeBytes: 512 * 1024,
  /** One sealed command; the largest row of a study is 3 KiB. */
  inputBytes: 64 * 1024,
  /** One sealed answer, the largest bucket that replies are padded to. */
  outputBytes: 64 * 1024,
  /** A key is a prefix and a few hashed or encoded parts. */
  stateKeyBytes: 512,
  /** A value is read and sealed whole, so larger things are maps. */
  stateValueBytes: 64 * 1024,
  /**
   * Linear memory that a contract may hold after loading, the engine's own 16 MiB included: the image is kept for each
   * contract of an enclave and restored before every message.
   */
  imageBytes: 24 * 1024 * 1024,
  /** Callers, contracts and seeds are identifiers and hashes. */
  identifierBytes: 64,
} as const

/** The price of what the metered instructions do not see. One unit is one WebAssembly instruction. */
export const gasPrices = {
  /** Restoring the memory image before a message: about 0.1 ms. */
  invocation: 1_000_000n,
  /** Leaving the engine and looking a key up in the state: about 2 microseconds, and a proof's worth of hashing. */
  hostCall: 20_000n,
  /** Copying a byte over the border, and encoding or hashing it outside. */
  hostByte: 20n,
  /** Growing linear memory by a page of 64 KiB, which the machine maps and zeroes: a unit for each byte. */
  memoryPage: 65_536n,
} as const

/**
 * Gas for loading a contract, and the default for one message. The worst program known (a cache miss at every step)
 * runs at 6 million units per millisecond, most at 10 to 15, so this is below one second of one core, and about two
 * where code is not optimised yet or the machine is half as fast.
 */
export const DEFAULT_GAS_LIMIT = 5_000_000_000n
