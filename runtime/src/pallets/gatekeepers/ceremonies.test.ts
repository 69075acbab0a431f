import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GatekeepersMessage, messageArchiveKey, TopicMessage, topics } from '@pha/core/protocol'
import { balances } from '../balances/schema.ts'
import { registry } from '../registry/schema.ts'
import type { TestEnclave } from '../registry/test-enclave.ts'
import { gatekeepers } from './schema.ts'
import { GatekeeperNetwork } from './test-gatekeepers.ts'

type Five = [TestEnclave, TestEnclave, TestEnclave, TestEnclave, TestEnclave]

/** A network whose first ceremony has begun. */
function dealing(options: ConstructorParameters<typeof GatekeeperNetwork>[0] = {}) {
  const network = new GatekeeperNetwork(options)
  network.begin()
  return { network, five: network.gatekeepers as unknown as Five }
}

/** A network whose first group is in office. */
function inOffice(options: ConstructorParameters<typeof GatekeeperNetwork>[0] = {}) {
  const begun = dealing(options)
  begun.network.conclude()
  return begun
}

function bondOf(network: GatekeeperNetwork, { operator }: TestEnclave): bigint {
  return network.chain.reserved(operator.accountId)
}

function statusOf(network: GatekeeperNetwork, { identity }: TestEnclave): string | undefined {
  return network.chain.read(registry.storage.workers, identity.publicKey)?.status.type
}

const identities = (enclaves: readonly TestEnclave[]) => enclaves.map(({ identity }) => identity.publicKey)
const setTarget = (members: number, threshold: number, refreshBlocks = 0) =>
  gatekeepers.calls.setTarget.encode({ target: { members, threshold, refreshBlocks } })
const BOND = gatekeepers.constants.bond.value

describe('a first ceremony', () => {
  it('begins when all members that are wanted are registered, and makes a root that nobody holds', () => {
    const { network } = dealing()
    equal(network.ceremony.kind.type, 'NewRoot')
    deepEqual(network.ceremony.receivers, network.ceremony.dealers)
    network.deal()
    equal(network.phase, 'Check')
    network.check()
    equal(network.phase, undefined)
    const { root, sharing, threshold, members, dealers, ceremony } = network.group
    deepEqual(
      { root, sharing, threshold, dealers, ceremony },
      { root: 1, sharing: 1, threshold: 3, dealers: [1, 2, 3, 4, 5], ceremony: 1 },
    )
    deepEqual(
      members.map(({ identity }) => identity),
      identities(network.gatekeepers),
    )
    network.takeShares()
    deepEqual(network.chain.broken(), [])
  })

  it('puts each dealing into the topic, in the name of the dealer', () => {
    const { network, five } = dealing()
    network.network.succeed(network.deals(five[2]))
    const bytes = network.chain.archived(messageArchiveKey(topics.gatekeepers, 1n))
    const { sender, payload } = TopicMessage.decode(bytes ?? new Uint8Array())
    deepEqual(sender, { type: 'Worker', value: five[2].identity.publicKey })
    const message = GatekeepersMessage.decode(payload)
    ok(message.type === 'Dealt' && message.value.dealer === 3)
    deepEqual(message.value.dealing.commitments, network.chain.read(gatekeepers.storage.dealings, 3))
  })

  it('waits for those who are missing, but not for ever', () => {
    const network = new GatekeeperNetwork({ target: { members: 7 } })
    network.pass(gatekeepers.constants.patienceBlocks.value - 1)
    equal(network.phase, undefined)
    network.pass(3)
    equal(network.phase, 'Join')
    network.conclude()
    equal(network.group.members.length, 5)
  })

  it('does not begin with fewer than release together, or for operators without a bond', () => {
    const network = new GatekeeperNetwork({ gatekeepers: 2 })
    network.pass(gatekeepers.constants.patienceBlocks.value + 2)
    equal(network.phase, undefined)
  })

  it('does not begin before governance says how many hold a key', () => {
    const network = new GatekeeperNetwork({ target: 'none' })
    network.pass(gatekeepers.constants.patienceBlocks.value + 2)
    equal(network.phase, undefined)
    equal(network.govern(setTarget(5, 3)), 'ok')
    network.conclude()
    equal(network.group.members.length, 5)
  })

  it('of one is a ceremony too', () => {
    const network = GatekeeperNetwork.ofOne()
    const { threshold, members, dealers, ceremony } = network.group
    deepEqual(
      { threshold, size: members.length, dealers, ceremony },
      { threshold: 1, size: 1, dealers: [1], ceremony: 1 },
    )
    deepEqual(members[0]?.publicShare, network.group.publicKey)
  })
})

