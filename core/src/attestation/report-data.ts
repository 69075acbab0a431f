/** The field of evidence that is the program's own, in the one length that the protocol compares. */

const REPORT_DATA_BYTES = 64

/** Filled up with zeros. A longer field isn't report data of the protocol and shows none: all zeros, which no hash is. */
export function reportDataOf(field: Uint8Array = new Uint8Array()): Uint8Array {
  const reportData = new Uint8Array(REPORT_DATA_BYTES)
  if (field.length <= REPORT_DATA_BYTES) reportData.set(field)
  return reportData
}
