/** Bounds of this pallet, each with its reason. */
import { limits } from '@pha/core/protocol'

/** A ceremony is quadratic in its members: twenty deal 26 KB each, and combining them takes a third of a block. */
export const MAX_MEMBERS: number = limits.gatekeepers

/** Three for each place: all of them are read when members are chosen. */
export const MAX_OPERATORS = 60
