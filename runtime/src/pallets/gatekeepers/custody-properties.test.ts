/** Random courses of escrows, losses and recoveries: no root ever changes, and who should have it together has it. */
import { deepEqual, notDeepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { equalBytes } from '@pha/core/codec'
import type { Dealt, Party } from '@pha/core/protocol'
import { interpolateShares, publicShareOf } from '@pha/core/threshold'
import fc from 'fast-check'
import type { Transaction } from '../../chain/test-chain.ts'
import type { Escrow } from './custody-schema.ts'
import type { Ceremony } from './group-schema.ts'
import { gatekeepers } from './schema.ts'
import { CustodianNetwork, type TestCustodian } from './test-custodians.ts'

const ACTS = ['set', 'check', 'recover', 'deal', 'answer', 'lose', 'rotate'] as const
type Act = (typeof ACTS)[number] | 'go-on'

interface Turn {
  readonly act: Act
  /** Which of the people. */
  readonly who: number
  /** Whatever else has to be chosen. */
  readonly choice: number
}

/** Ceremonies go on more often than anything else happens, or none would ever end. */
const anyAct = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Act>(...ACTS) },
  { weight: 3, arbitrary: fc.constant<Act>('go-on') },
)
const anyTurns = fc.array(fc.record({ act: anyAct, who: fc.nat(2), choice: fc.nat(23) }), {
  minLength: 10,
  maxLength: 40,
})

const turns = (acts: readonly Act[], choice = 0): Turn[] => acts.map((act) => ({ act, who: 0, choice }))
/** All is lost, people deal, and one of them is accused. By `choice` it tells the truth (0), lies (2), or is silent (4). */
const disaster = (choice: number): Turn[] =>
  turns(['lose', 'recover', ...Array.from({ length: 9 }, () => 'go-on' as const)], choice)
/** Whoever is accused answers enclaves that are lost by then. */
const lostAccusers = turns(['recover', 'go-on', 'go-on', 'go-on', 'go-on', 'lose', 'answer'])
/** Every call refused, and accepted where a disaster does not make it. */
const refusals: Turn[] = [
  ...turns(['deal', 'answer', 'check', 'check']),
  ...turns(['set'], 2),
  ...turns(['set'], 7),
  ...turns(['recover', 'recover']),
]

const { phaseBlocks } = gatekeepers.constants
const { storage, calls } = gatekeepers
const NOTHING: Dealt['dealing'] = { commitments: [new Uint8Array(32)], proof: new Uint8Array(64), sealed: [] }

class Course {
  readonly network = new CustodianNetwork({ gatekeepers: 3, target: { members: 3, threshold: 2 } })
  readonly #outcomes: Map<Act, Set<string>>
  readonly #roots = new Map<number, Uint8Array>()
  #taken = 0
  #isRecovering = false
  recovered = 0

  constructor(outcomes: Map<Act, Set<string>>) {
    this.#outcomes = outcomes
    this.network.entrust(2)
  }

  turn({ act, who, choice }: Turn): void {
    const { network } = this
    const person = network.people[who] as TestCustodian
    switch (act) {
      case 'set':
        return this.#note(act, network.setCustodians(chosen(network.people, choice), choice % 4))
      case 'check':
        return this.#send(
          act,
          network.checksEscrow(person, choice % 2 === 0 ? [] : [choice % 5], this.#escrow?.group.ceremony ?? 0),
        )
      case 'recover':
        return this.#note(act, network.wantsRecovery(choice % 6 !== 5))
      case 'deal':
        return this.#send(act, network.personDeals(person, this.#dealtBy(person, choice)))
      case 'answer':
        return this.#answer(person, choice)
      case 'lose':
        return network.loseGatekeepers()
      case 'rotate':
        return void network.govern(calls.rotateRoot.encode({}))
      case 'go-on':
        return this.#goOn(choice)
      default:
        return act satisfies never
    }
  }

