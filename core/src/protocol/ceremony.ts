/**
 * What dealers and receivers of a key ceremony say on chain: that they take part, dealings, checks with complaints, answers
 * to complaints. Each is signed by the identity of who says it, and names its ceremony, whose id no chain uses twice.
 */
import { type Infer, t } from '../schema/index.ts'
import { bind } from './bind.ts'
import { contexts } from './contexts.ts'
import { limits } from './limits.ts'
import { agreementKey } from './registration.ts'

export const CeremonyKind = t.enum('CeremonyKind', {
  NewRoot: t.variant(0, null, 'A new root comes into being; dealers and receivers are the same.'),
  Reshare: t.variant(1, null, 'Those in office deal their shares to receivers; the root stays.'),
  Escrow: t.variant(
    2,
    null,
    'Those in office deal their shares to custodians: people, who hold them beside those in office.',
  ),
  Recover: t.variant(3, null, 'Custodians deal their shares to new gatekeepers; the root stays.'),
})
export type CeremonyKind = Infer<typeof CeremonyKind>

export const Party = t.struct(
  'CeremonyParty',
  { index: t.u16, identity: t.bytes32 },
  'A dealer or receiver: index from 1, where polynomials are evaluated, and identity.',
)
export type Party = Infer<typeof Party>

/**
 * Dealings stay on chain for ever. Sealed to a key that lives as long as a gatekeeper, they would open to whoever breaks it
 * later, and those who break a threshold of gatekeepers one after the other would have a root that was refreshed in between.
 */
export const Joining = t.struct(
  'CeremonyJoining',
  { ceremony: t.u32, receiver: t.u16, recipient: agreementKey },
  'A receiver takes part; what is dealt to it is sealed to `recipient`, an X-Wing key for this ceremony alone.',
)
export type Joining = Infer<typeof Joining>

export const Dealing = t.struct(
  'Dealing',
  {
    commitments: t.boundedVec(t.bytes32, limits.gatekeepers),
    proof: t.fixedBytes(64),
    sealed: t.boundedVec(t.fixedBytes(limits.dealtShare), limits.gatekeepers),
  },
  "Commitments to a dealer's polynomial, from the constant up; proof of knowledge of the constant (R || z); the share of each receiver, sealed, in the order of receivers.",
)
export type Dealing = Infer<typeof Dealing>

/** A dealing as it stands in the topic `gatekeepers`, where receivers read it. */
export const Dealt = t.struct('Dealt', { ceremony: t.u32, dealer: t.u16, dealing: Dealing })
export type Dealt = Infer<typeof Dealt>

export const ShareCheck = t.struct(
  'ShareCheck',
  { ceremony: t.u32, receiver: t.u16, complaints: t.boundedVec(t.u16, limits.gatekeepers) },
  'A receiver holds good shares of all dealers but those it complains about (indexes, ascending).',
)
export type ShareCheck = Infer<typeof ShareCheck>

export const RevealedShare = t.struct(
  'RevealedShare',
  { receiver: t.u16, share: t.bytes32 },
  'The share of a receiver that complained: a scalar, from now on public.',
)
export type RevealedShare = Infer<typeof RevealedShare>

export const ComplaintAnswer = t.struct(
  'ComplaintAnswer',
  { ceremony: t.u32, dealer: t.u16, shares: t.boundedVec(RevealedShare, limits.gatekeepers) },
  'An accused dealer reveals the shares of all that complained about it, ascending by receiver.',
)
export type ComplaintAnswer = Infer<typeof ComplaintAnswer>

/** What a dealer's proof of knowledge holds for, and nothing else: Φ of Komlo and Goldberg. */
export function dealingContext(genesis: Uint8Array, ceremony: number): Uint8Array {
  return bind(contexts.dealingProof, genesis, t.u32.encode(ceremony))
}

/** Additional data of the envelope around a dealt share: the scalar's 32 bytes, sealed with the least padding. */
export function dealtShareAad(
  genesis: Uint8Array,
  ceremony: number,
  { dealer, receiver }: { readonly dealer: Uint8Array; readonly receiver: Uint8Array },
): Uint8Array {
  return bind(contexts.dealtShare, genesis, t.u32.encode(ceremony), dealer, receiver)
}

/** What a receiver signs to take part. */
export function joiningBytes(genesis: Uint8Array, joining: Joining): Uint8Array {
  return bind(contexts.ceremonyJoining, genesis, Joining.encode(joining))
}

/** What a dealer signs. */
export function dealingBytes(genesis: Uint8Array, dealt: Dealt): Uint8Array {
  return bind(contexts.dealing, genesis, Dealt.encode(dealt))
}

/** What a receiver signs. */
export function shareCheckBytes(genesis: Uint8Array, check: ShareCheck): Uint8Array {
  return bind(contexts.shareCheck, genesis, ShareCheck.encode(check))
}

/** What an accused dealer signs. */
export function complaintAnswerBytes(genesis: Uint8Array, answer: ComplaintAnswer): Uint8Array {
  return bind(contexts.complaintAnswer, genesis, ComplaintAnswer.encode(answer))
}
