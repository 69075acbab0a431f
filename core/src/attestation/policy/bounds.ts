/** Bounds of an attestation policy: it is read whole for every registration, and a change is told entry by entry in one event. */
export const policyBounds = {
  /** Public keys of simulated roots: one for each vendor that a development network plays. */
  simulatedRoots: 16,
  /** Advisories that a policy lists. Collateral of 10 platform families names 39 in all. */
  advisories: 64,
  /** Bytes of an advisory's name, such as `INTEL-SA-00615`. */
  advisoryId: 32,
  /** Entries of a list of platform families, 6 bytes each. */
  fmspcs: 64,
  /** Entries of a list of single machines: 4 KB, read for every registration. */
  platforms: 128,
  /** Firmware floors of SEV-SNP: several levels for each of three products. */
  snpFloors: 16,
  /** Seconds of grace after a TCB recovery: 90 days, a quarter, is the longest that a maintenance window takes. */
  graceSeconds: 7_776_000,
  /** Changes in one event: what people can still read before they vote. */
  changes: 256,
  /** Path of a field, such as `tdx.dcap.minimumEvaluationNumber`. */
  changeField: 64,
  /** A value or an entry as text: a firmware floor takes about 130 bytes. */
  changeText: 192,
} as const
