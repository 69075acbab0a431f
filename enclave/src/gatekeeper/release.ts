/**
 * A gatekeeper's part of one contract key, sealed to the key that the worker made for it, under a commitment that makes a
 * wrong one provable.
 */
import { seal } from '@pha/core/crypto'
import {
  contexts,
  contractKeyInput,
  type KeyRelease,
  type KeyRequest,
  PartialKey,
  partialCommitment,
  partialKeyAad,
  recipientHash,
  releaseBytes,
  type SignedRelease,
} from '@pha/core/protocol'
import { evaluatePartial } from '@pha/core/threshold'
import { random } from '../random.ts'
import type { EnclaveParts } from '../service/enclave-service.ts'
import type { HeldShare } from './share-vault.ts'

/** Keeps two commitments to one partial apart, and the partial from being guessed at. */
const SALT_BYTES = 32

/** What a part is computed and sealed by; tests of workers and of the chain take some that lie. */
export interface ReleaseArithmetic {
  readonly evaluate?: typeof evaluatePartial
  readonly sealPart?: typeof seal
}

/**
 * Whatever carries it: the signature and the commitment make it this gatekeeper's word.
 * @example
 * await host.deliver(releaseTo(parts, held, request))
 */
export function releaseTo(
  { genesis, identity }: Pick<EnclaveParts, 'genesis' | 'identity'>,
  { index, sharing, share, publicShare }: HeldShare,
  request: KeyRequest,
  { evaluate = evaluatePartial, sealPart = seal }: ReleaseArithmetic = {},
): SignedRelease {
  const { worker, contract, root, epoch, recipient } = request
  const input = contractKeyInput(genesis, contract, root, epoch)
  const partial: PartialKey = { index, ...evaluate(share, publicShare, input, random), salt: random(SALT_BYTES) }
  const aad = partialKeyAad(genesis, request)
  const plaintext = PartialKey.encode(partial)
  const sealed = sealPart({ recipient, context: contexts.partialKey, aad, plaintext })
  plaintext.fill(0)
  const release: KeyRelease = {
    worker,
    contract,
    root,
    epoch,
    sharing,
    index,
    recipient: recipientHash(genesis, recipient),
    commitment: partialCommitment(genesis, partial),
    sealed,
  }
  return { release, signature: identity.signing.sign(releaseBytes(genesis, release)) }
}
