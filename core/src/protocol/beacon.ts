/**
 * The beacon: in each round, every gatekeeper evaluates its share on the round's input, in public and with a proof; the chain
 * combines the first t into randomness that nobody could know before (Cachin, Kursawe, Shoup 2000).
 */
import { blake2b256 } from '../crypto/hash.ts'
import { type Infer, t } from '../schema/index.ts'
import { bind } from './bind.ts'
import { contexts } from './contexts.ts'

export const BeaconPartial = t.struct(
  'BeaconPartial',
  {
    root: t.u32,
    sharing: t.u32,
    round: t.u32,
    index: t.u16,
    evaluated: t.bytes32,
    proof: t.fixedBytes(64),
  },
  "One gatekeeper's evaluation for a round, in the clear, with its DLEQ proof (RFC 9497 section 2.2).",
)
export type BeaconPartial = Infer<typeof BeaconPartial>

/** What the PRF is evaluated on in a round. Not of the sharing, so that a resharing changes no round. */
export function beaconInput(genesis: Uint8Array, root: number, round: number): Uint8Array {
  return bind(contexts.beacon, genesis, t.u32.encode(root), t.u32.encode(round))
}

/** What a gatekeeper signs. */
export function beaconPartialBytes(genesis: Uint8Array, partial: BeaconPartial): Uint8Array {
  return bind(contexts.beaconPartial, genesis, BeaconPartial.encode(partial))
}

/** A round's randomness, 32 bytes, from the combined output (64 bytes). */
export function beaconRandomness(genesis: Uint8Array, round: number, output: Uint8Array): Uint8Array {
  return blake2b256(bind(contexts.beaconRandomness, genesis, t.u32.encode(round), output))
}
