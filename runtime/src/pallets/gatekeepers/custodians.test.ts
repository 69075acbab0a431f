import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { equalBytes } from '@pha/core/codec'
import { checkChain, GatekeepersMessage, messageArchiveKey, TopicMessage, topics } from '@pha/core/protocol'
import { interpolateShares, publicShareOf } from '@pha/core/threshold'
import type { Transaction } from '../../chain/test-chain.ts'
import { user } from '../contracts/test-network.ts'
import type { TestEnclave } from '../registry/test-enclave.ts'
import type { Escrow } from './custody-schema.ts'
import { BlastQuestion, BlastRadius, type Broken } from './radius-schema.ts'
import { gatekeepers } from './schema.ts'
import { CustodianNetwork, type TestCustodian, testCustodian } from './test-custodians.ts'
import { GatekeeperNetwork } from './test-gatekeepers.ts'

type People = readonly [TestCustodian, TestCustodian, TestCustodian]
type Five = readonly [TestEnclave, TestEnclave, TestEnclave, TestEnclave, TestEnclave]

const { phaseBlocks, escrowAgainBlocks, recoveryBlocks, patienceBlocks } = gatekeepers.constants

function entrusted(threshold = 2) {
  const network = new CustodianNetwork()
  const escrow = network.entrust(threshold)
  return { network, escrow, people: network.people as People }
}

/** The public key that shares of these people would give together. */
function rootOf(network: CustodianNetwork, escrow: Escrow, people: readonly TestCustodian[]): Uint8Array {
  const shares = people.map((person) => {
    const { index = 0 } =
      escrow.group.members.find(({ identity }) => equalBytes(identity, person.account.accountId)) ?? {}
    return { index, share: network.shareOf(person, escrow) }
  })
  return publicShareOf(interpolateShares(shares))
}

/** All gatekeepers are lost, and a recovery has begun. */
function recovering(threshold = 2) {
  const made = entrusted(threshold)
  const { network } = made
  const lost = network.group
  network.loseGatekeepers()
  equal(network.wantsRecovery(), 'ok')
  network.begin()
  return { ...made, lost, gatekeepers: network.gatekeepers as Five }
}

const outcome = (network: CustodianNetwork, transaction: Transaction): string | undefined =>
  network.chain.block(transaction)[0]

describe('custodians', () => {
  it('are set by root, distinct, at least two of them needed, or none at all', () => {
    const network = new CustodianNetwork()
    const [ann, ben, cleo] = network.people as People
    for (const [people, threshold] of [
      [[ann, ben], 1],
      [[ann, ben], 3],
      [[ann, ann, ben], 2],
      [[ann], 1],
    ] as const) {
      equal(network.setCustodians(people, threshold), 'CustodiansInvalid')
    }
    const custodians = CustodianNetwork.custodians([ann, ben, cleo], 2)
    equal(network.network.try(user, gatekeepers.calls.setCustodians.encode({ custodians })), 'BadOrigin')
    equal(network.network.try(user, gatekeepers.calls.recover.encode({ wanted: true })), 'BadOrigin')
    equal(network.chain.read(gatekeepers.storage.custodians), undefined)
    equal(network.setCustodians([ann, ben, cleo], 2), 'ok')
    equal(network.setCustodians([], 0), 'ok')
    deepEqual(network.chain.read(gatekeepers.storage.custodians), undefined)
    network.review()
    equal(network.phase, undefined)
  })

  it('need gatekeepers that come from ceremonies', () => {
    const network = new GatekeeperNetwork({ target: 'none' })
    const custodians = CustodianNetwork.custodians(['ann', 'ben'].map(testCustodian), 2)
    equal(network.govern(gatekeepers.calls.setCustodians.encode({ custodians })), 'NoTarget')
  })
})

