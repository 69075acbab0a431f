import { deepEqual, equal, notDeepEqual, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ENVELOPE_OVERHEAD, paddedLength } from '../crypto/index.ts'
import { tryDecode } from '../schema/index.ts'
import type { BeaconPartial } from './beacon.ts'
import { beaconInput, beaconPartialBytes, beaconRandomness } from './beacon.ts'
import {
  ComplaintAnswer,
  complaintAnswerBytes,
  Dealing,
  type Dealt,
  dealingBytes,
  dealingContext,
  dealtShareAad,
  joiningBytes,
  ShareCheck,
  shareCheckBytes,
} from './ceremony.ts'
import { GatekeepersMessage } from './keys.ts'
import { limits } from './limits.ts'

const bytes = (length: number, byte: number) => new Uint8Array(length).fill(byte)
const [genesis, otherChain] = [bytes(32, 1), bytes(32, 2)]

const dealingTo = (receivers: number): Dealing => ({
  commitments: Array.from({ length: receivers }, (_, k) => bytes(32, k)),
  proof: bytes(64, 9),
  sealed: Array.from({ length: receivers }, (_, j) => bytes(limits.dealtShare, j)),
})
const dealt: Dealt = { ceremony: 5, dealer: 2, dealing: dealingTo(3) }

describe('a dealing', () => {
  it('seals each share to the bytes of an envelope of 32 bytes', () => {
    equal(limits.dealtShare, ENVELOPE_OVERHEAD + paddedLength(32))
  })

  it('travels in the topic of the gatekeepers', () => {
    const message = { type: 'Dealt', value: dealt } as const
    deepEqual(GatekeepersMessage.decode(GatekeepersMessage.encode(message)), message)
  })

  it('goes to 20 receivers at most, and takes 29 KB then', () => {
    const encoded = Dealing.encode(dealingTo(limits.gatekeepers))
    equal(encoded.length, 1 + 20 * 32 + 64 + 1 + 20 * 1_392)
    equal(tryDecode(Dealing, encoded).ok, true)
    throws(() => Dealing.encode(dealingTo(limits.gatekeepers + 1)))
    // 21 commitments, announced and there: refused before they are read.
    const tooMany = Uint8Array.of(21 << 2, ...bytes(21 * 32 + 64 + 1, 0))
    deepEqual(tryDecode(Dealing, tooMany), { ok: false, reason: 'codec.too-long' })
  })
})

describe('complaints and answers', () => {
  it('name 20 parties at most', () => {
    const indexes = Array.from({ length: 21 }, (_, i) => i + 1)
    const check = { ceremony: 1, receiver: 1 }
    throws(() => ShareCheck.encode({ ...check, complaints: indexes }))
    equal(ShareCheck.encode({ ...check, complaints: indexes.slice(1) }).length, 4 + 2 + 1 + 20 * 2)
    const answer = { ceremony: 1, dealer: 1 }
    const shares = indexes.map((receiver) => ({ receiver, share: bytes(32, receiver) }))
    throws(() => ComplaintAnswer.encode({ ...answer, shares }))
    equal(ComplaintAnswer.encode({ ...answer, shares: shares.slice(1) }).length, 4 + 2 + 1 + 20 * 34)
  })
})

describe('what is signed and bound in ceremonies and by the beacon', () => {
  const partial: BeaconPartial = {
    root: 1,
    sharing: 2,
    round: 3,
    index: 4,
    evaluated: bytes(32, 5),
    proof: bytes(64, 6),
  }
  const parties = { dealer: bytes(32, 3), receiver: bytes(32, 4) }

  const all: readonly (readonly [what: string, of: (chain: Uint8Array) => Uint8Array])[] = [
    ['a dealing', (chain) => dealingBytes(chain, dealt)],
    ['a dealing of another ceremony', (chain) => dealingBytes(chain, { ...dealt, ceremony: 6 })],
    ['a dealing of another dealer', (chain) => dealingBytes(chain, { ...dealt, dealer: 3 })],
    ['a proof', (chain) => dealingContext(chain, 5)],
    ['a proof in another ceremony', (chain) => dealingContext(chain, 6)],
    ['a share', (chain) => dealtShareAad(chain, 5, parties)],
    ['a share in another ceremony', (chain) => dealtShareAad(chain, 6, parties)],
    [
      'a share the other way',
      (chain) => dealtShareAad(chain, 5, { dealer: parties.receiver, receiver: parties.dealer }),
    ],
    ['a joining', (chain) => joiningBytes(chain, { ceremony: 5, receiver: 2, recipient: bytes(1_216, 1) })],
    [
      'a joining with another key',
      (chain) => joiningBytes(chain, { ceremony: 5, receiver: 2, recipient: bytes(1_216, 2) }),
    ],
    ['a check', (chain) => shareCheckBytes(chain, { ceremony: 5, receiver: 2, complaints: [] })],
    ['a complaint', (chain) => shareCheckBytes(chain, { ceremony: 5, receiver: 2, complaints: [1] })],
    ['an answer', (chain) => complaintAnswerBytes(chain, { ceremony: 5, dealer: 2, shares: [] })],
    ['a round', (chain) => beaconInput(chain, 1, 3)],
    ['another round', (chain) => beaconInput(chain, 1, 4)],
    ['a round of another root', (chain) => beaconInput(chain, 2, 3)],
    ['a partial', (chain) => beaconPartialBytes(chain, partial)],
    ['a partial of another sharing', (chain) => beaconPartialBytes(chain, { ...partial, sharing: 3 })],
    ['randomness', (chain) => beaconRandomness(chain, 3, bytes(64, 7))],
    ['randomness of another round', (chain) => beaconRandomness(chain, 4, bytes(64, 7))],
  ]

  for (const [i, [what, of]] of all.entries()) {
    it(`has bytes of its own for ${what}, on each chain`, () => {
      notDeepEqual(of(genesis), of(otherChain))
      for (const [, other] of all.slice(i + 1)) notDeepEqual(of(genesis), other(genesis))
    })
  }
})
