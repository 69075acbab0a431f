/** Padding, sealed bytes and signatures: only what was made with the key passes, in the one form it was made in. */
import {
  keypairFromSeed,
  multiSign,
  openDeterministic,
  openWithNonce,
  pad,
  Secret,
  sealDeterministic,
  sealWithNonce,
  unpad,
  verifySignature,
} from '@pha/core/crypto'
import { MultiSignature } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import type { Random } from '../random.ts'
import { refusedWith, sameBytes, type Target, Violation } from '../target.ts'

export function cryptoTargets(): Target[] {
  return [padding(), sealedSession(), sealedBlob(), signature()]
}

const NOTHING = new Uint8Array(0)

function padding(): Target {
  return symmetric(
    'crypto.unpad',
    1,
    (plain) => pad(plain),
    (bytes) => unpad(bytes),
  )
}

/** AES-256-GCM, as sessions and envelopes use it. */
function sealedSession(): Target {
  const key = Secret.from(new Uint8Array(32).fill(7))
  const nonce = new Uint8Array(12)
  return symmetric(
    'crypto.gcm',
    0.1,
    (plain) => sealWithNonce(key, nonce, NOTHING, plain),
    (bytes) => openWithNonce(key, nonce, NOTHING, bytes),
  )
}

/** AES-256-SIV, as deltas and snapshots use it. */
function sealedBlob(): Target {
  const key = Secret.from(new Uint8Array(64).fill(7))
  return symmetric(
    'crypto.siv',
    0.1,
    (plain) => sealDeterministic(key, [NOTHING], plain),
    (bytes) => openDeterministic(key, [NOTHING], bytes),
  )
}

function symmetric(
  name: string,
  share: number,
  write: (plain: Uint8Array) => Uint8Array,
  read: (bytes: Uint8Array) => Uint8Array | undefined,
): Target {
  return {
    name,
    share,
    sample: (random) => ({ bytes: write(random.bytes(random.below(300))), marks: [0, 1] }),
    offer(input) {
      const plain = read(input)
      return plain === undefined ? 'refused' : sameBytes(write(plain), input)
    },
  }
}

/** A changed signature never passes: the three schemes are not malleable here. A check takes a millisecond. */
function signature(): Target {
  const message = new Uint8Array(40).fill(1)
  const signers = (['ed25519', 'sr25519', 'ecdsa'] as const).map((scheme) =>
    keypairFromSeed(scheme, Secret.from(new Uint8Array(32).fill(7))),
  )
  const signed = signers.map((signer) => MultiSignature.encode(multiSign(signer, message)))
  return {
    name: 'crypto.signature',
    share: 0.002,
    garbageBytes: 4_194_304,
    sample: (random: Random) => ({ bytes: random.pick(signed), marks: [0] }),
    offer(input) {
      const decoded = tryDecode(MultiSignature, input)
      if (!decoded.ok) return refusedWith(decoded.reason, 'codec.')
      const passes = signers.filter(({ accountId }) => verifySignature(decoded.value, message, accountId))
      if (passes.length === 0) return 'refused'
      const original = signed.some((bytes) => bytes.every((byte, i) => byte === input[i]))
      if (!original) throw new Violation('a signature that its signer did not make')
      return 'accepted'
    },
  }
}