describe('joining', () => {
  function joining(options: ConstructorParameters<typeof GatekeeperNetwork>[0] = {}) {
    const network = new GatekeeperNetwork(options)
    while (network.phase === undefined) network.pass()
    return { network, five: network.gatekeepers as unknown as Five }
  }

  it('gives each receiver a key for this ceremony, which goes with it', () => {
    const { network, five } = joining()
    equal(network.phase, 'Join')
    const recipient = new Uint8Array(1_216).fill(7)
    network.network.succeed(network.joins(five[2], { recipient }))
    deepEqual(network.chain.read(gatekeepers.storage.recipients, 3), recipient)
    network.join(five.filter((one) => one !== five[2]))
    equal(network.phase, 'Deal')
    network.conclude()
    equal(network.govern(setTarget(4, 3)), 'ok')
    while (network.phase === undefined) network.pass()
    equal(network.chain.read(gatekeepers.storage.recipients, 3), undefined)
  })

  it('leaves out whoever is silent, before anybody deals', () => {
    const { network, five } = joining()
    const [silent, ...others] = five
    network.network.succeed(...others.map((receiver) => network.joins(receiver)))
    network.pass(gatekeepers.constants.phaseBlocks.value)
    deepEqual(network.named('Silent'), [silent])
    deepEqual(network.receivers, others)
    deepEqual(network.dealers, others)
    network.conclude()
    deepEqual(
      network.group.members.map(({ identity }) => identity),
      identities(others),
    )
  })

  it('is refused from others, twice and late; with too few the ceremony fails', () => {
    const { network, five } = joining({ target: { threshold: 4 } })
    const [one, two] = five
    deepEqual(
      network.chain.block(
        network.joins(one, {}, two),
        network.joins(one),
        network.joins(one),
        network.joins(two, { receiver: 9 }),
      ),
      ['Gatekeepers.BadSignature', 'ok', 'Gatekeepers.AlreadySpoken', 'Gatekeepers.NotParty'],
    )
    const late = network.joins(two)
    network.pass(gatekeepers.constants.phaseBlocks.value)
    deepEqual(network.named('Silent'), five.slice(1))
    equal(network.chain.events('Gatekeepers', 'CeremonyFailed').length, 1)
    deepEqual(network.chain.block(late), ['Gatekeepers.NoCeremony'])
  })
})

describe('a silent dealer', () => {
  it('is named, and the others make the root without it', () => {
    const { network, five } = dealing()
    const [silent, ...others] = five
    network.network.succeed(...others.map((dealer) => network.deals(dealer)))
    network.pass(gatekeepers.constants.phaseBlocks.value)
    deepEqual(network.named('Silent'), [silent])
    equal(network.phase, 'Check')
    equal(network.network.chain.block(network.checks(silent))[0], 'Gatekeepers.NotParty')
    network.check(others)
    deepEqual(
      network.group.members.map(({ identity }) => identity),
      identities(others),
    )
    deepEqual(network.group.dealers, [2, 3, 4, 5])
    network.takeShares()
    // Silence is no lie.
    equal(bondOf(network, silent), BOND)
    equal(statusOf(network, silent), 'Active')
  })

  it('is taken in later, when its exclusion is over', () => {
    const { network, five } = dealing()
    const others = five.slice(1)
    network.deal(others)
    network.check(others)
    network.takeShares()
    network.review()
    equal(network.phase, undefined)
    const { exclusionBlocks } = gatekeepers.constants
    for (let passed = 0; passed < exclusionBlocks.value; passed += 100) {
      network.pass(100)
      network.register(...five)
    }
    network.conclude()
    equal(network.group.members.length, 5)
    equal(network.group.sharing, 2)
  })

  it('is left out of the next ceremony, when too few have dealt for this one', () => {
    const { network, five } = dealing({ target: { threshold: 4 } })
    const [first, second, ...others] = five
    network.network.succeed(...others.map((dealer) => network.deals(dealer)))
    network.pass(gatekeepers.constants.phaseBlocks.value)
    deepEqual(network.named('Silent'), [first, second])
    equal(network.chain.events('Gatekeepers', 'CeremonyFailed').length, 1)
    // Three are left, and four are needed.
    equal(network.phase, undefined)
    equal(network.govern(setTarget(5, 3)), 'ok')
    network.pass()
    deepEqual(network.dealers, others)
    network.conclude()
    deepEqual(
      network.group.members.map(({ identity }) => identity),
      identities(others),
    )
  })
})

