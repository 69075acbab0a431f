/**
 * This gatekeeper's part in a ceremony, whatever it is: dealer, receiver or both. Each proven block says how far the chain
 * is; what is missing there of this gatekeeper is said, and may be said again. What cannot be made twice, a polynomial and
 * the shares that came for it, is sealed first, so a process that ends between any two steps goes on where it was.
 */
import { equalBytes } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import {
  type ComplaintAnswer,
  complaintAnswerBytes,
  type Dealt,
  dealingBytes,
  type Party,
  type RevealedShare,
  type ShareCheck,
  shareCheckBytes,
} from '@pha/core/protocol'
import { checkShare, interpolateShares, publicShareOf, shareFor, sumShares } from '@pha/core/threshold'
import { type Ceremony, type Group, gatekeepers, registry, type Worker } from '@pha/runtime/pallets'
import type { EnclaveParts } from '../service/enclave-service.ts'
import type { StoredCeremony } from '../store/sealed-store.ts'
import { at, type ProvenView, type Read } from '../sync/proven-view.ts'
import { makeDealing } from './make-dealing.ts'
import { openDealing } from './open-dealing.ts'
import type { ShareVault } from './share-vault.ts'

type ReceivedShare = StoredCeremony['received'][number]

const { storage, calls } = gatekeepers

export class CeremonyParty {
  readonly #parts: EnclaveParts
  readonly #vault: ShareVault
  readonly #shareFor: typeof shareFor

  constructor(parts: EnclaveParts, vault: ShareVault, dealtShare: typeof shareFor = shareFor) {
    this.#parts = parts
    this.#vault = vault
    this.#shareFor = dealtShare
  }

