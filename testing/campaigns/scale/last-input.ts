/** The input that a thread works on, in memory that outlives the thread. Layout: count, length, bytes. */

const HEADER_BYTES = 8
/** The longest input, `MAX_INPUT_BYTES` of `mutate.ts`, and room for long samples. */
const MAX_BYTES = 262_144

export const SHARED_BYTES = HEADER_BYTES + MAX_BYTES

export function writeInput(shared: SharedArrayBuffer, input: Uint8Array): void {
  const header = new Uint32Array(shared, 0, 2)
  header[0] = (header[0] as number) + 1
  header[1] = Math.min(input.length, MAX_BYTES)
  new Uint8Array(shared, HEADER_BYTES).set(input.subarray(0, MAX_BYTES))
}

export function readInput(shared: SharedArrayBuffer): { readonly count: number; readonly input: Uint8Array } {
  const [count = 0, length = 0] = new Uint32Array(shared, 0, 2)
  return { count, input: new Uint8Array(shared, HEADER_BYTES, length).slice() }
}