describe('a dealing', () => {
  it('is refused from others, twice, late, or if its public part does not verify', () => {
    const { network, five } = dealing()
    const [one, two, three] = five
    const { commitments, sealed } = network.dealt(one).dealing
    const bad = (changes: Parameters<typeof network.dealt>[1]) => network.deals(one, network.dealt(one, changes))
    const outcomes = network.chain.block(
      bad({ commitments: commitments.slice(1) }),
      bad({ commitments: [...commitments.slice(1), new Uint8Array(32)] }),
      bad({ commitments: [...commitments.slice(1), new Uint8Array(32).fill(255)] }),
      bad({ commitments: [commitments[1], commitments[0], commitments[2]] as Uint8Array[] }),
      bad({ sealed: sealed.slice(1) }),
      bad({ proof: new Uint8Array(64) }),
      network.deals(one, { ...network.dealt(one), ceremony: 7 }),
      network.deals(one, { ...network.dealt(one), dealer: 6 }),
      network.deals(one, network.dealt(one), two),
      [three.operator, network.deals(one)[1]],
    )
    deepEqual(outcomes, [
      ...Array(6).fill('Gatekeepers.BadDealing'),
      'Gatekeepers.NoCeremony',
      'Gatekeepers.NotParty',
      'Gatekeepers.BadSignature',
      'Gatekeepers.NotOperator',
    ])
    const dealt = network.deals(one)
    deepEqual(network.chain.block(dealt, dealt), ['ok', 'Gatekeepers.AlreadySpoken'])
    const late = network.deals(two)
    network.deal(five.slice(1))
    equal(network.chain.block(late)[0], 'Gatekeepers.WrongPhase')
  })
})

describe('a lying dealer', () => {
  function complain(network: GatekeeperNetwork, five: Five, accusers: readonly TestEnclave[]) {
    network.deal()
    network.network.succeed(
      ...five.map((receiver) => network.checks(receiver, accusers.includes(receiver) ? [five[0]] : [])),
    )
  }

  it('that reveals a wrong share is slashed, suspended, named, and left out', () => {
    const { network, five } = dealing()
    const [liar, two] = five
    complain(network, five, [two])
    equal(network.phase, 'Answer')
    const issued = network.chain.read(balances.storage.totalIssuance)
    const wrong = [{ receiver: 2, share: new Uint8Array(32).fill(1) }]
    network.network.succeed(network.answers(liar, [two], { shares: wrong }))
    deepEqual(network.named('Disqualified'), [liar])
    equal(bondOf(network, liar), 0n)
    equal(statusOf(network, liar), 'Suspended')
    // Burnt: nobody is richer for it, but for the fee that the liar paid.
    ok(network.chain.read(balances.storage.totalIssuance) <= issued - BOND)
    network.pass()
    deepEqual(network.group.dealers, [2, 3, 4, 5])
    deepEqual(
      network.group.members.map(({ identity }) => identity),
      identities(five.slice(1)),
    )
    network.takeShares()
    deepEqual(network.chain.broken(), [])
  })

  it('that does not answer is slashed and left out', () => {
    const { network, five } = dealing()
    complain(network, five, [five[1], five[4]])
    network.pass(gatekeepers.constants.phaseBlocks.value + 1)
    deepEqual(network.named('Disqualified'), [five[0]])
    equal(bondOf(network, five[0]), 0n)
    deepEqual(network.group.dealers, [2, 3, 4, 5])
    network.takeShares()
    deepEqual(network.chain.broken(), [])
  })

  it('that as many accuse as release together is left out without an answer, and not slashed', () => {
    const { network, five } = dealing()
    complain(network, five, five.slice(2))
    deepEqual(network.named('Disqualified'), [five[0]])
    equal(network.phase, undefined)
    deepEqual(network.group.dealers, [2, 3, 4, 5])
    equal(bondOf(network, five[0]), BOND)
    network.takeShares()
  })

  it('has nobody to share with, when it lied to all in a group of one', () => {
    const { network, five } = dealing({ gatekeepers: 1, target: { members: 1, threshold: 1 } })
    network.deal()
    network.network.succeed(network.checks(five[0], [five[0]]))
    equal(network.chain.events('Gatekeepers', 'CeremonyFailed').length, 1)
    equal(network.chain.read(gatekeepers.storage.group), undefined)
  })
})

