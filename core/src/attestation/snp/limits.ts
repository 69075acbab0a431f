/** How much SEV-SNP evidence may bring. */

/** An attestation report has this size, neither more nor less. */
export const SNP_REPORT_BYTES = 1_184

/** Azure's blob: its NV index holds 2,600 bytes. */
export const MAX_HCL_BYTES = 8_192

/** Attributes of a name that are looked through for the common name; AMD's names have 6. */
export const MAX_NAME_ATTRIBUTES = 16