  /** What has to be so after every turn. */
  check(): void {
    const { network } = this
    deepEqual(network.chain.broken(), [])
    const isRecovering = network.chain.read(storage.recovering)
    if (network.group.ceremony !== this.#taken) {
      if (this.#isRecovering && !isRecovering) this.recovered++
      // Throws if what members compute of their parts is not what the chain shows.
      network.takeShares()
      this.#taken = network.group.ceremony
    }
    this.#isRecovering = isRecovering
    for (const { root, publicKey } of [network.group, this.#escrow?.group ?? network.group]) {
      deepEqual(publicKey, this.#roots.get(root) ?? publicKey)
      this.#roots.set(root, publicKey)
    }
    if (this.#escrow === undefined) return
    const { publicKey, threshold } = this.#escrow.group
    deepEqual(this.#rootOf(this.#escrow, threshold), publicKey)
    notDeepEqual(this.#rootOf(this.#escrow, threshold - 1), publicKey)
  }

  get #escrow(): Escrow | undefined {
    return this.network.chain.read(storage.escrow)
  }

  get #ceremony(): Ceremony | undefined {
    return this.network.chain.read(storage.ceremony)
  }

  /** The public key that the shares of the first so many custodians give together. */
  #rootOf(escrow: Escrow, count: number): Uint8Array {
    const shares = escrow.group.members.slice(0, count).map(({ identity, index }) => {
      const person = this.network.people.find(({ account }) => equalBytes(account.accountId, identity))
      if (person === undefined) throw new Error('a custodian whom nobody named')
      return { index, share: this.network.shareOf(person, escrow) }
    })
    return publicShareOf(interpolateShares(shares))
  }

  /** A person's own dealing while one is asked for, sometimes without proof; else one that nobody asked for. */
  #dealtBy(person: TestCustodian, choice: number): Dealt {
    const { id = 0, kind, phase } = this.#ceremony ?? {}
    const dealer = this.#ceremony?.dealers.find(({ identity }) => equalBytes(identity, person.account.accountId))
    const isAsked =
      kind?.type === 'Recover' && phase?.type === 'Deal' && dealer !== undefined && !this.#hasDealt(dealer)
    if (!isAsked) return { ceremony: id, dealer: choice % 4, dealing: NOTHING }
    return this.network.personDealt(person, choice % 4 === 0 ? { proof: NOTHING.proof } : {})
  }

  #hasDealt = ({ index }: Party): boolean => this.network.chain.read(storage.dealings, index) !== undefined

  /** The truth, a lie, or an answer to nothing. */
  #answer(person: TestCustodian, choice: number): void {
    const { id = 0, kind, dealers = [], receivers = [] } = this.#ceremony ?? {}
    const dealer = dealers.find(({ identity }) => equalBytes(identity, person.account.accountId))
    const accusers = receivers.filter(({ index }) =>
      this.network.chain.read(storage.checks, index)?.includes(dealer?.index ?? 0),
    )
    if (kind?.type === 'Recover' && accusers.length > 0) {
      const lie = choice % 3 === 0 ? undefined : new Uint8Array(32).fill(1)
      return this.#send(
        'answer',
        this.network.personAnswers(
          person,
          accusers.map(({ identity }) => identity),
          lie,
        ),
      )
    }
    const answer = { ceremony: id, dealer: choice % 4, shares: [] }
    return this.#send('answer', [person.account, calls.answerAsCustodian.encode({ answer })])
  }

  /** What the ceremony that goes on waits for, while all who have to speak are there; else the phase is waited out. */
  #goOn(choice: number): void {
    const { network } = this
    const ceremony = this.#ceremony
    if (ceremony === undefined) return network.review()
    const isThere = ({ identity }: Party): boolean =>
      network.gatekeepers.some((one) => equalBytes(one.identity.publicKey, identity))
    const { kind, phase, dealers, receivers } = ceremony
    // An escrow is received by people; in a recovery they deal.
    const enclaves = [...(kind.type === 'Recover' ? [] : dealers), ...(kind.type === 'Escrow' ? [] : receivers)]
    if (!enclaves.every(isThere)) return network.pass(phaseBlocks.value + 1)
    switch (phase.type) {
      case 'Join':
        return network.join()
      case 'Deal':
        return kind.type === 'Recover' ? this.#peopleDeal() : network.deal()
      case 'Check':
        return kind.type === 'Recover' && choice % 2 === 0
          ? this.#accuse(dealers.find(this.#hasDealt))
          : network.check()
      case 'Answer':
        return this.#accusedAnswers(dealers.find(this.#hasDealt), choice)
      default:
        return phase satisfies never
    }
  }

  /** More than have to. */
  #peopleDeal(): void {
    for (const person of this.network.people) {
      this.#send('deal', this.network.personDeals(person, this.#dealtBy(person, 1)))
    }
  }

  /** The first receiver says that its share of this dealer is wrong, which it is not. */
  #accuse(dealer: Party | undefined): void {
    const { network } = this
    const complaints = dealer === undefined ? [] : [dealer.index]
    const [liar, ...others] = network.receivers.map((one, i) => network.checks(one, [], i === 0 ? { complaints } : {}))
    if (liar !== undefined) network.network.succeed(liar, ...others)
  }

  #accusedAnswers(accused: Party | undefined, choice: number): void {
    const person = this.network.people.find(({ account }) => accused && equalBytes(account.accountId, accused.identity))
    if (person === undefined || choice % 3 === 1) return this.network.pass(phaseBlocks.value + 1)
    return this.#answer(person, choice)
  }

  #send(act: Act, transaction: Transaction): void {
    this.#note(act, this.network.chain.block(transaction)[0] ?? 'not in the block')
  }

  #note(act: Act, outcome: string): void {
    this.#outcomes.set(act, (this.#outcomes.get(act) ?? new Set()).add(outcome))
  }
}

const chosen = <T>(all: readonly T[], bits: number): T[] => all.filter((_, i) => ((bits >> i) & 1) === 1)

describe('whatever governance, custodians and gatekeepers do', () => {
  const outcomes = new Map<Act, Set<string>>()
  let recovered = 0

  it('keeps every root as it is, with as many custodians as are needed and no fewer', () => {
    fc.assert(
      fc.property(anyTurns, (turns) => {
        const course = new Course(outcomes)
        course.check()
        for (const turn of turns) {
          course.turn(turn)
          course.check()
        }
        recovered += course.recovered
      }),
      { numRuns: 27, examples: [[refusals], [lostAccusers], [disaster(0)], [disaster(2)], [disaster(4)]] },
    )
  })

  it('was tried with every call, accepted and refused, and to the end of recoveries', () => {
    for (const act of ['set', 'check', 'recover', 'deal', 'answer'] as const) {
      const found = [...(outcomes.get(act) ?? [])]
      ok(found.includes('ok') && found.length > 1, `${act}: ${found.join(', ')}`)
    }
    ok(recovered > 0)
  })
})
