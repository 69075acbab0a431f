import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { beaconInput, beaconRandomness } from '@pha/core/protocol'
import { combineInPublic } from '@pha/core/threshold'
import { beacon } from '../beacon/schema.ts'
import { gatekeepers } from './schema.ts'
import { GatekeeperNetwork } from './test-gatekeepers.ts'

const { beaconBlocks } = gatekeepers.constants

function inOffice(options: ConstructorParameters<typeof GatekeeperNetwork>[0] = {}) {
  const network = new GatekeeperNetwork(options)
  network.conclude()
  nextRound(network)
  return network
}

/** Makes empty blocks until a new round begins. */
function nextRound(network: GatekeeperNetwork): void {
  do network.pass()
  while ((network.number + 1) % beaconBlocks.value !== 0)
}

const latest = (network: GatekeeperNetwork) => network.chain.read(beacon.storage.latest)

describe('a round of the beacon', () => {
  it('ends with the third partial of five, whoever gives it, and is the same for any three', () => {
    const network = inOffice()
    const [one, two, three, four, five] = network.gatekeepers
    ok(one && two && three && four && five)
    network.network.succeed(network.givesPartial(five), network.givesPartial(two))
    equal(latest(network), undefined)
    network.network.succeed(network.givesPartial(four))
    const first = latest(network)
    equal(first?.round, Math.floor(network.number / beaconBlocks.value))
    deepEqual(network.chain.events('Beacon', 'RoundFinished'), [first])
    // Late, and refused before its proof is looked at: it is none.
    const late = { ...network.beaconPartial(one), proof: new Uint8Array(64) }
    equal(network.chain.block(network.givesPartial(one, late))[0], 'Gatekeepers.RoundFinished')
    const others = [one, three, two].map((member) => network.beaconPartial(member, { round: first?.round ?? 0 }))
    const { genesis } = network.chain
    const input = beaconInput(genesis, 1, first?.round ?? 0)
    const combined = combineInPublic(input, others, 3)
    deepEqual(combined.ok && beaconRandomness(genesis, first?.round ?? 0, combined.output), first?.randomness)
  })

  it('has randomness of its own, and goes on after one that nobody finished', () => {
    const network = inOffice()
    const three = network.gatekeepers.slice(2)
    network.network.succeed(...three.map((one) => network.givesPartial(one)))
    const first = latest(network)
    nextRound(network)
    network.network.succeed(...three.slice(1).map((one) => network.givesPartial(one)))
    nextRound(network)
    deepEqual(latest(network), first)
    network.network.succeed(...three.map((one) => network.givesPartial(one)))
    const third = latest(network)
    equal(third?.round, (first?.round ?? 0) + 2)
    notDeepEqual(third?.randomness, first?.randomness)
  })

  it('takes no wrong, early, foreign or repeated partial', () => {
    const network = inOffice()
    const [one, two] = network.gatekeepers
    ok(one && two)
    const { round, ...partial } = network.beaconPartial(one)
    const gives = (changes: object) => network.givesPartial(one, { round, ...partial, ...changes })
    deepEqual(
      network.chain.block(
        gives({ round: round + 1 }),
        gives({ round: round - 1 }),
        gives({ root: 2 }),
        gives({ sharing: 2 }),
        gives({ index: 9 }),
        gives({ index: 2 }),
        gives({ proof: new Uint8Array(64) }),
        gives({ evaluated: network.beaconPartial(two).evaluated }),
        [two.operator, network.givesPartial(one)[1]],
        gives({}),
        gives({}),
      ),
      [
        'Gatekeepers.WrongRound',
        'Gatekeepers.WrongRound',
        'Gatekeepers.WrongSharing',
        'Gatekeepers.WrongSharing',
        'Gatekeepers.NotMember',
        'Gatekeepers.NotOperator',
        'Gatekeepers.BadPartial',
        'Gatekeepers.BadPartial',
        'Gatekeepers.NotOperator',
        'ok',
        'Gatekeepers.AlreadySpoken',
      ],
    )
  })

  it('begins anew with other shares', () => {
    const network = inOffice({ target: { refreshBlocks: 1 } })
    const [one, ...others] = network.gatekeepers
    ok(one)
    network.network.succeed(network.givesPartial(one))
    network.conclude()
    nextRound(network)
    network.network.succeed(...others.slice(0, 2).map((each) => network.givesPartial(each)))
    equal(latest(network), undefined)
    network.network.succeed(network.givesPartial(one))
    ok(latest(network) !== undefined)
  })
})
