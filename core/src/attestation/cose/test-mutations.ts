/** Evidence that was changed on its way. */

/**
 * One bit of each byte changed, a different one each time.
 *
 * @param step only each so many bytes: what costs ten verifications is sampled
 */
export function* flipped(bytes: Uint8Array, step = 1): Generator<{ readonly at: number; readonly bytes: Uint8Array }> {
  for (let at = 0; at < bytes.length; at += step) {
    const changed = Uint8Array.from(bytes)
    changed[at] = (changed[at] as number) ^ (1 << (at % 8))
    yield { at, bytes: changed }
  }
}

/** Every prefix. */
export function* truncated(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.subarray(0, length)
}

/** Where `part` begins; a test that names a part which is not there would show nothing. */
export function offsetOf(whole: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at + part.length <= whole.length; at++) {
    if (part.every((byte, i) => whole[at + i] === byte)) return at
  }
  throw new RangeError('the bytes are not there')
}
