/** What DCAP evidence and collateral may hold; each is checked before anything is allocated for it. */

/** Genuine quotes take 4,600 to 5,100 bytes, 8,000 where the platform pads them. */
export const MAX_QUOTE_BYTES = 16_384

/** TCB info of the longest-served platform took 6,600 bytes in 2025 and grows by one level, up to 1,500 bytes, a year. */
export const MAX_TCB_INFO_BYTES = 65_536

/** It took 1,217 bytes in 2025. */
export const MAX_QE_IDENTITY_BYTES = 16_384

/** Levels of a platform (11 in 2025), of a module or of a quoting enclave; each quote is compared with all in the worst case. */
export const MAX_TCB_LEVELS = 64

/** Versions of the TDX module with their own identity: 2 in 2026. */
export const MAX_TDX_MODULES = 16

/** Advisories of one level (22 in 2026), and characters of an advisory's name or another text (`INTEL-SA-00837`: 14). */
export const MAX_ADVISORIES = 128
export const MAX_NAME_LENGTH = 64

/** TCB info nests tcbLevels, level, tcb, components, component inside the outermost object: 6. */
export const MAX_COLLATERAL_DEPTH = 8

/** A level takes about 110 values. */
export const MAX_COLLATERAL_VALUES = 16_384
