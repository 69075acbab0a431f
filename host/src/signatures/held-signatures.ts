/** Signatures that were found to hold: pool, block building and import ask for the same one, and it is checked once. */
import { blake2b256 } from '@pha/core/crypto'
import type { RuntimeHost } from '@pha/runtime/frame'
import { joinedText } from '../byte-text.ts'
import { RecentMap } from '../recent-map.ts'
import { REMEMBERED_SIGNATURES } from './limits.ts'
import type { SignatureCheck } from './signature-check.ts'
import { verifyQuickly } from './verify-quickly.ts'

export type Verify = RuntimeHost['verify']

/**
 * @example
 * const held = new HeldSignatures()
 * held.verify('Sr25519', signature, message, account) // 200 us
 * held.verify('Sr25519', signature, message, account) // 3 us
 */
export class HeldSignatures {
  /** As text: bytes may be cut from a slab that they would keep. */
  readonly #held: RecentMap<string, true>

  constructor(capacity: number = REMEMBERED_SIGNATURES) {
    this.#held = new RecentMap(capacity)
  }

  /** A `verify` for `RuntimeHost`: answers at once, here. */
  readonly verify: Verify = (scheme, signature, message, account) => {
    const check = { scheme, signature, message, account }
    if (this.has(check)) return true
    if (!verifyQuickly(check)) return false
    this.note(check)
    return true
  }

  has(check: SignatureCheck): boolean {
    return this.#held.get(signatureName(check)) === true
  }

  /** Notes that it holds, as a thread found. */
  note(check: SignatureCheck): void {
    this.noteNamed(signatureName(check))
  }

  /** As `note`, by its `signatureName`. */
  noteNamed(name: string): void {
    this.#held.set(name, true)
  }
}

/** Longer messages are remembered by their hash. Payloads of transactions are shorter. */
const KEPT_MESSAGE_BYTES = 256

/**
 * All of a check as text, a character a byte: making and comparing it costs a tenth of a hash. The lengths stand before it,
 * so nothing can shift; so does whether the message is kept as its hash, so that nobody who signed 32 bytes has signed
 * what they are the hash of. The second letters of Ed25519, Sr25519 and Ecdsa differ.
 */
export function signatureName({ scheme, signature, message, account }: SignatureCheck): string {
  const isHashed = message.length > KEPT_MESSAGE_BYTES
  const head = String.fromCharCode(scheme.charCodeAt(1), signature.length, account.length, isHashed ? 1 : 0)
  return head + joinedText(signature, account, isHashed ? blake2b256(message) : message)
}
