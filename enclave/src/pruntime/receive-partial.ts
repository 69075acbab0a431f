/** Opens a gatekeeper's part of a contract key and checks that it really is that gatekeeper's part. */
import { equalBytes } from '@pha/core/codec'
import { type AgreementKey, open } from '@pha/core/crypto'
import {
  contexts,
  contractKeyInput,
  type KeyRelease,
  PartialKey,
  partialCommitment,
  partialKeyAad,
} from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { verifyPartial } from '@pha/core/threshold'

export type ReceivedPartial =
  | { readonly ok: true; readonly partial: PartialKey }
  /** Of which nobody else can be convinced. */
  | { readonly ok: false; readonly reason: 'key.not-opened' | 'key.malformed' | 'key.not-committed' }
  /** Which the chain can check: the gatekeeper signed a commitment to this. */
  | { readonly ok: false; readonly reason: 'key.bad-proof'; readonly partial: PartialKey }

export interface PartialContext {
  readonly genesis: Uint8Array
  /** The key that was made for this contract key. */
  readonly recipient: AgreementKey
  /** Of the gatekeeper that signed the release, from proven state. */
  readonly publicShare: Uint8Array
}

/** Whatever is wrong in a release that is for this worker and this key is the gatekeeper's fault: it signed it. */
export function receivePartial(
  { genesis, recipient, publicShare }: PartialContext,
  release: KeyRelease,
): ReceivedPartial {
  const aad = partialKeyAad(genesis, release)
  const plaintext = open({ seed: recipient.seed, context: contexts.partialKey, aad, sealed: release.sealed })
  if (plaintext === undefined) return { ok: false, reason: 'key.not-opened' }
  const decoded = tryDecode(PartialKey, plaintext)
  plaintext.fill(0)
  if (!decoded.ok || decoded.value.index !== release.index) return { ok: false, reason: 'key.malformed' }
  const partial = decoded.value
  if (!equalBytes(partialCommitment(genesis, partial), release.commitment)) {
    return { ok: false, reason: 'key.not-committed' }
  }
  const input = contractKeyInput(genesis, release.contract, release.root, release.epoch)
  // Without this check (DLEQ, RFC 9497) one gatekeeper could make a replica derive a key that nobody else has.
  if (!verifyPartial(publicShare, input, partial)) return { ok: false, reason: 'key.bad-proof', partial }
  return { ok: true, partial }
}
