/**
 * Envelopes: a message sealed to an agreement key (protocol.md, "Envelopes").
 * Wire form: X-Wing encapsulation (1120 bytes) || AES-256-GCM ciphertext of the padded plaintext and its tag (16 bytes).
 */
import { concatBytes, utf8Encode } from '@pha/core/codec'
import { ENCAPSULATION_LENGTH } from './agreement-key.ts'
import { recipientContext, senderContext } from './hpke.ts'
import { PADDING_FLOOR, pad, unpad } from './padding.ts'
import type { RandomBytes } from './random.ts'
import type { Secret } from './secret.ts'

/** Bytes that sealing adds to the padded plaintext. */
export const ENVELOPE_OVERHEAD = ENCAPSULATION_LENGTH + 16

export type SealParams = {
  /** X-Wing public key, 1216 bytes. */
  readonly recipient: Uint8Array
  /** What the message is for, from the registry of contexts; becomes HPKE's info. */
  readonly context: string
  /** What the message belongs to (genesis, contract, epoch, sender): public, bound, not carried. */
  readonly aad: Uint8Array
  readonly plaintext: Uint8Array
  /**
   * Absent: the platform's own, which is the fast way. Else called once for 64 bytes. Replicas that must seal one answer to equal bytes derive them from a shared secret *and the
   * plaintext*: two plaintexts sealed with the same bytes share a key and a nonce, and both are lost.
   */
  readonly random?: RandomBytes
  /** Smallest padded length; above the longest message of a kind, all of that kind are equally long. */
  readonly paddingFloor?: number
}

export type OpenParams = {
  /** X-Wing seed of the recipient, 32 bytes. */
  readonly seed: Secret
  readonly context: string
  readonly aad: Uint8Array
  readonly sealed: Uint8Array
  readonly paddingFloor?: number
}

/**
 * Seals a message so that only the holder of the agreement key reads it. Says nothing about who sealed it.
 *
 * @throws CryptoError `crypto.wrong-length`, `crypto.bad-public-key` for an unusable recipient
 *
 * @example
 * const sealed = seal({ recipient: contract.publicKey, context: contexts.command, aad, plaintext, random })
 */
export function seal({ recipient, context, aad, plaintext, random, paddingFloor }: SealParams): Uint8Array {
  const padded = pad(plaintext, paddingFloor ?? PADDING_FLOOR)
  const sender = senderContext(recipient, utf8Encode(context), random)
  const ciphertext = sender.context.seal(aad, padded)
  sender.context.wipe()
  return concatBytes(sender.encapsulation, ciphertext)
}

/** Opens what `seal` made; `undefined` for anything else: another recipient, context, aad, or bytes that were changed. */
export function open({ seed, context, aad, sealed, paddingFloor }: OpenParams): Uint8Array | undefined {
  if (sealed.length < ENVELOPE_OVERHEAD) return undefined
  const recipient = recipientContext(seed, utf8Encode(context), sealed.subarray(0, ENCAPSULATION_LENGTH))
  const padded = recipient?.open(aad, sealed.subarray(ENCAPSULATION_LENGTH))
  recipient?.wipe()
  return padded && unpad(padded, paddingFloor ?? PADDING_FLOOR)
}
