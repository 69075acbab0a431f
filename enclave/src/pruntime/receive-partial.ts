/** Opens a gatekeeper's part of a contract key and checks that it really is that gatekeeper's part. */
import { equalBytes } from '@pha/core/codec'
import { type AgreementKey, open } from '@pha/core/crypto'
import { contexts, contractKeyInput, type KeyRelease, PartialKey, partialKeyAad } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { verifyPartial } from '@pha/core/threshold'
import type { Group } from '@pha/runtime/pallets'

export type ReceivedPartial =
  | { readonly ok: true; readonly partial: PartialKey }
  | {
      readonly ok: false
      readonly reason: 'key.other-worker' | 'key.not-a-member' | 'key.not-opened' | 'key.malformed' | 'key.bad-proof'
    }

export interface PartialContext {
  readonly genesis: Uint8Array
  /** Identity of this worker. */
  readonly worker: Uint8Array
  /** What the request named. */
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
  const member = group.members.find(({ index }) => index === release.index)
  if (member === undefined) return { ok: false, reason: 'key.not-a-member' }
  const aad = partialKeyAad(genesis, release)
  const plaintext = await open({ seed: recipient.seed, context: contexts.partialKey, aad, sealed: release.sealed })
  if (plaintext === undefined) return { ok: false, reason: 'key.not-opened' }
  const partial = tryDecode(PartialKey, plaintext)
  if (!partial.ok || partial.value.index !== release.index) return { ok: false, reason: 'key.malformed' }
  const input = contractKeyInput(genesis, release.contract, release.epoch)
  // Without this check (DLEQ, RFC 9497) one gatekeeper could make a replica derive a key that nobody else has.
  if (!verifyPartial(member.publicShare, input, partial.value)) return { ok: false, reason: 'key.bad-proof' }
  return { ok: true, partial: partial.value }
}
