import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Keypair, verifyEd25519 } from '@pha/core/crypto'
import {
  bind,
  type Context,
  contexts,
  GatekeepersMessage,
  KeyRelease,
  KeyRequest,
  messageArchiveKey,
  TopicMessage,
  topics,
  WorkerMessage,
} from '@pha/core/protocol'
import type { Transaction } from '../../chain/test-chain.ts'
import { contracts } from '../contracts/schema.ts'
import { deployer, type TestNetwork, user } from '../contracts/test-network.ts'
import { registry } from '../registry/schema.ts'
import type { TestEnclave } from '../registry/test-enclave.ts'
import { gatekeepers } from './schema.ts'
import { GatekeeperNetwork } from './test-gatekeepers.ts'

const recipient = new Uint8Array(1216).fill(3)

function signed(network: TestNetwork, identity: Keypair, context: Context, content: Uint8Array): Uint8Array {
  return identity.sign(bind(context, network.chain.genesis, content))
}

function requests(network: TestNetwork, worker: TestEnclave, changes: Partial<KeyRequest> = {}): Transaction {
  const request = {
    worker: worker.identity.publicKey,
    contract: network.contract,
    root: 1,
    epoch: 0,
    recipient,
    ...changes,
  }
  const signature = signed(network, worker.identity, contexts.keyRequest, KeyRequest.encode(request))
  return [worker.operator, gatekeepers.calls.requestKey.encode({ request, signature })]
}

interface Release extends Partial<KeyRelease> {
  /** By default who sends it. */
  readonly signer?: TestEnclave
  readonly context?: Context
}

function releases({ network, gatekeeper }: Started, to: TestEnclave, changes: Release = {}): Transaction {
  const { signer = gatekeeper, context = contexts.keyRelease, ...fields } = changes
  const release = {
    worker: to.identity.publicKey,
    contract: network.contract,
    root: 1,
    epoch: 0,
    sharing: 1,
    index: 1,
    recipient: new Uint8Array(32).fill(2),
    commitment: new Uint8Array(32).fill(3),
    sealed: Uint8Array.of(1, 2),
    ...fields,
  }
  const signature = signed(network, signer.identity, context, KeyRelease.encode(release))
  return [gatekeeper.operator, gatekeepers.calls.releaseKey.encode({ release, signature })]
}

function lastMessage(network: TestNetwork, topic: Uint8Array, sequence: bigint): TopicMessage {
  const bytes = network.archived(messageArchiveKey(topic, sequence))
  ok(bytes !== undefined)
  return TopicMessage.decode(bytes)
}

type Started = ReturnType<typeof started>

/** A contract, and a group of one gatekeeper. */
function started() {
  const { network, gatekeepers } = GatekeeperNetwork.ofOne()
  network.deploy()
  const [gatekeeper] = gatekeepers as [TestEnclave]
  const [replica] = network.replicas as [TestEnclave]
  const [outsider] = network.spare as [TestEnclave]
  return { network, chain: network.chain, gatekeeper, replica, outsider }
}

