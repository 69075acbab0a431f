/** How large a group can be, and what it can be asked. */

/** Highest index of a holder, one byte: far above any network; bounds quadratic work on indexes and each small multiplication. */
export const MAX_INDEX = 255

/** RFC 9497's encoding prefixes the input with two bytes of length. */
export const MAX_INPUT_LENGTH = 65_535
