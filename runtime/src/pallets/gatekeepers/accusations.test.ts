import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { user } from '../contracts/test-network.ts'
import { registry } from '../registry/schema.ts'
import type { TestEnclave } from '../registry/test-enclave.ts'
import { gatekeepers } from './schema.ts'
import { GatekeeperNetwork, type Released } from './test-gatekeepers.ts'

const BOND = gatekeepers.constants.bond.value
type Three = readonly [TestEnclave, TestEnclave, TestEnclave]

/** Five in office, and a contract of three replicas. */
function serving(options: ConstructorParameters<typeof GatekeeperNetwork>[0] = {}) {
  const network = new GatekeeperNetwork(options)
  network.conclude()
  network.network.deploy()
  const [liar, honest] = network.gatekeepers as [TestEnclave, TestEnclave]
  return { network, liar, honest, replicas: network.network.replicas as unknown as Three }
}

const proves = ({ signed, partial }: Released) => gatekeepers.calls.proveWrongPartial.encode({ signed, partial })
const workerOf = ({ identity }: TestEnclave) => identity.publicKey

function statusOf(network: GatekeeperNetwork, { identity }: TestEnclave): string | undefined {
  return network.chain.read(registry.storage.workers, identity.publicKey)?.status.type
}

describe('a wrong partial', () => {
  it('is proven by anyone, of a release that was never on chain: its maker is slashed and suspended, and shares are made anew without it', () => {
    const { network, liar, replicas } = serving()
    const { publicKey } = network.group
    const lie = network.released(liar, workerOf(replicas[0]), { proof: new Uint8Array(64).fill(1) })
    equal(network.network.try(user, proves(lie)), 'ok')
    equal(network.chain.events('Gatekeepers', 'WrongPartialProven').length, 1)
    equal(network.chain.reserved(liar.operator.accountId), 0n)
    equal(statusOf(network, liar), 'Suspended')
    deepEqual(network.chain.broken(), [])
    // The same lie costs no second bond.
    equal(network.network.try(user, proves(lie)), 'Gatekeepers.AlreadyProven')
    network.conclude()
    equal(network.group.members.length, 4)
    deepEqual(network.group.publicKey, publicKey)
    equal(network.network.try(user, proves(lie)), 'Gatekeepers.WrongSharing')
  })

  it('is one with another element, and one that is no element at all', () => {
    const { network, liar, honest, replicas } = serving()
    const worker = workerOf(replicas[0])
    const { evaluated } = network.released(honest, worker).partial
    equal(network.network.try(user, proves(network.released(liar, worker, { evaluated }))), 'ok')
    const none = new Uint8Array(32).fill(255)
    equal(network.network.try(user, proves(network.released(honest, worker, { evaluated: none }))), 'ok')
  })

  it('is found by its operator, even if the enclave is not registered any more', () => {
    const { network, liar, replicas } = serving()
    const lie = network.released(liar, workerOf(replicas[0]), { proof: new Uint8Array(64) })
    network.deregister(liar)
    equal(network.network.try(user, proves(lie)), 'ok')
    equal(network.chain.reserved(liar.operator.accountId), 0n)
  })

  it('is none if the proof holds, the commitment does not fit, or another signed it', () => {
    const { network, liar, honest, replicas } = serving()
    const worker = workerOf(replicas[0])
    const right = network.released(honest, worker)
    const lie = network.released(liar, worker, { proof: new Uint8Array(64) })
    const said = (released: Released, changes: Partial<Released['signed']['release']>): Released => ({
      ...released,
      signed: { ...released.signed, release: { ...released.signed.release, ...changes } },
    })
    const outcomes = [
      right,
      { ...right, partial: lie.partial },
      { ...right, partial: { ...right.partial, salt: new Uint8Array(32) } },
      // Somebody else's lie, put into an honest mouth.
      said(lie, { index: 2 }),
      said(right, { commitment: lie.signed.release.commitment }),
      said(lie, { index: 9 }),
      said(lie, { sharing: 2 }),
      said(lie, { root: 2 }),
      said(lie, { epoch: 1 }),
    ].map((released) => network.network.try(user, proves(released)))
    deepEqual(outcomes, [
      'Gatekeepers.PartialRight',
      'Gatekeepers.NotCommitted',
      'Gatekeepers.NotCommitted',
      'Gatekeepers.BadSignature',
      'Gatekeepers.NotCommitted',
      'Gatekeepers.NotMember',
      'Gatekeepers.WrongSharing',
      'Gatekeepers.WrongSharing',
      'Gatekeepers.BadSignature',
    ])
    equal(network.chain.reserved(honest.operator.accountId), BOND)
    equal(statusOf(network, honest), 'Active')
  })
})

describe('a release that is of no use', () => {
  const reportsBy = (network: GatekeeperNetwork, of: TestEnclave, replica: TestEnclave) =>
    network.reports(replica, network.released(of, workerOf(replica)))

  it('leaves the gatekeeper out, unslashed, once most replicas of a contract say so', () => {
    const { network, liar, replicas } = serving()
    network.network.succeed(reportsBy(network, liar, replicas[0]))
    equal(statusOf(network, liar), 'Active')
    equal(network.chain.block(reportsBy(network, liar, replicas[0]))[0], 'Gatekeepers.AlreadyReported')
    network.network.succeed(reportsBy(network, liar, replicas[1]))
    equal(statusOf(network, liar), 'Suspended')
    deepEqual(network.chain.events('Gatekeepers', 'GatekeeperLeftOut'), [
      { identity: liar.identity.publicKey, contract: network.network.contract },
    ])
    equal(network.chain.reserved(liar.operator.accountId), BOND)
    network.conclude()
    equal(network.group.members.length, 4)
  })

  it('counts for nothing from one worker alone, though it be all replicas of its contract', () => {
    const { network, liar } = serving()
    network.network.deploy({ replicas: 1 })
    const [only] = network.network.replicas as [TestEnclave]
    network.network.succeed(reportsBy(network, liar, only))
    equal(statusOf(network, liar), 'Active')
  })

  it('suspends nobody whom the others could not release without', () => {
    const { network, liar, replicas } = serving({ gatekeepers: 3, target: { members: 3 } })
    network.network.succeed(...replicas.map((replica) => reportsBy(network, liar, replica)))
    equal(statusOf(network, liar), 'Active')
  })

  it('is reported by replicas only, about what the gatekeeper signed', () => {
    const { network, liar, honest, replicas } = serving()
    const [replica, other] = replicas
    const [outsider] = network.network.spare as [TestEnclave]
    const made = network.released(liar, workerOf(replica))
    const forged = { ...made, signed: { ...made.signed, release: { ...made.signed.release, index: 2 } } }
    deepEqual(
      network.chain.block(
        reportsBy(network, liar, outsider),
        network.reports(honest, network.released(liar, workerOf(honest))),
        network.reports(replica, made, other),
        network.reports(replica, forged),
        [user, network.reports(replica, made)[1]],
      ),
      [
        'Gatekeepers.NotAssigned',
        'Gatekeepers.NotWorker',
        'Gatekeepers.BadSignature',
        'Gatekeepers.BadSignature',
        'Gatekeepers.NotOperator',
      ],
    )
  })
})
