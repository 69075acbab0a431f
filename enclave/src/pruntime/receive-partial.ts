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
import type { Group } from '@pha/runtime/pallets'

export type ReceivedPartial =
  | { readonly ok: true; readonly partial: PartialKey }
  /** Of no use, and nobody's fault: made before the newest resharing, or not for this worker. */
  | { readonly ok: false; readonly reason: 'key.other-worker' | 'key.other-sharing' | 'key.not-a-member' }
  /** The gatekeeper's fault, of which nobody else can be convinced. */
  | { readonly ok: false; readonly reason: 'key.not-opened' | 'key.malformed' | 'key.not-committed' }
  /** The gatekeeper's fault, which the chain can check: it signed a commitment to this. */
  | { readonly ok: false; readonly reason: 'key.bad-proof'; readonly partial: PartialKey }

export interface PartialContext {
  readonly genesis: Uint8Array
  readonly worker: Uint8Array
  /** The key that was made for this contract key. */
  readonly recipient: AgreementKey
  /** From proven state: whose public shares count. */
  readonly group: Group
}

/** The chain has checked who released; what is inside only we can check. */
export async function receivePartial(
  { genesis, worker, recipient, group }: PartialContext,
  release: KeyRelease,
): Promise<ReceivedPartial> {
  if (!equalBytes(release.worker, worker)) return { ok: false, reason: 'key.other-worker' }
  if (release.root !== group.root || release.sharing !== group.sharing)
    return { ok: false, reason: 'key.other-sharing' }
  const member = group.members.find(({ index }) => index === release.index)
  if (member === undefined) return { ok: false, reason: 'key.not-a-member' }
  const aad = partialKeyAad(genesis, release)
  const plaintext = await open({ seed: recipient.seed, context: contexts.partialKey, aad, sealed: release.sealed })
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
  if (!verifyPartial(member.publicShare, input, partial)) return { ok: false, reason: 'key.bad-proof', partial }
  return { ok: true, partial }
}
