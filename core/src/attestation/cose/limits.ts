/** How much CBOR one token may bring. */

/** Bytes of a token or document. Nitro's take 4.5 KB and at most 3 KB of the enclave's own, CCA's 2.5 KB. */
export const MAX_TOKEN_BYTES = 16_384

/** Levels of arrays, maps and tags inside one another. Tokens have 4. */
export const MAX_CBOR_DEPTH = 8

/** Values in one piece of CBOR, keys included. A platform token with 16 software components has 160. */
export const MAX_CBOR_ITEMS = 1024

/** Anchor keys that are tried on one token: each costs a verification. The chain tries the one that it holds of the instance. */
export const MAX_ANCHOR_KEYS = 16

/** Characters of a JSON Web Key; one of P-521 with a key id takes 300. */
export const MAX_JWK_CHARACTERS = 2048
