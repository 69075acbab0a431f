/** Stands in for the runtime's `spec-version.ts`. */
export const SPEC_VERSION: number = 1_003