  /** Takes part in a ceremony that this gatekeeper is named in: what it will deal is sealed when this returns. */
  async join(view: ProvenView, ceremony: Ceremony, group: Group | undefined): Promise<void> {
    const { memory, log } = this.#parts
    const { id, dealers, receivers, kind, phase } = ceremony
    const dealer = this.#own(dealers)
    if (memory.content.ceremony?.id === id || (dealer === undefined && this.#own(receivers) === undefined)) return
    this.#leave()
    const made = dealer && phase.type === 'Deal' ? await this.#makeDealing(view, ceremony, dealer, group) : undefined
    memory.change({ ceremony: { id, dealt: made?.dealt, polynomial: made?.polynomial, received: [] } })
    log.info('ceremony joined', { ceremony: id, kind: kind.type, deals: made !== undefined, block: view.block.number })
  }

  /** A dealing from the topic, which the chain has checked but for what is sealed to this gatekeeper. */
  async receive(ceremony: Ceremony | undefined, sender: Uint8Array, dealt: Dealt): Promise<void> {
    const { memory, genesis, identity, log } = this.#parts
    const record = memory.content.ceremony
    if (ceremony === undefined || ceremony.id !== dealt.ceremony || record?.id !== ceremony.id) return
    const receiver = this.#own(ceremony.receivers)
    const dealer = ceremony.dealers.find(({ index }) => index === dealt.dealer)
    if (receiver === undefined || dealer === undefined || !equalBytes(dealer.identity, sender)) return
    if (record.received.some((known) => known.dealer === dealer.index)) return
    const opened = await openDealing({ genesis, identity, ceremony, dealer, receiver }, dealt)
    const fields = { ceremony: ceremony.id, dealer: dealer.index }
    if (!opened.ok) log.warn('a dealt share is of no use', { ...fields, code: opened.reason })
    const share = opened.ok ? opened.share : undefined
    memory.change({ ceremony: { ...record, received: [...record.received, { dealer: dealer.index, share }] } })
  }

  /** Says what the phase waits for, if the chain does not have it yet. */
  async speak(view: ProvenView, ceremony: Ceremony): Promise<void> {
    const record = this.#parts.memory.content.ceremony
    if (record?.id !== ceremony.id) return
    const { type: phase } = ceremony.phase
    switch (phase) {
      case 'Deal':
        return this.#deal(view, ceremony, record)
      case 'Check':
        return this.#check(view, ceremony, record)
      case 'Answer':
        return this.#answer(view, ceremony, record)
      default:
        return phase satisfies never
    }
  }

  /** Takes the share that an ended ceremony made; forgets ceremonies that ended without one for this gatekeeper. */
  async settle(view: ProvenView, ceremony: Ceremony | undefined, group: Group | undefined): Promise<void> {
    const { memory, log } = this.#parts
    const record = memory.content.ceremony
    if (record === undefined || record.id === ceremony?.id) return
    const member = group?.members.find(({ identity }) => equalBytes(identity, this.#identity))
    if (group === undefined || group.ceremony !== record.id || member === undefined) return this.#leave()
    const { root, sharing } = group
    const fields = { ceremony: record.id, root, sharing, index: member.index, block: view.block.number }
    const parts = await this.#partsOf(view, group, member.index, record)
    const share = parts && (sharing === 1 ? sumShares(parts.map(({ share: part }) => part)) : interpolateShares(parts))
    if (share === undefined || !equalBytes(publicShareOf(share), member.publicShare)) {
      // The file was put back, or the chain has another arithmetic: nothing is served until the next resharing.
      log.error('the share that was made is not here', { ...fields, code: 'gatekeeper.other-share' })
      return this.#leave()
    }
    this.#vault.keep({ root, sharing, share })
    log.info('share in office', fields)
  }

  get #identity(): Uint8Array {
    return this.#parts.identity.signing.publicKey
  }

  #own(parties: readonly Party[]): Party | undefined {
    return parties.find(({ identity }) => equalBytes(identity, this.#identity))
  }

  /** Erases what is kept of a ceremony. */
  #leave(): void {
    const { memory, submissions } = this.#parts
    const { ceremony } = memory.content
    if (ceremony === undefined) return
    memory.change({ ceremony: undefined })
    ceremony.polynomial?.wipe()
    for (const { share } of ceremony.received) share?.wipe()
    submissions.forget('ceremony/')
  }

  async #makeDealing(view: ProvenView, ceremony: Ceremony, dealer: Party, group: Group | undefined) {
    const { genesis, log } = this.#parts
    const agreements = await view.read<(Worker | undefined)[]>(
      ...ceremony.receivers.map(({ identity }) => at(registry.storage.workers, identity)),
    )
    const [published] = await view.read(at(storage.dealings, dealer.index))
    // A file of before was put back: what was dealt then counts, and there is no other.
    if (published !== undefined) return undefined
    let secret: Secret | undefined
    if (ceremony.kind.type === 'Reshare') {
      const found = group && this.#vault.find(group)
      if (!found?.ok) {
        log.error('no share to deal', { ceremony: ceremony.id, code: found?.reason ?? 'gatekeeper.not-a-member' })
        return undefined
      }
      secret = found.held.share
    }
    return makeDealing({
      genesis,
      ceremony,
      dealer,
      secret,
      agreements: agreements.map((worker) => worker?.agreement),
      shareFor: this.#shareFor,
    })
  }

  async #deal(view: ProvenView, { id }: Ceremony, { dealt }: StoredCeremony): Promise<void> {
    if (dealt === undefined) return
    const [published] = await view.read(at(storage.dealings, dealt.dealer))
    if (published !== undefined) return
    this.#submit(view, `${id}/deal`, () =>
      calls.deal.encode({ dealt, signature: this.#sign(dealingBytes(this.#parts.genesis, dealt)) }),
    )
  }

  async #check(view: ProvenView, { id, dealers, receivers }: Ceremony, { received }: StoredCeremony): Promise<void> {
    const receiver = this.#own(receivers)
    if (receiver === undefined) return
    const [said] = await view.read(at(storage.checks, receiver.index))
    if (said !== undefined) return
    const dealings = await view.read<(readonly Uint8Array[] | undefined)[]>(
      ...dealers.map(({ index }) => at(storage.dealings, index)),
    )
    const isGood = (dealer: number) => received.some((part) => part.dealer === dealer && part.share !== undefined)
    const complaints = dealers
      .filter(({ index }, i) => dealings[i] !== undefined && !isGood(index))
      .map(({ index }) => index)
    const check: ShareCheck = { ceremony: id, receiver: receiver.index, complaints }
    this.#submit(view, `${id}/check`, () =>
      calls.check.encode({ check, signature: this.#sign(shareCheckBytes(this.#parts.genesis, check)) }),
    )
  }

  async #answer(view: ProvenView, { id, dealers, receivers }: Ceremony, record: StoredCeremony): Promise<void> {
    const dealer = this.#own(dealers)
    const { polynomial } = record
    if (dealer === undefined || polynomial === undefined) return
    const reads: Read<readonly number[] | undefined>[] = receivers.map(({ index }) => at(storage.checks, index))
    const [commitments, answered] = await view.read(
      at(storage.dealings, dealer.index),
      at(storage.revealed, dealer.index),
    )
    const checks = await view.read<(readonly number[] | undefined)[]>(...reads)
    const accusers = receivers.filter((_, i) => checks[i]?.includes(dealer.index))
    if (accusers.length === 0 || commitments === undefined || answered !== undefined) return
    const shares = accusers.map(({ index }) => ({ receiver: index, share: this.#shareFor(polynomial, index) }))
    // Only of the polynomial that the chain has is there anything to answer.
    if (!shares.every(({ receiver, share }) => checkShare(commitments, receiver, share).ok)) return
    const revealed = shares.map(({ receiver, share }) => ({ receiver, share: Uint8Array.from(share.expose()) }))
    const answer: ComplaintAnswer = { ceremony: id, dealer: dealer.index, shares: revealed }
    this.#submit(view, `${id}/answer`, () =>
      calls.answer.encode({ answer, signature: this.#sign(complaintAnswerBytes(this.#parts.genesis, answer)) }),
    )
  }

  /** What the qualified dealers dealt to this member; a share that it missed was revealed on chain. */
  async #partsOf(
    view: ProvenView,
    { dealers }: Group,
    index: number,
    { received }: StoredCeremony,
  ): Promise<{ readonly index: number; readonly share: Secret }[] | undefined> {
    const find = (dealer: number): ReceivedShare | undefined => received.find((part) => part.dealer === dealer)
    const missed = dealers.filter((dealer) => find(dealer)?.share === undefined)
    const answers = await view.read<(readonly RevealedShare[] | undefined)[]>(
      ...missed.map((dealer) => at(storage.revealed, dealer)),
    )
    const parts = dealers.flatMap((dealer) => {
      const answer = answers[missed.indexOf(dealer)]?.find(({ receiver }) => receiver === index)
      const share = find(dealer)?.share ?? (answer && Secret.from(answer.share))
      return share === undefined ? [] : [{ index: dealer, share }]
    })
    return parts.length === dealers.length ? parts : undefined
  }

  #sign(message: Uint8Array): Uint8Array {
    return this.#parts.identity.signing.sign(message)
  }

  #submit(view: ProvenView, what: string, call: () => Uint8Array): void {
    const { host, submissions } = this.#parts
    submissions.once(`ceremony/${what}`, view.block.number, () => host.submit(call()))
  }
}
