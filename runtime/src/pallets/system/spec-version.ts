/** The number of this runtime. Raise it with every change that clients or other nodes could notice: a chain only goes up. */
export const SPEC_VERSION: number = 8