describe('a false complaint', () => {
  it('is answered in public, and changes nothing', () => {
    const { network, five } = dealing()
    const [dealer, accuser] = five
    network.deal()
    network.network.succeed(...five.map((one) => network.checks(one, one === accuser ? [dealer] : [])))
    equal(network.phase, 'Answer')
    deepEqual(
      network.chain.block(
        network.answers(dealer, []),
        network.answers(dealer, [accuser, five[2]]),
        network.answers(five[3], [accuser]),
        network.answers(dealer, [accuser]),
        network.answers(dealer, [accuser]),
      ),
      [
        'Gatekeepers.IncompleteAnswer',
        'Gatekeepers.IncompleteAnswer',
        'Gatekeepers.NotParty',
        'ok',
        'Gatekeepers.AlreadySpoken',
      ],
    )
    deepEqual(network.chain.events('Gatekeepers', 'ComplaintAnswered'), [{ ceremony: 1, dealer: 1, receiver: 2 }])
    equal(network.chain.read(gatekeepers.storage.revealed, 1)?.length, 1)
    network.pass()
    deepEqual(network.group.dealers, [1, 2, 3, 4, 5])
    equal(network.group.members.length, 5)
    network.takeShares()
  })

  it('is refused if it names nobody who dealt, or is out of order', () => {
    const { network, five } = dealing()
    const [one, silent] = five
    network.deal(five.filter((dealer) => dealer !== silent))
    deepEqual(
      network.chain.block(
        network.checks(one, [silent]),
        network.checks(one, [], { complaints: [4, 3] }),
        network.checks(one, [], { complaints: [3, 3] }),
        network.checks(one, [], { complaints: [9] }),
        network.checks(one),
        network.checks(one),
      ),
      [...Array(4).fill('Gatekeepers.BadComplaints'), 'ok', 'Gatekeepers.AlreadySpoken'],
    )
  })
})

describe('a silent receiver', () => {
  it('is named and gets no share', () => {
    const { network, five } = dealing()
    network.deal()
    network.network.succeed(...five.slice(0, 4).map((one) => network.checks(one)))
    network.pass(gatekeepers.constants.phaseBlocks.value)
    deepEqual(network.named('Silent'), [five[4]])
    deepEqual(
      network.group.members.map(({ index }) => index),
      [1, 2, 3, 4],
    )
    // What it dealt counts all the same: the others hold good shares of it.
    deepEqual(network.group.dealers, [1, 2, 3, 4, 5])
    network.takeShares()
  })

  it('leads to another ceremony without it, if too few are left', () => {
    const { network, five } = dealing()
    network.deal()
    network.network.succeed(...five.slice(0, 2).map((one) => network.checks(one)))
    network.pass(gatekeepers.constants.phaseBlocks.value)
    deepEqual(network.named('Silent'), five.slice(2))
    equal(network.chain.events('Gatekeepers', 'CeremonyFailed').length, 1)
    equal(network.chain.read(gatekeepers.storage.group), undefined)
  })
})

