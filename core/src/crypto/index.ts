/** Primitives of the protocol: hashes, signatures, sealed messages, sessions, and the type that keeps secrets unseen. */
export { openDeterministic, openWithNonce, sealDeterministic, sealWithNonce } from './aead.ts'
export {
  AGREEMENT_PUBLIC_KEY_LENGTH,
  AGREEMENT_SEED_LENGTH,
  type AgreementKey,
  ENCAPSULATION_LENGTH,
  generateAgreementKey,
} from './agreement-key.ts'
export type { AnsweringEnd, Received, RequestFailure } from './answering-end.ts'
export type { AnswerFailure, AskingEnd, OpenedAnswer } from './asking-end.ts'
export { constantTimeEqual } from './constant-time.ts'
export { CryptoError, type CryptoErrorCode } from './crypto-error.ts'
export { deriveAccount, deriveDevAccount } from './derive-account.ts'
export { ecdsaAccountId, recoverEcdsa } from './ecdsa.ts'
export { verifyEd25519 } from './ed25519.ts'
export { ENVELOPE_OVERHEAD, type OpenParams, open, type SealParams, seal } from './envelope.ts'
export { blake2b64, blake2b128, blake2b256, sha256, sha512, twox64, twox128 } from './hash.ts'
export { deriveSecret } from './hkdf.ts'
export { type Keypair, keypairFromSeed, type SignatureScheme } from './keypair.ts'
export { type MultiSignature, multiSign, verifySignature, verifySignatureHere } from './multi-signature.ts'
export { PADDING_FLOOR, pad, paddedLength, unpad } from './padding.ts'
export type { RandomBytes } from './random.ts'
export { Secret } from './secret.ts'
export {
  type AcceptSessionParams,
  acceptSession,
  type OpenSessionParams,
  openSession,
  type SessionParams,
} from './session.ts'
export { counterOf, SESSION_WINDOW } from './session-message.ts'
export { verifySr25519 } from './sr25519.ts'
export { isStrictPoint } from './strict-point.ts'
