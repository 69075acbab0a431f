/** Bounds of what is remembered of signatures. `docs/limits.md` lists the same numbers. */

/** Checked signatures that are remembered (some 300 bytes each), at least half of them: twice to four times what the pool holds. */
export const REMEMBERED_SIGNATURES = 65_536