describe('an escrow', () => {
  it('is dealt by those in office; as many people as are needed have the root together, fewer do not', () => {
    const { network, escrow, people } = entrusted()
    const [ann, ben, cleo] = people
    const { group } = network
    deepEqual([escrow.group.root, escrow.group.threshold, escrow.group.publicKey], [1, 2, group.publicKey])
    for (const [i, person] of people.entries()) {
      deepEqual(publicShareOf(network.shareOf(person)), escrow.group.members[i]?.publicShare)
    }
    for (const two of [
      [ann, ben],
      [ben, cleo],
      [ann, cleo],
    ])
      deepEqual(rootOf(network, escrow, two), group.publicKey)
    notDeepEqual(rootOf(network, escrow, [ann]), group.publicKey)
    // The shares in office are what they were.
    deepEqual([group.sharing, network.phase], [1, undefined])
    deepEqual(network.chain.broken(), [])
  })

  it('names the messages that its dealings are in', () => {
    const { network, escrow } = entrusted()
    const messages: TopicMessage[] = []
    for (let sequence = escrow.from.sequence + 1n; sequence <= escrow.to.sequence; sequence++) {
      const archived = network.network.archived(messageArchiveKey(topics.gatekeepers, sequence))
      if (archived !== undefined) messages.push(TopicMessage.decode(archived))
    }
    deepEqual(checkChain(escrow.from, messages, escrow.to), { ok: true })
    const dealers = messages
      .map(({ payload }) => GatekeepersMessage.decode(payload))
      .map(({ type, value }) => {
        return type === 'Dealt' && value.ceremony === escrow.group.ceremony ? value.dealer : undefined
      })
    ok(escrow.group.dealers.every((dealer) => dealers.includes(dealer)))
  })

  it('takes shares in office and no others', () => {
    const network = new CustodianNetwork()
    network.setCustodians(network.people, 2)
    network.begin()
    const [first, second] = network.gatekeepers as Five
    const { index: other } = network.ceremony.dealers[1] ?? { index: 0 }
    const dealt = { ...network.dealt(second), dealer: other }
    const wrong = { ...dealt, dealer: network.ceremony.dealers[0]?.index ?? 0 }
    equal(outcome(network, network.deals(first, wrong)), 'Gatekeepers.BadDealing')
    const custodian = network.people[0] as TestCustodian
    const call = gatekeepers.calls.dealAsCustodian.encode({ dealt })
    equal(network.network.try(custodian.account, call), 'Gatekeepers.NotCustodian')
  })

  it('needs as many gatekeepers as release together, is tried again, and names who was silent', () => {
    const network = new CustodianNetwork()
    network.setCustodians(network.people, 2)
    network.begin()
    const begun = network.ceremony.id
    const [first, second, third, ...silent] = network.gatekeepers as Five
    network.network.succeed(network.deals(first), network.deals(second))
    network.pass(phaseBlocks.value + 1)
    ok(network.ceremony.id > begun)
    equal(network.ceremony.kind.type, 'Escrow')
    network.network.succeed(...[first, second, third].map((one) => network.deals(one)))
    network.pass(phaseBlocks.value + 1)
    equal(network.escrow.group.dealers.length, 3)
    equal(silent.length, 2)
    deepEqual(network.chain.broken(), [])
  })

  it('is begun anew for other custodians, whose shares are of no use with those of before', () => {
    const { network, escrow, people } = entrusted()
    const [ann, ben] = people
    network.entrust(2, [ben, ann])
    const next = network.escrow
    equal(next.group.sharing, 2)
    const mixed = [
      { index: 1, share: network.shareOf(ann, escrow) },
      { index: 2, share: network.shareOf(ann, next) },
    ]
    notDeepEqual(publicShareOf(interpolateShares(mixed)), network.group.publicKey)
  })

  it('stays when gatekeepers are shared anew, and is made anew for a new root', () => {
    const { network, escrow } = entrusted()
    network.deregister(network.gatekeepers[0] as TestEnclave)
    network.conclude()
    equal(network.group.sharing, 2)
    network.review()
    deepEqual(network.escrow, escrow)
    equal(network.phase, undefined)

    equal(network.govern(gatekeepers.calls.rotateRoot.encode({})), 'ok')
    network.conclude()
    network.begin()
    equal(network.ceremony.kind.type, 'Escrow')
    network.deal()
    deepEqual([network.escrow.group.root, network.escrow.group.publicKey], [2, network.group.publicKey])
  })

  it('is gone when governance wants no custodians; one that goes on ends', () => {
    const { network } = entrusted()
    network.setCustodians(network.people, 3)
    network.begin()
    equal(network.setCustodians([], 0), 'ok')
    equal(network.phase, undefined)
    equal(network.chain.read(gatekeepers.storage.escrow), undefined)
    equal(network.wantsRecovery(), 'NoEscrow')
  })
})

