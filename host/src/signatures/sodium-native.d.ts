/** What we use of `sodium-native`, which brings no types of its own. */
declare module 'sodium-native' {
  const sodium: {
    /** libsodium's `crypto_sign_verify_detached`. Throws unless the lengths are 64, any, and 32. */
    crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
  }
  export default sodium
}
