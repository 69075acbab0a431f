/** Signature verification for the runtime, which remembers what held: pool, block building and import ask the same. */
import { utf8Encode } from '@pha/core/codec'
import { blake2b256, verifySignature } from '@pha/core/crypto'
import type { RuntimeHost } from '@pha/runtime/frame'
import { REMEMBERED_SIGNATURES } from './limits.ts'

export type Verify = RuntimeHost['verify']

/**
 * A `verify` for `RuntimeHost`. Only answers of `verifySignature` are given, never a second implementation's:
 * implementations differ on crafted signatures, and the answer decides about state.
 *
 * @example
 * const verify = rememberSignatures()
 * verify('Sr25519', signature, message, account) // 150 us
 * verify('Sr25519', signature, message, account) // 3 us
 */
export function rememberSignatures(capacity: number = REMEMBERED_SIGNATURES): Verify {
  const held = new Set<string>()
  return (scheme, signature, message, account) => {
    // Lengths of the first two are fixed by the scheme once it holds; the message comes last, so nothing can shift.
    const key = text(blake2b256(utf8Encode(scheme), Uint8Array.of(0, signature.length), signature, account, message))
    if (held.has(key)) return true
    if (account.length !== 32 || !verifySignature({ type: scheme, value: signature }, message, account)) return false
    held.add(key)
    if (held.size > capacity) {
      for (const oldest of held) {
        held.delete(oldest)
        break
      }
    }
    return true
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