describe('a custodian', () => {
  it('says once that its share is good', () => {
    const { network, escrow, people } = entrusted()
    const [ann, ben] = people
    equal(outcome(network, network.checksEscrow(ann)), 'ok')
    equal(outcome(network, network.checksEscrow(ann)), 'Gatekeepers.AlreadySpoken')
    equal(outcome(network, network.checksEscrow(ben, [], escrow.group.ceremony + 1)), 'Gatekeepers.NoEscrow')
    equal(network.network.try(user, network.checksEscrow(ann)[1]), 'Gatekeepers.NotCustodian')
    deepEqual(network.escrow.checked, [1])
  })

  it('complains about dealers that dealt, and about no others', () => {
    const { network, people } = entrusted()
    const [ann] = people
    for (const complaints of [[9], [1, 1], [0]]) {
      equal(outcome(network, network.checksEscrow(ann, complaints)), 'Gatekeepers.BadComplaints')
    }
  })

  it('that complains gets another share, not at once, and not from the one it named', () => {
    const { network, escrow, people } = entrusted()
    const [ann, ben] = people
    const [accused = 0] = escrow.group.dealers
    equal(outcome(network, network.checksEscrow(ann, [accused])), 'ok')
    equal(outcome(network, network.checksEscrow(ben, [accused])), 'ok')
    deepEqual([network.escrow.disputed, network.escrow.doubted.length], [[1, 2], 1])
    network.review()
    equal(network.phase, undefined)
    network.wait(escrow.group.since + escrowAgainBlocks.value - network.number)
    network.begin()
    equal(network.ceremony.kind.type, 'Escrow')
    equal(
      network.ceremony.dealers.some(({ index }) => index === accused),
      false,
    )
    network.deal()
    deepEqual([network.escrow.group.sharing, network.escrow.disputed], [2, []])
    // Nobody is punished on the word of one person.
    equal(network.chain.read(gatekeepers.storage.excluded).length, 0)
  })

  it('that complains about all does not keep the others from having an escrow', () => {
    const { network, escrow, people } = entrusted()
    equal(
      outcome(
        network,
        network.checksEscrow(
          people[0],
          escrow.dealers.map(({ index }) => index),
        ),
      ),
      'ok',
    )
    network.wait(escrowAgainBlocks.value)
    network.begin()
    equal(network.ceremony.dealers.length, 5)
  })
})

describe('the blast radius of custodians', () => {
  const ask = (network: CustodianNetwork, broken: Broken): BlastRadius =>
    BlastRadius.decode(network.chain.call('KeysApi_blast_radius', BlastQuestion.encode({ broken, after: undefined })))

  it('is nothing for one person, who is told beside the shares of gatekeepers', () => {
    const { network, people } = entrusted()
    network.network.deploy()
    const one = ask(network, { type: 'Custodian', value: people[0].account.accountId })
    deepEqual([one.hasRoot, one.contracts], [false, []])
    deepEqual(
      one.shares.map(({ holders, held, threshold, members }) => [holders.type, held, threshold, members]),
      [
        ['Gatekeepers', 0, 3, 5],
        ['Custodians', 1, 2, 3],
      ],
    )
    // People run on no vendor's chips.
    const vendor = ask(network, { type: 'Vendor', value: { type: 'Simulated' } })
    deepEqual([vendor.shares[0]?.held, vendor.shares[1]?.held], [5, 0])
  })
})

