/**
 * A gatekeeper's part of one contract key, sealed to the key that the worker made for it, under a commitment that makes a
 * wrong one provable.
 */
import { seal } from '@pha/core/crypto'
import {
  bind,
  contexts,
  contractKeyInput,
  KeyRelease,
  type KeyRequest,
  PartialKey,
  partialCommitment,
  partialKeyAad,
} from '@pha/core/protocol'
import { evaluatePartial } from '@pha/core/threshold'
import { gatekeepers } from '@pha/runtime/pallets'
import { random } from '../random.ts'
import type { EnclaveParts } from '../service/enclave-service.ts'
import type { HeldShare } from './share-vault.ts'

/** Keeps two commitments to one partial apart, and the partial from being guessed at. */
const SALT_BYTES = 32

/**
 * @returns the call that carries the release
 * @example
 * await host.submit(await releaseTo(parts, held, request))
 */
export async function releaseTo(
  { genesis, identity }: Pick<EnclaveParts, 'genesis' | 'identity'>,
  { index, sharing, share, publicShare }: HeldShare,
  request: KeyRequest,
  evaluate: typeof evaluatePartial = evaluatePartial,
): Promise<Uint8Array> {
  const { worker, contract, root, epoch, recipient } = request
  const input = contractKeyInput(genesis, contract, root, epoch)
  const partial: PartialKey = { index, ...evaluate(share, publicShare, input, random), salt: random(SALT_BYTES) }
  const aad = partialKeyAad(genesis, request)
  const plaintext = PartialKey.encode(partial)
  const sealed = await seal({ recipient, context: contexts.partialKey, aad, plaintext, random })
  plaintext.fill(0)
  const commitment = partialCommitment(genesis, partial)
  const release: KeyRelease = { worker, contract, root, epoch, sharing, index, commitment, sealed }
  const signature = identity.signing.sign(bind(contexts.keyRelease, genesis, KeyRelease.encode(release)))
  return gatekeepers.calls.releaseKey.encode({ release, signature })
}
