/** How much X.509 one piece of evidence may bring. */

/** AMD's largest takes 1,683 bytes. */
export const MAX_CERTIFICATE_BYTES = 8_192

/** NVIDIA's chains have 5, Nitro's 5. */
export const MAX_CHAIN_CERTIFICATES = 8

/** Intel's list of the Platform CA has 3,355 bytes; each entry takes about 35. */
export const MAX_CRL_BYTES = 1_048_576

/** Vendors use up to 14. */
export const MAX_EXTENSIONS = 32

/** 20 octets (RFC 5280, section 4.1.2.2), and a zero before a high bit. */
export const MAX_SERIAL_BYTES = 21

/** Of a chain in PEM; vendors' take 6,000. */
export const MAX_PEM_CHARACTERS = 65_536