describe('a member that expires in the middle of a ceremony', () => {
  it('gets no share, and the others do', () => {
    const { network, five } = dealing()
    network.deal()
    const { operator, identity } = five[4]
    const leaves = registry.calls.deregister.encode({ identity: identity.publicKey })
    network.network.succeed(...five.map((one) => network.checks(one)), [operator, leaves])
    network.pass()
    deepEqual(
      network.group.members.map(({ identity }) => identity),
      identities(five.slice(0, 4)),
    )
    network.takeShares()
  })
})

describe('resharing', () => {
  it('refreshes shares each period: others than before, of the same root', () => {
    const { network } = inOffice({ target: { refreshBlocks: 30 } })
    const before = network.group
    network.begin()
    ok(network.number - before.since >= 30)
    equal(network.ceremony.kind.type, 'Reshare')
    network.conclude()
    const { root, sharing, publicKey, members } = network.group
    deepEqual({ root, sharing }, { root: 1, sharing: 2 })
    deepEqual(publicKey, before.publicKey)
    deepEqual(
      members.map(({ identity }) => identity),
      before.members.map(({ identity }) => identity),
    )
    for (const [i, { publicShare }] of members.entries()) notDeepEqual(publicShare, before.members[i]?.publicShare)
    deepEqual(network.chain.broken(), [])
  })

  it('goes from 3 of 5 to 7 of 10 to 2 of 3, and the public key stays', () => {
    const { network } = inOffice({ gatekeepers: 10 })
    const { publicKey } = network.group
    for (const [members, threshold] of [
      [10, 7],
      [3, 2],
    ] as const) {
      equal(network.govern(setTarget(members, threshold)), 'ok')
      network.conclude()
      equal(network.group.members.length, members)
      equal(network.group.threshold, threshold)
      deepEqual(network.group.publicKey, publicKey)
    }
    deepEqual(network.chain.broken(), [])
  })

  it('refuses a dealer that deals anything but its share in office', () => {
    const { network, five } = inOffice({ target: { refreshBlocks: 10 } })
    network.begin()
    const honest = network.dealt(five[0])
    const [, ...rest] = honest.dealing.commitments
    const other = network.dealt(five[1]).dealing.commitments[0] as Uint8Array
    const lie = { ...honest, dealing: { ...honest.dealing, commitments: [other, ...rest] } }
    equal(network.chain.block(network.deals(five[0], lie))[0], 'Gatekeepers.BadDealing')
  })

  it('goes on without a member that left, and without a dealer that is silent', () => {
    const { network, five } = inOffice()
    const { publicKey } = network.group
    network.deregister(five[0])
    network.review()
    deepEqual(network.dealers, five.slice(1))
    network.join()
    network.network.succeed(...five.slice(2).map((dealer) => network.deals(dealer)))
    network.pass(gatekeepers.constants.phaseBlocks.value)
    deepEqual(network.named('Silent'), [five[1]])
    network.check()
    network.takeShares()
    deepEqual(network.group.dealers, [3, 4, 5])
    deepEqual(network.group.publicKey, publicKey)
    deepEqual(
      network.group.members.map(({ identity }) => identity),
      identities(five.slice(1)),
    )
  })

  it('leaves the shares in office if too few deal, and tries again', () => {
    const { network, five } = inOffice({ target: { refreshBlocks: 10 } })
    const before = network.group
    network.begin()
    network.network.succeed(network.deals(five[0]), network.deals(five[1]))
    network.pass(gatekeepers.constants.phaseBlocks.value)
    equal(network.chain.events('Gatekeepers', 'CeremonyFailed').length, 1)
    deepEqual(network.group, before)
  })

  it('does not happen while nothing changes', () => {
    const { network } = inOffice()
    network.pass(50)
    equal(network.phase, undefined)
    equal(network.chain.read(gatekeepers.storage.ceremonies), 1)
  })
})

describe('a chain that began with a group of one', () => {
  it('gets a group of many once governance wants one, and keeps its public key', () => {
    const network = GatekeeperNetwork.ofOne({ gatekeepers: 5 })
    const { publicKey } = network.group
    equal(network.govern(setTarget(5, 3)), 'ok')
    network.conclude()
    const { root, sharing, dealers, members } = network.group
    deepEqual({ root, sharing, dealers, size: members.length }, { root: 1, sharing: 2, dealers: [1], size: 5 })
    deepEqual(network.group.publicKey, publicKey)
  })
})
