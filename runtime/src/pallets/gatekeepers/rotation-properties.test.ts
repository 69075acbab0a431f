import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { t } from '@pha/core/schema'
import fc from 'fast-check'
import { contracts } from '../contracts/schema.ts'
import { RotationProgress } from './rotation-schema.ts'
import { gatekeepers } from './schema.ts'
import { GatekeeperNetwork } from './test-gatekeepers.ts'

const Progress = t.option(RotationProgress)
const OVERLAP = contracts.constants.overlapBlocks.value

/** All contracts, and one of them to act on. */
interface World {
  readonly network: GatekeeperNetwork
  readonly deployed: Uint8Array[]
}

/** Registrations live for 200 blocks here. */
function renew({ network, gatekeepers }: GatekeeperNetwork): void {
  network.succeed(...[...network.workers, ...gatekeepers].map((enclave) => network.registers(enclave)))
}

/** What governance, deployers and replicas do while roots are replaced, in any order. */
const actions: { readonly [name: string]: (world: World) => void } = {
  rotateRoot: ({ network }) => {
    if (network.govern(gatekeepers.calls.rotateRoot.encode({})) !== 'ok') return
    network.conclude()
  },
  deploy: ({ network: { network }, deployed }) => {
    network.deploy()
    deployed.push(network.contract)
  },
  deployNotPublic: ({ network: { network }, deployed }) => {
    network.deploy({ noticeBlocks: 60 }, `code ${deployed.length}`)
    deployed.push(network.contract)
  },
  agreeOnKey: ({ network: { network } }) =>
    void network.chain.block(...network.replicas.map((replica) => network.votesKey(replica))),
  rotateKey: ({ network: { network } }) => void network.chain.block(network.rotates()),
  settle: ({ network: { network } }) => {
    if (network.progress.open !== undefined) network.settle()
  },
  send: ({ network: { network } }) => void network.chain.block(...network.sends(2)),
  moveAll: (world) => {
    for (const contract of world.deployed) {
      world.network.network.contract = contract
      actions.settle?.(world)
      actions.agreeOnKey?.(world)
    }
    world.network.pass(OVERLAP)
  },
  wait: ({ network }) => network.pass(OVERLAP / 2),
}

/** Roots replaced one after the other to the end, so that what is seen is not left to chance. */
const course = Array.from({ length: 6 }, () =>
  ['rotateRoot', 'moveAll', 'wait', 'wait', 'moveAll'].map((name): [string, number] => [name, 0]),
).flat()

/** What the chain would have to look at if it did not count. */
function recount({ network: { chain }, deployed }: World): bigint {
  const root = chain.read(contracts.storage.root)
  const remaining = deployed.filter((id) => {
    const isAsked = chain.host.get(contracts.storage.rekeying.key(id)) !== undefined
    return isAsked || chain.read(contracts.storage.contracts, id)?.root !== root
  })
  return BigInt(remaining.length)
}

describe('the progress of a rotation, whatever happens in which order', () => {
  it('is what a look at all contracts gives, never falls, and says 100 when the former root is retired', () => {
    const names = Object.keys(actions)
    const step: fc.Arbitrary<[string, number]> = fc.tuple(
      fc.constantFrom(...names, 'agreeOnKey', 'rotateRoot'),
      fc.nat({ max: 255 }),
    )
    const seen = { begun: 0, partly: 0, retired: 0 }
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 35 }), (steps) => {
        const world: World = { network: GatekeeperNetwork.ofOne(), deployed: [] }
        const { network } = world
        let last: RotationProgress | undefined
        let renewedAt = network.number
        for (const name of ['deploy', 'deploy']) actions[name]?.(world)
        for (const [name, by] of steps) {
          network.network.contract = world.deployed[by % world.deployed.length] ?? network.network.contract
          if (network.number - renewedAt > 60) {
            renew(network)
            renewedAt = network.number
          }
          actions[name]?.(world)
          deepEqual(network.chain.broken(), [], name)
          const now = Progress.decode(network.chain.call('KeysApi_root_rotation', new Uint8Array()))
          if (now === undefined) continue
          const { to, since, contracts: all, done, percent, retiredAt } = now
          if (last?.to !== to) seen.begun++
          else ok(last.since === undefined || (done >= last.done && percent >= last.percent), name)
          if (since !== undefined) equal(all - done, recount(world), name)
          if (percent > 0 && percent < 100) seen.partly++
          if (retiredAt !== undefined) {
            equal(percent, 100)
            if (last?.to === to && last.retiredAt === undefined) seen.retired++
          }
          last = now
        }
      }),
      { numRuns: 9, examples: [[course]] },
    )
    ok(seen.begun > 4 && seen.partly > 5 && seen.retired > 0, JSON.stringify(seen))
  })
})
