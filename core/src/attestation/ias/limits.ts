/** How much an attestation verification report may hold. */
import type { JsonBounds } from '../json.ts'

/** Genuine reports take 1,100 bytes; those with platform information 1,600. */
export const MAX_REPORT_BYTES = 8_192

/** Reports are flat: one object, one list of advisories. */
export const MAX_REPORT_DEPTH = 2

/** A dozen fields, and as many advisories as Intel has ever listed for one platform. */
export const MAX_REPORT_VALUES = 128

export const reportBounds: JsonBounds = { bytes: MAX_REPORT_BYTES, depth: MAX_REPORT_DEPTH, values: MAX_REPORT_VALUES }
