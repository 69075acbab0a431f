/** One entry that takes bytes from strangers, and what it promises about all of them. */
import { equalBytes, toHex } from '@pha/core/codec'
import { type Type, tryDecode } from '@pha/core/schema'
import type { Random } from './random.ts'
import { type Sample, sampleOf } from './sample.ts'

export type Verdict = 'refused' | 'accepted'

export interface Target {
  readonly name: string
  /** Part of the inputs that it gets; 1 unless an input costs far more than decoding, as a signature check does. */
  readonly share: number
  /** Garbage of one honest check, whatever the input: numbers of elliptic curves. None if absent. */
  readonly garbageBytes?: number
  /** Bytes that must be accepted. */
  sample(random: Random): Sample
  /** Takes any bytes in. @throws Violation, or what escaped */
  offer(input: Uint8Array): Verdict
}

/** A broken promise that did not throw by itself. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

/**
 * A type's promise: a coded refusal, or a value that encodes to exactly these bytes. So no message has two forms, and
 * nobody can change a message without changing its meaning.
 */
export function typeTarget(name: string, type: Type<unknown>): Target {
  return {
    name,
    share: 1,
    sample: (random) => sampleOf(type, random),
    offer(input) {
      const decoded = tryDecode(type, input)
      if (!decoded.ok) return refusedWith(decoded.reason, 'codec.')
      return sameBytes(type.encode(decoded.value), input)
    },
  }
}

/** @throws Violation unless the refusal has a code of this family */
export function refusedWith(reason: string, family: string): Verdict {
  if (!reason.startsWith(family)) throw new Violation(`refused without a code: ${reason}`)
  return 'refused'
}

/** @throws Violation if what was accepted has another form */
export function sameBytes(encoded: Uint8Array, input: Uint8Array): Verdict {
  if (!equalBytes(encoded, input)) throw new Violation(`not canonical: the value encodes to ${toHex(encoded)}`)
  return 'accepted'
}
