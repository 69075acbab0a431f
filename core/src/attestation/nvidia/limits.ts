/** How much a graphics card's report may hold. */

/** Genuine ones take 4,140 bytes: 64 measurements of 55 bytes, and 450 bytes about the card. */
export const MAX_GPU_REPORT_BYTES = 16_384

/** What SPDM allows for the data of the vendor (DSP0274 1.1, section 10.11); genuine ones take 450 bytes. */
export const MAX_OPAQUE_BYTES = 1_024
