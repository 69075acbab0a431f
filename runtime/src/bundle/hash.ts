/**
 * Hash functions inside the bundle, in place of `core/src/crypto/hash.ts`: the host computes them, so the bundle holds no
 * WebAssembly and is ready as soon as it was evaluated. Names and results are the same; tests compare both.
 */

type Hash = (...parts: Uint8Array[]) => Uint8Array

/** The parameter of the function that the bundle is wrapped in (`host/src/runtime/build-runtime.ts`). */
declare const hostHashes: {
  readonly [name in 'blake2b64' | 'blake2b128' | 'blake2b256' | 'sha256' | 'sha512' | 'twox64' | 'twox128']: Hash
}

export const { blake2b64, blake2b128, blake2b256, sha256, sha512, twox64, twox128 } = hostHashes
