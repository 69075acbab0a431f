import { deepEqual, notEqual, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Transaction } from '../../chain/test-chain.ts'
import { PHA } from '../balances/schema.ts'
import { registry } from '../registry/schema.ts'
import { contracts } from './schema.ts'
import { deployer, TestNetwork, user } from './test-network.ts'

const WORKERS = 5

/** Anything that anybody may try at any time, by worker `by`. */
type Action = (network: TestNetwork, by: number) => Transaction[]

const worker = (network: TestNetwork, by: number) => network.workers[by % WORKERS] ?? network.gatekeeper
const replica = (network: TestNetwork, by: number) => network.replicas[by % 3] ?? network.gatekeeper
const pay = (amount: bigint) => [{ type: 'Transfer', value: { to: user.accountId, amount } }] as const

const actions: { readonly [name: string]: Action } = {
  honestVote: (network, by) => [network.vote(worker(network, by))],
  honestReplica: (network, by) => [network.vote(replica(network, by))],
  payingVote: (network, by) => [network.vote(replica(network, by), network.commit({ outgoing: pay(PHA) }))],
  lie: (network, by) => [network.vote(replica(network, by), network.lie())],
  staleRoot: (network, by) => [
    network.vote(replica(network, by), network.commit({ previousRoot: new Uint8Array(32) })),
  ],
  lateVote(network, by) {
    const settled = network.chain.read(contracts.storage.commits, network.contract, network.progress.batch)
    return settled === undefined ? [] : [network.vote(replica(network, by), settled.commit)]
  },
  lateLie(network, by) {
    const settled = network.chain.read(contracts.storage.commits, network.contract, network.progress.batch)
    if (settled === undefined) return []
    return [network.vote(replica(network, by), { ...settled.commit, newRoot: new Uint8Array(32).fill(by) })]
  },
  everyone: (network) => network.replicas.map((each) => network.vote(each)),
  send: (network, by) => network.sends(1 + (by % 80)),
  replace: (network, by) => [[deployer, replaceCall(network, by)]],
  replaceByAnyone: (network, by) => [[user, replaceCall(network, by)]],
  register: (network, by) => [network.registers(worker(network, by))],
  leave(network, by) {
    const { operator, identity } = worker(network, by)
    return [[operator, registry.calls.deregister.encode({ identity: identity.publicKey })]]
  },
  nothing: () => [],
}

function replaceCall(network: TestNetwork, by: number): Uint8Array {
  return contracts.calls.replaceReplica.encode({
    contract: network.contract,
    replica: replica(network, by).identity.publicKey,
  })
}

describe('contracts under arbitrary use', () => {
  it('keep every invariant after every block, never go back, and never fault', () => {
    const step = fc.tuple(fc.constantFrom(...Object.keys(actions)), fc.nat({ max: 255 }))
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => {
        const network = new TestNetwork({ workers: WORKERS })
        network.deploy()
        network.agreeOnKey()
        network.fund(5n * PHA)
        let before = network.progress
        for (const [name, by] of steps) {
          for (const outcome of network.chain.block(...(actions[name]?.(network, by) ?? []))) {
            notEqual(outcome, 'Corruption', name)
            notEqual(outcome.split('.')[0], 'Invalid', name)
          }
          deepEqual(network.broken, [], name)
          const { batch, committed } = network.progress
          ok(batch >= before.batch && committed >= before.committed)
          before = network.progress
        }
      }),
      { numRuns: 15 },
    )
  })
})
