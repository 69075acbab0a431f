import { deepEqual, notEqual, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { epochOfBatch } from '@pha/core/protocol'
import fc from 'fast-check'
import type { Transaction } from '../../chain/test-chain.ts'
import { contracts } from './schema.ts'
import { deployer, TestNetwork } from './test-network.ts'

const OVERLAP = contracts.constants.overlapBlocks.value

type Action = (network: TestNetwork, by: number) => Transaction[]

const replica = (network: TestNetwork, by: number) => network.replicas[by % 3] ?? network.gatekeeper

/** What replicas, clients and the deployer do while keys are replaced, in any order. */
const actions: { readonly [name: string]: Action } = {
  rotate: (network) => [network.rotates()],
  replace: (network, by) => [
    [
      deployer,
      contracts.calls.replaceReplica.encode({
        contract: network.contract,
        replica: replica(network, by).identity.publicKey,
      }),
    ],
  ],
  voteOnKey: (network, by) => [network.votesKey(replica(network, by))],
  voteOnOtherKey: (network, by) => [network.votesKey(replica(network, by), 6 + (by % 3))],
  voteOnOldKey: (network, by) => [network.votesKey(replica(network, by), 5, network.epochs.inForce)],
  agreeOnKey: (network) => network.replicas.map((each) => network.votesKey(each)),
  sendNew: (network, by) => network.sends(1 + (by % 3)),
  sendOld: (network, by) => network.sends(1 + (by % 3), Math.max(0, network.epochs.inForce - 1)),
  sendEarly: (network) => network.sends(1, network.epochs.inForce + 1),
  settle: (network) => (network.progress.open === undefined ? [] : network.replicas.map((each) => network.vote(each))),
  wait: (network, by) => {
    for (let i = 0; i < by % OVERLAP; i++) network.chain.block()
    return []
  },
}

/** Three epochs from their beginning to their end: chance alone seldom comes so far. */
const course: [string, number][] = Array.from({ length: 6 }, () => [
  ['rotate', 0] as [string, number],
  ['agreeOnKey', 0] as [string, number],
  ['sendOld', 0] as [string, number],
  ['settle', 0] as [string, number],
  ['wait', OVERLAP - 1] as [string, number],
  ['wait', 2] as [string, number],
]).flat()

describe('key epochs, whatever happens in which order', () => {
  it('are never two at a time that are pending or not closed, and every command that was taken can be opened', () => {
    const step: fc.Arbitrary<[string, number]> = fc.tuple(
      fc.constantFrom(...Object.keys(actions)),
      fc.nat({ max: 255 }),
    )
    const seen = { rotations: 0, closings: 0, old: 0 }
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        const network = new TestNetwork({ workers: 5 })
        network.deploy()
        const unsettled = new Map<bigint, number>()
        let { inForce, previous } = network.epochs
        for (const [name, by] of steps) {
          const sent = actions[name]?.(network, by) ?? []
          const first = network.chain.read(contracts.storage.progress, network.contract)?.open
          const outcomes = network.chain.block(...sent)
          for (const outcome of outcomes) {
            notEqual(outcome, 'Corruption', name)
            notEqual(outcome.split('.')[0], 'Invalid', name)
          }
          deepEqual(network.broken, [], name)
          const epochs = network.epochs
          ok(epochs.inForce === inForce || epochs.inForce === inForce + 1, 'epochs follow each other')
          if (epochs.inForce !== inForce) seen.rotations++
          // Of two states: blocks of a `wait` show their events to nobody.
          if (previous !== undefined && epochs.previous === undefined) seen.closings++
          ok(first === undefined || epochOfBatch(epochs, network.progress.batch + 1) !== undefined)
          ;({ inForce, previous } = epochs)

          for (const { sequence } of network.chain.events('Contracts', 'CommandSent') as { sequence: bigint }[]) {
            const epoch = name === 'sendOld' ? Math.max(0, inForce - 1) : inForce
            if (epoch < inForce) seen.old++
            unsettled.set(sequence, epoch)
          }
          const { committed } = network.progress
          const alive = [epochs.inForce, epochs.previous?.epoch]
          for (const [sequence, epoch] of unsettled) {
            if (sequence <= committed) unsettled.delete(sequence)
            else ok(alive.includes(epoch), `command ${sequence} of epoch ${epoch}: ${alive}`)
          }
        }
      }),
      { numRuns: 25, examples: [[course]] },
    )
    ok(seen.rotations > 2 && seen.closings > 2 && seen.old > 2, JSON.stringify(seen))
  })
})