describe('a recovery', () => {
  it('brings the same root to new gatekeepers, from as many people as are needed', () => {
    const { network, people, lost } = recovering()
    const [ann, , cleo] = people
    network.network.succeed(network.personDeals(ann))
    network.pass(phaseBlocks.value)
    equal(network.phase, 'Deal')
    network.network.succeed(network.personDeals(cleo))
    equal(network.phase, 'Check')
    network.check()
    network.takeShares()
    const { group } = network
    deepEqual([group.root, group.sharing, group.publicKey], [lost.root, lost.sharing + 1, lost.publicKey])
    equal(
      group.members.every(({ identity }) => lost.members.some((one) => equalBytes(one.identity, identity))),
      false,
    )
    equal(network.chain.read(gatekeepers.storage.recovering), false)
    deepEqual(network.chain.broken(), [])
    // They work as the others did.
    network.network.succeed(network.givesPartial(network.gatekeepers[0] as TestEnclave))
    network.deregister(network.gatekeepers[4] as TestEnclave)
    network.conclude()
    deepEqual(network.group.publicKey, lost.publicKey)
  })

  it('takes shares of the escrow, each from its custodian, and no other words', () => {
    const { network, people, gatekeepers: five } = recovering()
    const [ann, ben] = people
    const dealt = network.personDealt(ann)
    equal(outcome(network, network.personDeals(ann, dealt, ben)), 'Gatekeepers.NotCustodian')
    equal(outcome(network, network.personDeals(ann, { ...dealt, ceremony: 1 })), 'Gatekeepers.NoCeremony')
    equal(outcome(network, network.personDeals(ann, { ...dealt, dealer: 9 })), 'Gatekeepers.NotParty')
    equal(outcome(network, network.personDeals(ben, { ...dealt, dealer: 2 })), 'Gatekeepers.BadDealing')
    const { dealing } = dealt
    const few = { ...dealt, dealing: { ...dealing, sealed: dealing.sealed.slice(1) } }
    equal(outcome(network, network.personDeals(ann, few)), 'Gatekeepers.BadDealing')
    equal(outcome(network, network.personDeals(ann, dealt)), 'ok')
    equal(outcome(network, network.personDeals(ann, dealt)), 'Gatekeepers.AlreadySpoken')
    // An enclave that took a custodian's place has no account to say it with.
    equal(outcome(network, network.deals(five[0], { ...dealt, dealer: 2 }, five[0])), 'Gatekeepers.NotGatekeeper')
  })

  it('goes on without a custodian whose dealing is shown to be wrong', () => {
    const { network, people, lost, gatekeepers: five } = recovering()
    const [ann, ben, cleo] = people
    network.network.succeed(network.personDeals(ann), network.personDeals(ben))
    const [accuser, ...others] = five
    network.network.succeed(
      network.checks(accuser, [], { complaints: [1] }),
      ...others.map((one) => network.checks(one)),
    )
    equal(network.phase, 'Answer')
    const lie = new Uint8Array(32).fill(1)
    equal(
      outcome(network, [ben.account, network.personAnswers(ann, [accuser.identity.publicKey])[1]]),
      'Gatekeepers.NotCustodian',
    )
    equal(outcome(network, network.personAnswers(ann, [accuser.identity.publicKey], lie)), 'ok')
    network.pass()
    deepEqual(
      network.ceremony.dealers.map(({ index }) => index),
      [2, 3],
    )
    // Keys to receive with are of one ceremony only.
    equal(network.phase, 'Join')
    network.join()
    network.network.succeed(network.personDeals(ben), network.personDeals(cleo))
    network.check()
    deepEqual(network.group.publicKey, lost.publicKey)
  })

  it('is not stopped by a new gatekeeper that lies about an honest custodian', () => {
    const { network, people, lost, gatekeepers: five } = recovering()
    const [ann, ben] = people
    network.network.succeed(network.personDeals(ann), network.personDeals(ben))
    const [accuser, ...others] = five
    network.network.succeed(
      network.checks(accuser, [], { complaints: [1] }),
      ...others.map((one) => network.checks(one)),
    )
    network.network.succeed(network.personAnswers(ann, [accuser.identity.publicKey]))
    network.pass()
    deepEqual(network.group.publicKey, lost.publicKey)
    equal(network.group.members.length, 5)
  })

  it('waits for people for a week, and begins again then', () => {
    const { network } = recovering()
    const { id, deadline } = network.ceremony
    ok(deadline - network.number >= recoveryBlocks.value - 2)
    const late = { ...network.ceremony, deadline: network.number }
    network.chain.host.set(gatekeepers.storage.ceremony.key(), gatekeepers.storage.ceremony.type.encode(late))
    network.pass(2)
    ok(network.ceremony.id > id)
    equal(network.ceremony.kind.type, 'Recover')
    equal(network.ceremony.dealers.length, 3)
  })

  it('waits for gatekeepers, but not for all of them for ever', () => {
    const { network } = entrusted()
    network.loseGatekeepers()
    for (const gone of network.gatekeepers.slice(3)) network.deregister(gone)
    equal(network.wantsRecovery(), 'ok')
    network.review()
    equal(network.phase, undefined)
    network.pass(patienceBlocks.value)
    network.review()
    equal(network.ceremony.receivers.length, 3)
  })

  it('comes before all else: what went on ends, and a new root waits for it', () => {
    const { network, lost } = recovering()
    equal(network.wantsRecovery(false), 'ok')
    equal(network.govern(gatekeepers.calls.rotateRoot.encode({})), 'ok')
    network.begin()
    deepEqual([network.ceremony.kind.type, network.ceremony.root], ['NewRoot', 2])
    equal(network.wantsRecovery(), 'ok')
    equal(network.phase, undefined)
    network.begin()
    equal(network.ceremony.kind.type, 'Recover')
    network.network.succeed(...network.people.slice(1).map((person) => network.personDeals(person)))
    network.check()
    network.takeShares()
    deepEqual([network.group.root, network.group.publicKey], [1, lost.publicKey])
    network.conclude()
    equal(network.group.root, 2)
    deepEqual(network.chain.broken(), [])
  })

  it('keeps its custodians until it is over', () => {
    const { network, escrow } = recovering()
    for (const people of [[], network.people.slice(0, 2)]) {
      equal(network.setCustodians(people, people.length), 'RecoveryGoesOn')
    }
    deepEqual(network.escrow, escrow)
    equal(network.wantsRecovery(false), 'ok')
    equal(network.setCustodians([], 0), 'ok')
  })

  it('is taken back', () => {
    const { network, lost } = recovering()
    equal(network.wantsRecovery(), 'RecoveryGoesOn')
    equal(network.wantsRecovery(false), 'ok')
    equal(network.wantsRecovery(false), 'NoRecovery')
    equal(network.phase, undefined)
    deepEqual(network.group, lost)
  })

  it('needs an escrow of the root in office', () => {
    const network = new CustodianNetwork()
    equal(network.wantsRecovery(), 'NoEscrow')
    const { network: rotated } = entrusted()
    equal(rotated.govern(gatekeepers.calls.rotateRoot.encode({})), 'ok')
    rotated.conclude()
    equal(rotated.wantsRecovery(), 'NoEscrow')
  })
})
