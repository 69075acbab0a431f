/**
 * This gatekeeper's part in a ceremony, whatever it is: dealer, receiver or both. Each proven block says how far the chain
 * is; what is missing there of this gatekeeper is said, and may be said again. What cannot be made twice, a key to receive
 * with, a polynomial and the shares that came, is sealed first, so a process that ends between any two steps goes on where it
 * was. All of it is erased with the ceremony: what was dealt stays on chain, and opens to nobody any more.
 */
import { makeDealing, openDealing } from '@pha/core/ceremony'
import { equalBytes } from '@pha/core/codec'
import { generateAgreementKey, Secret } from '@pha/core/crypto'
import {
  type ComplaintAnswer,
  complaintAnswerBytes,
  type Dealt,
  dealingBytes,
  type Joining,
  joiningBytes,
  type Party,
  type RevealedShare,
  type Sender,
  type ShareCheck,
  shareCheckBytes,
} from '@pha/core/protocol'
import { checkShare, interpolateShares, publicShareOf, shareFor, sumShares } from '@pha/core/threshold'
import { type Ceremony, type Group, gatekeepers } from '@pha/runtime/pallets'
import { random, randomSecret } from '../random.ts'
import type { EnclaveParts } from '../service/enclave-service.ts'
import type { StoredCeremony } from '../store/sealed-store.ts'
import { at, type ProvenView, type Read } from '../sync/proven-view.ts'
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

  /** Takes part in a ceremony that this gatekeeper is named in: the key that it will receive with is sealed when this returns. */
  join(view: ProvenView, { id, dealers, receivers, kind, phase }: Ceremony): void {
    const { memory, log } = this.#parts
    const receives = this.#own(receivers) !== undefined
    if (memory.content.ceremony?.id === id || !(receives || this.#own(dealers) !== undefined)) return
    this.#leave()
    // Who comes later than that has no key there, and was named already.
    const recipient = receives && phase.type === 'Join' ? randomSecret(32) : undefined
    memory.change({ ceremony: { id, recipient, dealt: undefined, polynomial: undefined, received: [] } })
    log.info('ceremony joined', { ceremony: id, kind: kind.type, receives, block: view.block.number })
  }

  /** A dealing from the topic, which the chain has checked but for what is sealed to this gatekeeper. */
  async receive(ceremony: Ceremony | undefined, sender: Sender, dealt: Dealt): Promise<void> {
    const { memory, genesis, log } = this.#parts
    const record = memory.content.ceremony
    if (ceremony === undefined || ceremony.id !== dealt.ceremony || record?.id !== ceremony.id) return
    const receiver = this.#own(ceremony.receivers)
    const dealer = ceremony.dealers.find(({ index }) => index === dealt.dealer)
    if (receiver === undefined || dealer === undefined || !isFrom(dealer, ceremony, sender)) return
    if (record.received.some((known) => known.dealer === dealer.index)) return
    const { recipient } = record
    const opened = recipient
      ? await openDealing({ genesis, recipient, ceremony, dealer, receiver }, dealt)
      : ({ ok: false, reason: 'dealing.no-recipient' } as const)
    const fields = { ceremony: ceremony.id, dealer: dealer.index }
    if (!opened.ok) log.warn('a dealt share is of no use', { ...fields, code: opened.reason })
    const share = opened.ok ? opened.share : undefined
    memory.change({ ceremony: { ...record, received: [...record.received, { dealer: dealer.index, share }] } })
  }

  /** Says what the phase waits for, if the chain does not have it yet. */
  async speak(view: ProvenView, ceremony: Ceremony, group: Group | undefined): Promise<void> {
    const record = this.#parts.memory.content.ceremony
    if (record?.id !== ceremony.id) return
    const { type: phase } = ceremony.phase
    switch (phase) {
      case 'Join':
        return this.#join(view, ceremony, record)
      case 'Deal':
        return this.#deal(view, ceremony, record, group)
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
    ceremony.recipient?.wipe()
    ceremony.polynomial?.wipe()
    for (const { share } of ceremony.received) share?.wipe()
    submissions.forget('ceremony/')
  }

  async #join(view: ProvenView, { id, receivers }: Ceremony, { recipient }: StoredCeremony): Promise<void> {
    const receiver = this.#own(receivers)
    if (receiver === undefined || recipient === undefined) return
    const [said] = await view.read(at(storage.recipients, receiver.index))
    if (said !== undefined) return
    this.#submit(view, `${id}/join`, () => {
      const { publicKey } = generateAgreementKey(recipient)
      const joining: Joining = { ceremony: id, receiver: receiver.index, recipient: publicKey }
      return calls.join.encode({ joining, signature: this.#sign(joiningBytes(this.#parts.genesis, joining)) })
    })
  }

  async #deal(view: ProvenView, ceremony: Ceremony, record: StoredCeremony, group: Group | undefined): Promise<void> {
    const dealer = this.#own(ceremony.dealers)
    if (dealer === undefined) return
    const [published] = await view.read(at(storage.dealings, dealer.index))
    // Also where a file of before was put back: what was dealt then counts, and there is no other.
    if (published !== undefined) return
    const dealt = record.dealt ?? (await this.#makeDealing(view, ceremony, dealer, group))
    if (dealt === undefined) return
    this.#submit(view, `${ceremony.id}/deal`, () =>
      calls.deal.encode({ dealt, signature: this.#sign(dealingBytes(this.#parts.genesis, dealt)) }),
    )
  }

  /** What is dealt is sealed when this resolves. */
  async #makeDealing(
    view: ProvenView,
    ceremony: Ceremony,
    dealer: Party,
    group: Group | undefined,
  ): Promise<Dealt | undefined> {
    const { genesis, memory, log } = this.#parts
    let secret: Secret | undefined
    if (ceremony.kind.type !== 'NewRoot') {
      const found = group && this.#vault.find(group)
      if (!found?.ok) {
        log.error('no share to deal', { ceremony: ceremony.id, code: found?.reason ?? 'gatekeeper.not-a-member' })
        return undefined
      }
      secret = found.held.share
    }
    const recipients = await view.read<(Uint8Array | undefined)[]>(
      ...ceremony.receivers.map(({ index }) => at(storage.recipients, index)),
    )
    const made = await makeDealing({
      genesis,
      ceremony,
      dealer,
      secret,
      recipients,
      shareFor: this.#shareFor,
      random,
    })
    const record = memory.content.ceremony
    if (record?.id !== ceremony.id) return undefined
    memory.change({ ceremony: { ...record, ...made } })
    return made.dealt
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

/** Custodians deal in their accounts' names, and in a recovery only. */
function isFrom({ identity }: Party, { kind }: Ceremony, sender: Sender): boolean {
  const expected = kind.type === 'Recover' ? 'Account' : 'Worker'
  return sender.type === expected && equalBytes(sender.value, identity)
}
