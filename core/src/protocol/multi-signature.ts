/** Substrate's `MultiSignature`. */
import { type Infer, t } from '../schema/index.ts'

export const MultiSignature = t.enum('MultiSignature', {
  Ed25519: t.fixedBytes(64),
  Sr25519: t.fixedBytes(64),
  Ecdsa: t.fixedBytes(65),
})
export type MultiSignature = Infer<typeof MultiSignature>
