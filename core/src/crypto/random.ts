/**
 * Where randomness enters core: always as an argument, so that the same code runs in a browser, an enclave and a test,
 * and so that replicas can seal one answer to equal bytes from a seed that they share.
 *
 * @example
 * const random: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length))
 */
export type RandomBytes = (length: number) => Uint8Array