describe('gatekeepers.requestKey', () => {
  it('tells the gatekeepers, each time a replica asks', () => {
    const { network, replica } = started()
    network.succeed(requests(network, replica))
    network.succeed(requests(network, replica))
    // Message 1 was the dealing of the ceremony.
    for (const sequence of [2n, 3n]) {
      const { sender, payload } = lastMessage(network, topics.gatekeepers, sequence)
      const worker = replica.identity.publicKey
      deepEqual(sender, { type: 'Worker', value: worker })
      const value = { worker, contract: network.contract, root: 1, epoch: 0, recipient }
      deepEqual(GatekeepersMessage.decode(payload), { type: 'KeyRequested', value })
    }
  })

  it('refuses whoever may not have the key, and copies of a request', () => {
    const { network, chain, gatekeeper, replica, outsider } = started()
    equal(chain.block(requests(network, outsider))[0], 'Gatekeepers.NotAssigned')
    equal(chain.block(requests(network, gatekeeper))[0], 'Gatekeepers.NotWorker')
    equal(chain.block(requests(network, replica, { epoch: 1 }))[0], 'Gatekeepers.WrongEpoch')
    equal(chain.block(requests(network, replica, { root: 2 }))[0], 'Gatekeepers.WrongEpoch')
    equal(chain.block(requests(network, replica, { contract: new Uint8Array(32) }))[0], 'Gatekeepers.NotAssigned')
    const [, copy] = requests(network, replica)
    equal(network.try(user, copy), 'Gatekeepers.NotOperator')
    const stolen = { ...outsider, operator: replica.operator }
    equal(chain.block(requests(network, stolen, { worker: replica.identity.publicKey }))[0], 'Gatekeepers.BadSignature')
    equal(network.archived(messageArchiveKey(topics.gatekeepers, 2n)), undefined)
  })

  it('refuses while there is no group, and says whether governance has to do something', () => {
    for (const [target, outcome] of [
      [{}, 'Gatekeepers.NoGroup'],
      ['none', 'Gatekeepers.NoTarget'],
    ] as const) {
      const { network } = new GatekeeperNetwork({ target })
      network.deploy()
      const [replica] = network.replicas as [TestEnclave]
      equal(network.chain.block(requests(network, replica))[0], outcome)
    }
  })
})

describe('gatekeepers.releaseKey', () => {
  it('puts the sealed part into the topic of the worker', () => {
    const all = started()
    const { network, chain, gatekeeper, replica } = all
    network.succeed(releases(all, replica))
    const worker = replica.identity.publicKey
    // Message 1 told the worker of its assignment.
    const { sender, payload } = lastMessage(network, topics.worker(worker), 2n)
    deepEqual(sender, { type: 'Worker', value: gatekeeper.identity.publicKey })
    const message = WorkerMessage.decode(payload)
    equal(message.type, 'KeyReleased')
    if (message.type !== 'KeyReleased') return
    const { release, signature } = message.value
    deepEqual(release.sealed, Uint8Array.of(1, 2))
    // With it, a worker that opens something wrong can show who said so.
    const signed = bind(contexts.keyRelease, chain.genesis, KeyRelease.encode(release))
    ok(verifyEd25519(gatekeeper.identity.publicKey, signed, signature))
  })

  it('refuses other members, other signers, another context, and workers that may not have the key', () => {
    const all = started()
    const { chain, gatekeeper, replica, outsider } = all
    const outcomes = chain.block(
      releases(all, replica, { index: 2 }),
      releases(all, replica, { index: 0 }),
      releases(all, replica, { signer: replica }),
      releases(all, replica, { context: contexts.keyRequest }),
      releases(all, outsider),
      releases(all, gatekeeper),
      releases(all, replica, { epoch: 1 }),
      releases(all, replica, { sharing: 2 }),
      releases(all, replica, { root: 2 }),
    )
    deepEqual(outcomes, [
      'Gatekeepers.NotMember',
      'Gatekeepers.NotMember',
      'Gatekeepers.BadSignature',
      'Gatekeepers.BadSignature',
      'Gatekeepers.NotAssigned',
      'Gatekeepers.NotWorker',
      'Gatekeepers.WrongEpoch',
      'Gatekeepers.WrongSharing',
      'Gatekeepers.NoGroup',
    ])
  })

  it('is refused for a replica that was replaced after it asked', () => {
    const all = started()
    const { network, chain, replica } = all
    network.succeed(requests(network, replica))
    const replacement = { contract: network.contract, replica: replica.identity.publicKey }
    network.succeed([deployer, contracts.calls.replaceReplica.encode(replacement)])
    equal(chain.block(releases(all, replica))[0], 'Gatekeepers.NotAssigned')
  })

  it('is refused once the gatekeeper is not registered any more', () => {
    const all = started()
    const { network, chain, gatekeeper, replica } = all
    const { identity, operator } = gatekeeper
    network.succeed([operator, registry.calls.deregister.encode({ identity: identity.publicKey })])
    equal(chain.block(releases(all, replica))[0], 'Gatekeepers.NotGatekeeper')
  })
})
