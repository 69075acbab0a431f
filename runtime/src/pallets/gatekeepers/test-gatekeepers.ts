/** For tests: a chain with gatekeepers that deal, check and answer with real polynomials, and the domain's verbs. */
import { equalBytes } from '@pha/core/codec'
import { blake2b256, type Keypair, type RandomBytes, type Secret } from '@pha/core/crypto'
import {
  type BeaconPartial,
  beaconInput,
  beaconPartialBytes,
  type ComplaintAnswer,
  complaintAnswerBytes,
  contractKeyInput,
  type Dealt,
  dealingBytes,
  dealingContext,
  type Joining,
  joiningBytes,
  limits,
  type PartialKey,
  type Party,
  partialCommitment,
  releaseBytes,
  releaseReportBytes,
  type ShareCheck,
  type SignedRelease,
  shareCheckBytes,
} from '@pha/core/protocol'
import { deal, evaluatePartial, interpolateShares, publicShareOf, shareFor, sumShares } from '@pha/core/threshold'
import type { MemoryHost } from '../../chain/memory-host.ts'
import type { Transaction } from '../../chain/test-chain.ts'
import { TestNetwork } from '../contracts/test-network.ts'
import { registry } from '../registry/schema.ts'
import { GATEKEEPER_BUILD, type TestEnclave, testEnclave, testKeypair } from '../registry/test-enclave.ts'
import { RuntimeCall } from '../schemas.ts'
import { sudo } from '../sudo/schema.ts'
import type { Ceremony, Group, Target } from './group-schema.ts'
import { gatekeepers } from './schema.ts'

export interface GatekeeperNetworkOptions {
  /** Enclaves with an operator that governance admitted and that bonded; 5 by default. */
  readonly gatekeepers?: number
  readonly workers?: number
  /** Holds the key of governance. */
  readonly governor?: Keypair
  readonly host?: MemoryHost
  /** 3 of 5 by default, without refresh. */
  readonly target?: Partial<Target> | 'none'
}

/** A signed release and what it committed to. */
export interface Released {
  readonly signed: SignedRelease
  readonly partial: PartialKey
}

/**
 * @example
 * const network = new GatekeeperNetwork()
 * network.conclude()
 * equal(network.group.members.length, 5)
 */
export class GatekeeperNetwork {
  readonly network: TestNetwork
  gatekeepers: readonly TestEnclave[]
  /** Polynomials by ceremony and dealer. */
  readonly #polynomials = new Map<string, Secret>()
  /** Shares by sharing of a root and index. */
  readonly #shares = new Map<string, Secret>()
  readonly #governor: Keypair
  #drawn = 0

