/** Stands in for `spec-version.ts` in tests: a runtime that differs from the present one by its number only. */
export const SPEC_VERSION: number = 1_000
