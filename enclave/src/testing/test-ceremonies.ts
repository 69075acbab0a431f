/**
 * What the pallet does in a ceremony, as far as tests of the enclave need it: it keeps what is said, ends a phase when all
 * have spoken or a test says so, and computes the group. Who is named and slashed is tested with the pallet itself.
 */
import {
  complaintAnswerBytes,
  dealingBytes,
  GatekeepersMessage,
  joiningBytes,
  type Party,
  shareCheckBytes,
  topics,
} from '@pha/core/protocol'
import { checkRevealedShare, interpolateCommitments, publicSharesOf, sumCommitments } from '@pha/core/threshold'
import { type Ceremony, gatekeepers } from '@pha/runtime/pallets'
import type { TestChain } from './test-chain.ts'

const { storage } = gatekeepers

type Signed = (call: string, identity: Uint8Array, signature: Uint8Array, message: Uint8Array) => void
type Said<Call extends 'join' | 'deal' | 'check' | 'answer'> = ReturnType<(typeof gatekeepers.calls)[Call]['decode']>

export class TestCeremonies {
  readonly #chain: TestChain
  readonly #signed: Signed
  #count = 0

  constructor(chain: TestChain, signed: Signed) {
    this.#chain = chain
    this.#signed = signed
  }

  /** Begins a ceremony: for a new root, or to share the one in office among others. */
  begin(kind: Ceremony['kind']['type'], receivers: readonly Uint8Array[], threshold: number): void {
    const group = this.#chain.get(storage.group)
    const parties = receivers.map((identity, i) => ({ index: i + 1, identity }))
    const isNew = kind === 'NewRoot'
    this.#count++
    for (let index = 1; index <= 20; index++) {
      for (const said of [storage.recipients, storage.dealings, storage.checks, storage.revealed])
        this.#chain.remove(said, index)
    }
    this.#chain.set(storage.ceremony, [], {
      id: this.#count,
      kind: { type: kind },
      root: isNew ? (group?.root ?? 0) + 1 : (group?.root ?? 1),
      sharing: isNew ? 1 : (group?.sharing ?? 0) + 1,
      threshold,
      dealers: isNew ? parties : (group?.members ?? []).map(({ index, identity }) => ({ index, identity })),
      receivers: parties,
      phase: { type: 'Join' },
      deadline: 0xffff_ffff,
    })
  }

  join({ joining, signature }: Said<'join'>): void {
    const { identity } = partyOf(this.#ceremony('Join').receivers, joining.receiver)
    this.#signed('join', identity, signature, joiningBytes(this.#chain.genesis, joining))
    if (this.#chain.get(storage.recipients, joining.receiver) !== undefined) return
    this.#chain.set(storage.recipients, [joining.receiver], joining.recipient)
  }

  deal({ dealt, signature }: Said<'deal'>): void {
    const { id, dealers, threshold } = this.#ceremony('Deal')
    const { identity } = partyOf(dealers, dealt.dealer)
    this.#signed('deal', identity, signature, dealingBytes(this.#chain.genesis, dealt))
    if (dealt.ceremony !== id || this.#chain.get(storage.dealings, dealt.dealer) !== undefined) return
    if (dealt.dealing.commitments.length !== threshold) throw new Error('another degree')
    this.#chain.set(storage.dealings, [dealt.dealer], dealt.dealing.commitments)
    const message = GatekeepersMessage.encode({ type: 'Dealt', value: dealt })
    this.#chain.push(topics.gatekeepers, { type: 'Worker', value: identity }, message)
  }

  check({ check, signature }: Said<'check'>): void {
    const { identity } = partyOf(this.#ceremony('Check').receivers, check.receiver)
    this.#signed('check', identity, signature, shareCheckBytes(this.#chain.genesis, check))
    this.#chain.set(storage.checks, [check.receiver], check.complaints)
  }

  answer({ answer, signature }: Said<'answer'>): void {
    const { identity } = partyOf(this.#ceremony('Answer').dealers, answer.dealer)
    this.#signed('answer', identity, signature, complaintAnswerBytes(this.#chain.genesis, answer))
    const commitments = this.#chain.get(storage.dealings, answer.dealer) ?? []
    for (const { receiver, share } of answer.shares) {
      if (!checkRevealedShare(commitments, receiver, share).ok) throw new Error('a wrong share was revealed')
    }
    this.#chain.set(storage.revealed, [answer.dealer], answer.shares)
  }

  /** Ends the phase if everyone has spoken. */
  advance(): void {
    const ceremony = this.#chain.get(storage.ceremony)
    if (ceremony === undefined) return
    const { phase, dealers, receivers } = ceremony
    const hasSpoken = {
      Join: () => receivers.every(({ index }) => this.#hasJoined(index)),
      Deal: () => dealers.every(({ index }) => this.#chain.get(storage.dealings, index) !== undefined),
      Check: () => receivers.every(({ index }) => this.#chain.get(storage.checks, index) !== undefined),
      Answer: () => this.#accused(ceremony).every((dealer) => this.#chain.get(storage.revealed, dealer) !== undefined),
    }
    if (hasSpoken[phase.type]()) this.endPhase()
  }

  /** Ends the phase as its deadline does: without those who did not speak. */
  endPhase(): void {
    const ceremony = this.#ceremony()
    const { phase, kind } = ceremony
    if (phase.type === 'Join') {
      const receivers = ceremony.receivers.filter(({ index }) => this.#hasJoined(index))
      const dealers = kind.type === 'NewRoot' ? receivers : ceremony.dealers
      this.#chain.set(storage.ceremony, [], { ...ceremony, dealers, receivers, phase: { type: 'Deal' } })
    } else if (phase.type === 'Deal') this.#chain.set(storage.ceremony, [], { ...ceremony, phase: { type: 'Check' } })
    else if (phase.type === 'Check' && this.#accused(ceremony).length > 0) {
      this.#chain.set(storage.ceremony, [], { ...ceremony, phase: { type: 'Answer' } })
    } else this.#end(ceremony)
  }

  #hasJoined(receiver: number): boolean {
    return this.#chain.get(storage.recipients, receiver) !== undefined
  }

  #end(ceremony: Ceremony): void {
    const { id, root, sharing, threshold, kind, dealers, receivers } = ceremony
    const before = this.#chain.get(storage.group)
    const unanswered = this.#accused(ceremony).filter(
      (dealer) => this.#chain.get(storage.revealed, dealer) === undefined,
    )
    const qualified = dealers.flatMap(({ index }) => {
      const commitments = this.#chain.get(storage.dealings, index)
      return commitments === undefined || unanswered.includes(index) ? [] : [{ index, commitments }]
    })
    const isNew = kind.type === 'NewRoot'
    const used = isNew ? qualified : qualified.slice(0, before?.threshold)
    const combined = isNew ? sumCommitments(used.map(({ commitments }) => commitments)) : interpolateCommitments(used)
    const heard = receivers.filter(({ index }) => this.#chain.get(storage.checks, index) !== undefined)
    this.#chain.remove(storage.ceremony)
    if (!combined.ok || heard.length < threshold) return
    const indexes = heard.map(({ index }) => index)
    const shares = publicSharesOf(combined.commitments, indexes)
    if (!shares.ok) throw new Error(shares.reason)
    if (isNew && before !== undefined) this.#chain.set(storage.formerGroup, [], before)
    this.#chain.set(storage.group, [], {
      threshold,
      publicKey: combined.commitments[0] as Uint8Array,
      members: heard.map((party, i) => ({ ...party, publicShare: shares.publicShares[i] as Uint8Array })),
      root,
      sharing,
      since: this.#chain.nextNumber,
      ceremony: id,
      dealers: used.map(({ index }) => index),
    })
  }

  #accused({ dealers, receivers }: Ceremony): number[] {
    const complaints = receivers.flatMap(({ index }) => this.#chain.get(storage.checks, index) ?? [])
    return dealers.map(({ index }) => index).filter((dealer) => complaints.includes(dealer))
  }

  #ceremony(phase?: Ceremony['phase']['type']): Ceremony {
    const ceremony = this.#chain.get(storage.ceremony)
    if (ceremony === undefined || (phase !== undefined && ceremony.phase.type !== phase)) throw new Error('wrong phase')
    return ceremony
  }
}

function partyOf(parties: readonly Party[], index: number): Party {
  const party = parties.find((known) => known.index === index)
  if (party === undefined) throw new Error('no party')
  return party
}
