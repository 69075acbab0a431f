/** For tests: people who hold recovery shares beside a network of gatekeepers, and gatekeepers that lose everything. */
import { equalBytes } from '@pha/core/codec'
import { generateAgreementKey, type Keypair, Secret } from '@pha/core/crypto'
import type { ComplaintAnswer, Dealt } from '@pha/core/protocol'
import { interpolateShares } from '@pha/core/threshold'
import type { Transaction } from '../../chain/test-chain.ts'
import { PHA } from '../balances/schema.ts'
import { user } from '../contracts/test-network.ts'
import { GATEKEEPER_BUILD, testEnclave, testKeypair } from '../registry/test-enclave.ts'
import type { Custodians, Escrow } from './custody-schema.ts'
import { gatekeepers } from './schema.ts'
import { GatekeeperNetwork, type GatekeeperNetworkOptions } from './test-gatekeepers.ts'

/** A person with an account, and the key that its shares are sealed to. */
export interface TestCustodian {
  readonly account: Keypair
  readonly recipient: Uint8Array
}

export function testCustodian(name: string): TestCustodian {
  const account = testKeypair('sr25519', name)
  return { account, recipient: generateAgreementKey(Secret.from(account.accountId)).publicKey }
}

/**
 * @example
 * const network = new CustodianNetwork()
 * network.entrust(2)
 * network.loseGatekeepers()
 * network.recover(network.people.slice(1))
 */
export class CustodianNetwork extends GatekeeperNetwork {
  readonly people: readonly TestCustodian[] = ['ann', 'ben', 'cleo'].map(testCustodian)
  #lost = 0

  constructor(options: GatekeeperNetworkOptions = {}) {
    super(options)
    for (const { account } of this.people) this.chain.fund(user, account.accountId, 10n * PHA)
    this.conclude()
  }

  /** Makes empty blocks; enclaves renew what they registered before it ends. */
  wait(blocks: number): void {
    for (let left = blocks; left > 0; left -= 100) {
      this.pass(Math.min(left, 100))
      this.register(...this.gatekeepers)
    }
  }

  get escrow(): Escrow {
    const escrow = this.chain.read(gatekeepers.storage.escrow)
    if (escrow === undefined) throw new Error('there is no escrow')
    return escrow
  }

  static custodians(people: readonly TestCustodian[], threshold: number): Custodians {
    return { people: people.map(({ account, recipient }) => ({ account: account.accountId, recipient })), threshold }
  }

  /** @returns `ok`, or the name of the error */
  setCustodians(people: readonly TestCustodian[], threshold: number): string {
    const custodians = CustodianNetwork.custodians(people, threshold)
    return this.govern(gatekeepers.calls.setCustodians.encode({ custodians }))
  }

  /** Governance trusts all of these, and gatekeepers deal to them. */
  entrust(threshold: number, people = this.people): Escrow {
    const outcome = this.setCustodians(people, threshold)
    if (outcome !== 'ok') throw new Error(outcome)
    this.begin()
    this.deal()
    return this.escrow
  }

  /** A person's share, as it opens it from the dealings. */
  shareOf({ account }: TestCustodian, { group }: Escrow = this.escrow): Secret {
    const member = group.members.find(({ identity }) => equalBytes(identity, account.accountId))
    if (member === undefined) throw new Error('not a custodian')
    const dealt = (index: number) => ({ index, share: this.dealtTo(group.ceremony, index, member.index) })
    return interpolateShares(group.dealers.map(dealt))
  }

  checksEscrow(
    { account }: TestCustodian,
    complaints: readonly number[] = [],
    escrow = this.escrow.group.ceremony,
  ): Transaction {
    return [account, gatekeepers.calls.checkEscrow.encode({ escrow, complaints: [...complaints] })]
  }

  /** Every enclave is gone with its disk; the same operators register new ones. */
  loseGatekeepers(): void {
    for (const enclave of this.gatekeepers) this.deregister(enclave)
    this.#lost++
    this.gatekeepers = this.gatekeepers.map(({ operator }, i) => {
      return { ...testEnclave(`gatekeeper ${i + 1}, ${this.#lost} times lost`, GATEKEEPER_BUILD), operator }
    })
    this.register(...this.gatekeepers)
  }

  wantsRecovery(wanted = true): string {
    return this.govern(gatekeepers.calls.recover.encode({ wanted }))
  }

  /** A person's dealing of its recovery share; `changes` makes it another. */
  personDealt(person: TestCustodian, changes: Partial<Dealt['dealing']> = {}): Dealt {
    return this.dealtWith(this.shareOf(person), this.#dealer(person), changes)
  }

  personDeals(person: TestCustodian, dealt = this.personDealt(person), by = person): Transaction {
    return [by.account, gatekeepers.calls.dealAsCustodian.encode({ dealt })]
  }

  /** To accusers by identity: their enclaves may be lost by now. */
  personAnswers(person: TestCustodian, accusers: readonly Uint8Array[], lie?: Uint8Array): Transaction {
    const { id, receivers } = this.ceremony
    const dealer = this.#dealer(person)
    const shares = receivers
      .filter(({ identity }) => accusers.some((one) => equalBytes(one, identity)))
      .map(({ index }) => ({ receiver: index, share: lie ?? this.dealtTo(id, dealer, index).expose() }))
    const answer: ComplaintAnswer = { ceremony: id, dealer, shares }
    return [person.account, gatekeepers.calls.answerAsCustodian.encode({ answer })]
  }

  /** These people deal, the new gatekeepers check, and are in office. */
  recover(people: readonly TestCustodian[]): void {
    const outcome = this.wantsRecovery()
    if (outcome !== 'ok') throw new Error(outcome)
    this.begin()
    this.network.succeed(...people.map((person) => this.personDeals(person)))
    this.check()
    this.takeShares()
  }

  #dealer({ account }: TestCustodian): number {
    const index = this.ceremony.dealers.find(({ identity }) => equalBytes(identity, account.accountId))?.index
    if (index === undefined) throw new Error('not a dealer')
    return index
  }
}
