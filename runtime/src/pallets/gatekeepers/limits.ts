/** Bounds of this pallet, each with its reason. */
import { limits } from '@pha/core/protocol'

/** A ceremony is quadratic in its members: twenty deal 26 KB each, and combining them takes a third of a block. */
export const MAX_MEMBERS: number = limits.gatekeepers

/** Three for each place: all of them are read when members are chosen. */
export const MAX_OPERATORS = 60

/** Reports of useless releases that are kept about one gatekeeper; older ones give way. */
export const MAX_REPORTS = 64

/** Proven lies that are remembered, so that one is punished once: a resharing, which follows, makes the proof worthless. */
export const MAX_PROVEN = 64