  constructor(options: GatekeeperNetworkOptions = {}) {
    const { gatekeepers: count = 5, workers = 4, target = {}, host } = options
    this.#governor = options.governor ?? testKeypair('sr25519', 'governor')
    this.gatekeepers = Array.from({ length: count }, (_, i) => testEnclave(`gatekeeper ${i + 1}`, GATEKEEPER_BUILD))
    const operators = this.gatekeepers.map(({ operator }) => operator)
    this.network = new TestNetwork({
      workers,
      chain: {
        ...(host && { host }),
        endowed: [...operators, this.#governor],
        sudo: { key: this.#governor.accountId },
        gatekeepers: {
          target: target === 'none' ? undefined : { members: 5, threshold: 3, refreshBlocks: 0, ...target },
          operators: operators.map(({ accountId }) => accountId),
        },
      },
    })
    for (let i = 0; i < count; i += 5) this.register(...this.gatekeepers.slice(i, i + 5))
  }

  /** A network whose key one gatekeeper holds alone: a ceremony as any other, and three blocks long. */
  static ofOne(options: Omit<GatekeeperNetworkOptions, 'target'> = {}): GatekeeperNetwork {
    const network = new GatekeeperNetwork({ gatekeepers: 1, ...options, target: { members: 1, threshold: 1 } })
    network.conclude()
    return network
  }

  get chain(): TestNetwork['chain'] {
    return this.network.chain
  }

  get number(): number {
    return this.chain.number
  }

  /** Registers enclaves, or renews what they registered. */
  register(...enclaves: readonly TestEnclave[]): void {
    this.network.succeed(...enclaves.map((enclave) => this.network.registers(enclave)))
  }

  deregister({ operator, identity }: TestEnclave): void {
    this.network.succeed([operator, registry.calls.deregister.encode({ identity: identity.publicKey })])
  }

  /** Makes empty blocks. */
  pass(blocks = 1): void {
    for (let i = 0; i < blocks; i++) this.chain.block()
  }

  /** Makes empty blocks until governance's wish is looked at. */
  review(): void {
    do this.pass()
    while (this.number % gatekeepers.constants.reviewBlocks.value !== 0)
  }

  /** @returns `ok`, or the name of the error of the call */
  govern(call: Uint8Array): string {
    const [outcome] = this.chain.block([this.#governor, sudo.calls.sudo.encode({ call: RuntimeCall.decode(call) })])
    if (outcome !== 'ok') return outcome ?? 'not in the block'
    const [event] = this.chain.events('Sudo', 'Sudid') as [{ sudoResult: { ok: boolean; error?: unknown } }]
    if (event.sudoResult.ok) return 'ok'
    const { type, value } = event.sudoResult.error as { type: string; value?: { error: Uint8Array } }
    return Object.values(gatekeepers.errors).find(({ index }) => index === value?.error[0])?.name ?? type
  }

  get ceremony(): Ceremony {
    return known(this.chain.read(gatekeepers.storage.ceremony))
  }

  get phase(): string | undefined {
    return this.chain.read(gatekeepers.storage.ceremony)?.phase.type
  }

  get group(): Group {
    return known(this.chain.read(gatekeepers.storage.group))
  }

  /** Puts everyone into office without a ceremony, with shares of one polynomial. */
  install(threshold: number): Group {
    const context = new Uint8Array()
    const { polynomial, commitments } = deal({ threshold, dealer: 1, context, random: this.random })
    const members = this.gatekeepers.map(({ identity }, i) => {
      const share = shareFor(polynomial, i + 1)
      this.#shares.set(`1/1/${i + 1}`, share)
      return { index: i + 1, identity: identity.publicKey, publicShare: publicShareOf(share) }
    })
    const [publicKey] = commitments
    const sharing = { root: 1, sharing: 1, since: this.number, ceremony: 0, dealers: [] }
    const group = { threshold, publicKey: known(publicKey), members, ...sharing }
    this.chain.host.set(gatekeepers.storage.group.key(), gatekeepers.storage.group.type.encode(group))
    return group
  }

  enclaveOf({ identity }: { readonly identity: Uint8Array }): TestEnclave {
    return known(this.gatekeepers.find((one) => equalBytes(one.identity.publicKey, identity)))
  }

  get dealers(): TestEnclave[] {
    return this.ceremony.dealers.map((party) => this.enclaveOf(party))
  }

  get receivers(): TestEnclave[] {
    return this.ceremony.receivers.map((party) => this.enclaveOf(party))
  }

  joins(receiver: TestEnclave, changes: Partial<Joining> = {}, signer = receiver): Transaction {
    const { id, receivers } = this.ceremony
    const joining = {
      ceremony: id,
      receiver: indexOf(receivers, receiver),
      recipient: this.random(1_216),
      ...changes,
    }
    const signature = signer.identity.sign(joiningBytes(this.chain.genesis, joining))
    return [receiver.operator, gatekeepers.calls.join.encode({ joining, signature })]
  }

  /** A real dealing; `changes` makes it another. */
  dealt(dealer: TestEnclave, changes: Partial<Dealt['dealing']> = {}): Dealt {
    const { kind, dealers } = this.ceremony
    const index = indexOf(dealers, dealer)
    return this.dealtWith(kind.type === 'NewRoot' ? undefined : this.shareInOffice(index), index, changes)
  }

  /** A real dealing of a share, by whoever has it. */
  dealtWith(secret: Secret | undefined, index: number, changes: Partial<Dealt['dealing']> = {}): Dealt {
    const { id, threshold, receivers } = this.ceremony
    const { polynomial, commitments, proof } = deal({
      ...(secret && { secret }),
      threshold,
      dealer: index,
      context: dealingContext(this.chain.genesis, id),
      random: this.random,
    })
    this.#polynomials.set(`${id}/${index}`, polynomial)
    const sealed = receivers.map(() => new Uint8Array(limits.dealtShare))
    return { ceremony: id, dealer: index, dealing: { commitments: [...commitments], proof, sealed, ...changes } }
  }

  /** What a dealer dealt to a receiver. */
  dealtTo(ceremony: number, dealer: number, receiver: number): Secret {
    return shareFor(known(this.#polynomials.get(`${ceremony}/${dealer}`)), receiver)
  }

  deals(dealer: TestEnclave, dealt = this.dealt(dealer), signer = dealer): Transaction {
    const signature = signer.identity.sign(dealingBytes(this.chain.genesis, dealt))
    return [dealer.operator, gatekeepers.calls.deal.encode({ dealt, signature })]
  }

  checks(
    receiver: TestEnclave,
    complaints: readonly TestEnclave[] = [],
    changes: Partial<ShareCheck> = {},
  ): Transaction {
    const { id, dealers, receivers } = this.ceremony
    const accused = complaints.map((dealer) => indexOf(dealers, dealer)).sort((left, right) => left - right)
    const check = { ceremony: id, receiver: indexOf(receivers, receiver), complaints: accused, ...changes }
    const signature = receiver.identity.sign(shareCheckBytes(this.chain.genesis, check))
    return [receiver.operator, gatekeepers.calls.check.encode({ check, signature })]
  }

  /** Reveals the right shares, unless `changes` says otherwise. */
  answers(dealer: TestEnclave, accusers: readonly TestEnclave[], changes: Partial<ComplaintAnswer> = {}): Transaction {
    const { id, dealers, receivers } = this.ceremony
    const index = indexOf(dealers, dealer)
    const polynomial = known(this.#polynomials.get(`${id}/${index}`))
    const shares = accusers
      .map((accuser) => indexOf(receivers, accuser))
      .sort((left, right) => left - right)
      .map((receiver) => ({ receiver, share: shareFor(polynomial, receiver).expose() }))
    const answer = { ceremony: id, dealer: index, shares, ...changes }
    const signature = dealer.identity.sign(complaintAnswerBytes(this.chain.genesis, answer))
    return [dealer.operator, gatekeepers.calls.answer.encode({ answer, signature })]
  }

  /** All of these join, and the phase ends. */
  join(receivers: readonly TestEnclave[] = this.receivers): void {
    const begun = this.ceremony
    for (let i = 0; i < receivers.length; i += 10) {
      this.network.succeed(...receivers.slice(i, i + 10).map((receiver) => this.joins(receiver)))
    }
    this.#untilOver(begun)
  }

  /** The ceremony that is about to begin, joined by all. */
  begin(): void {
    while (this.phase === undefined) this.pass()
    if (this.phase === 'Join') this.join()
  }

  /** All of these deal, and the phase ends. */
  deal(dealers: readonly TestEnclave[] = this.dealers): void {
    const begun = this.ceremony
    for (let i = 0; i < dealers.length; i += 10) {
      this.network.succeed(...dealers.slice(i, i + 10).map((dealer) => this.deals(dealer)))
    }
    this.#untilOver(begun)
  }

  /** All of these hold good shares, and the phase ends. */
  check(receivers: readonly TestEnclave[] = this.receivers): void {
    const begun = this.ceremony
    this.network.succeed(...receivers.map((receiver) => this.checks(receiver)))
    this.#untilOver(begun)
  }

  /** The ceremony that goes on, or the one that is about to begin, with everyone honest; who gets shares keeps them. */
  conclude(): void {
    this.begin()
    this.deal()
    this.check()
    this.takeShares()
  }

  /** Everyone in office computes its share as its enclave does, which must be the one that the chain shows. */
  takeShares(): void {
    const { root, sharing, ceremony, dealers, members } = this.group
    for (const { index, publicShare } of members) {
      const dealt = dealers.map((dealer) => ({
        index: dealer,
        share: this.dealtTo(ceremony, dealer, index),
      }))
      const share = sharing === 1 ? sumShares(dealt.map((one) => one.share)) : interpolateShares(dealt)
      if (!equalBytes(publicShareOf(share), publicShare)) throw new Error('the chain shows another public share')
      this.#shares.set(`${root}/${sharing}/${index}`, share)
    }
  }

  beaconPartial(member: TestEnclave, changes: Partial<BeaconPartial> = {}): BeaconPartial {
    const { root, sharing, members } = this.group
    const { index, publicShare } = known(
      members.find(({ identity }) => equalBytes(identity, member.identity.publicKey)),
    )
    // Of the block that it will be in.
    const round = Math.floor((this.number + 1) / gatekeepers.constants.beaconBlocks.value)
    const input = beaconInput(this.chain.genesis, root, changes.round ?? round)
    const partial = evaluatePartial(this.shareInOffice(index), publicShare, input, this.random)
    return { root, sharing, round, index, ...partial, ...changes }
  }

  /** A release to a replica, with what is inside; the envelope is not opened by the chain. */
  released(member: TestEnclave, worker: Uint8Array, changes: Partial<PartialKey> = {}): Released {
    const { root, sharing, members } = this.group
    const { index, publicShare } = known(
      members.find(({ identity }) => equalBytes(identity, member.identity.publicKey)),
    )
    const { genesis } = this.chain
    const { contract } = this.network
    const name = { worker, contract, root, epoch: 0 }
    const input = contractKeyInput(genesis, contract, root, 0)
    const evaluated = evaluatePartial(this.shareInOffice(index), publicShare, input, this.random)
    const partial = { index, ...evaluated, salt: this.random(32), ...changes }
    const commitment = partialCommitment(genesis, partial)
    const recipient = new Uint8Array(32)
    const release = { ...name, sharing, index, recipient, commitment, sealed: new Uint8Array(400) }
    return { signed: { release, signature: member.identity.sign(releaseBytes(genesis, release)) }, partial }
  }

  /** A replica says that it can do nothing with a release. */
  reports(replica: TestEnclave, { signed }: Released, signer = replica): Transaction {
    const signature = signer.identity.sign(releaseReportBytes(this.chain.genesis, signed.release))
    return [replica.operator, gatekeepers.calls.reportRelease.encode({ signed, signature })]
  }

  givesPartial(member: TestEnclave, partial = this.beaconPartial(member)): Transaction {
    const signature = member.identity.sign(beaconPartialBytes(this.chain.genesis, partial))
    return [member.operator, gatekeepers.calls.giveBeaconPartial.encode({ partial, signature })]
  }

  /** Names of those that events of this kind name in the newest block. */
  named(event: 'Silent' | 'Disqualified'): TestEnclave[] {
    return (this.chain.events('Gatekeepers', event) as Party[]).map((party) => this.enclaveOf(party))
  }

  /** Different bytes each time, the same in each run. */
  readonly random: RandomBytes = (length) => {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += 32) {
      bytes.set(blake2b256(new TextEncoder().encode(`drawn ${this.#drawn++}`)).subarray(0, length - at), at)
    }
    return bytes
  }

  /** The share of a member of the group, which its enclave has. */
  shareInOffice(index: number): Secret {
    const { root, sharing } = this.group
    return known(this.#shares.get(`${root}/${sharing}/${index}`))
  }

  #untilOver({ id, phase }: Ceremony): void {
    const goesOn = (): boolean => {
      const now = this.chain.read(gatekeepers.storage.ceremony)
      return now?.id === id && now.phase.type === phase.type
    }
    while (goesOn()) this.pass()
  }
}

function indexOf(parties: readonly Party[], { identity }: TestEnclave): number {
  return known(parties.find((party) => equalBytes(party.identity, identity.publicKey))).index
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not on this chain')
  return value
}
