import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Keypair, Secret, verifyEd25519 } from '@pha/core/crypto'
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
import { rootFromSeed } from '@pha/core/threshold'
import type { Transaction } from '../../chain/test-chain.ts'
import { contracts } from '../contracts/schema.ts'
import { deployer, TestNetwork, user } from '../contracts/test-network.ts'
import { registry } from '../registry/schema.ts'
import type { TestEnclave } from '../registry/test-enclave.ts'
import { gatekeepers } from './schema.ts'

const recipient = new Uint8Array(1216).fill(3)
const { publicShare } = rootFromSeed(Secret.from(new Uint8Array(32).fill(1)), 'test root')

function signed(network: TestNetwork, identity: Keypair, context: Context, content: Uint8Array): Uint8Array {
  return identity.sign(bind(context, network.chain.genesis, content))
}

function publishes(network: TestNetwork, by: TestEnclave = network.gatekeeper, signer = by): Transaction {
  const signature = signed(network, signer.identity, contexts.gatekeeperShare, publicShare)
  const share = { identity: by.identity.publicKey, publicShare, signature }
  return [by.operator, gatekeepers.calls.publishShare.encode(share)]
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
  readonly signer?: TestEnclave
  readonly context?: Context
}

function releases(network: TestNetwork, to: TestEnclave, changes: Release = {}): Transaction {
  const { signer = network.gatekeeper, context = contexts.keyRelease, ...fields } = changes
  const release = {
    worker: to.identity.publicKey,
    contract: network.contract,
    root: 1,
    epoch: 0,
    sharing: 1,
    index: 1,
    commitment: new Uint8Array(32).fill(3),
    sealed: Uint8Array.of(1, 2),
    ...fields,
  }
  const signature = signed(network, signer.identity, context, KeyRelease.encode(release))
  return [network.gatekeeper.operator, gatekeepers.calls.releaseKey.encode({ release, signature })]
}

function lastMessage(network: TestNetwork, topic: Uint8Array, sequence: bigint): TopicMessage {
  const bytes = network.archived(messageArchiveKey(topic, sequence))
  ok(bytes !== undefined)
  return TopicMessage.decode(bytes)
}

function started() {
  const network = new TestNetwork()
  network.deploy()
  network.succeed(publishes(network))
  const [replica] = network.replicas as [TestEnclave]
  const [outsider] = network.spare as [TestEnclave]
  return { network, chain: network.chain, replica, outsider }
}

describe('gatekeepers.publishShare', () => {
  it('makes the first registered gatekeeper a group of one', () => {
    const { network, chain } = started()
    deepEqual(chain.read(gatekeepers.storage.group), {
      threshold: 1,
      publicKey: publicShare,
      members: [{ index: 1, identity: network.gatekeeper.identity.publicKey, publicShare }],
      root: 1,
      sharing: 1,
      since: chain.number,
      ceremony: 0,
      dealers: [],
    })
    equal(chain.block(publishes(network))[0], 'Gatekeepers.GroupExists')
  })

  it('refuses a worker, a signature of another enclave, and a sender who is not the operator', () => {
    const network = new TestNetwork()
    const [worker] = network.workers as [TestEnclave]
    equal(network.chain.block(publishes(network, worker))[0], 'Gatekeepers.NotGatekeeper')
    equal(network.chain.block(publishes(network, network.gatekeeper, worker))[0], 'Gatekeepers.BadSignature')
    const [, call] = publishes(network)
    equal(network.try(user, call), 'Gatekeepers.NotOperator')
    equal(network.chain.read(gatekeepers.storage.group), undefined)
  })
})

describe('gatekeepers.requestKey', () => {
  it('tells the gatekeepers, each time a replica asks', () => {
    const { network, replica } = started()
    network.succeed(requests(network, replica))
    network.succeed(requests(network, replica))
    for (const sequence of [1n, 2n]) {
      const { sender, payload } = lastMessage(network, topics.gatekeepers, sequence)
      const worker = replica.identity.publicKey
      deepEqual(sender, { type: 'Worker', value: worker })
      const value = { worker, contract: network.contract, root: 1, epoch: 0, recipient }
      deepEqual(GatekeepersMessage.decode(payload), { type: 'KeyRequested', value })
    }
  })

  it('refuses whoever may not have the key, and copies of a request', () => {
    const { network, chain, replica, outsider } = started()
    equal(chain.block(requests(network, outsider))[0], 'Gatekeepers.NotAssigned')
    equal(chain.block(requests(network, network.gatekeeper))[0], 'Gatekeepers.NotWorker')
    equal(chain.block(requests(network, replica, { epoch: 1 }))[0], 'Gatekeepers.WrongEpoch')
    equal(chain.block(requests(network, replica, { root: 2 }))[0], 'Gatekeepers.WrongEpoch')
    equal(chain.block(requests(network, replica, { contract: new Uint8Array(32) }))[0], 'Gatekeepers.NotAssigned')
    const [, copy] = requests(network, replica)
    equal(network.try(user, copy), 'Gatekeepers.NotOperator')
    const stolen = { ...outsider, operator: replica.operator }
    equal(chain.block(requests(network, stolen, { worker: replica.identity.publicKey }))[0], 'Gatekeepers.BadSignature')
    equal(network.archived(messageArchiveKey(topics.gatekeepers, 1n)), undefined)
  })

  it('refuses while there is no group', () => {
    const network = new TestNetwork()
    network.deploy()
    const [replica] = network.replicas as [TestEnclave]
    equal(network.chain.block(requests(network, replica))[0], 'Gatekeepers.NoGroup')
  })
})

describe('gatekeepers.releaseKey', () => {
  it('puts the sealed part into the topic of the worker', () => {
    const { network, chain, replica } = started()
    network.succeed(releases(network, replica))
    const worker = replica.identity.publicKey
    // Message 1 told the worker of its assignment.
    const { sender, payload } = lastMessage(network, topics.worker(worker), 2n)
    deepEqual(sender, { type: 'Worker', value: network.gatekeeper.identity.publicKey })
    const message = WorkerMessage.decode(payload)
    equal(message.type, 'KeyReleased')
    if (message.type !== 'KeyReleased') return
    const { release, signature } = message.value
    deepEqual(release.sealed, Uint8Array.of(1, 2))
    // With it, a worker that opens something wrong can show who said so.
    const signed = bind(contexts.keyRelease, chain.genesis, KeyRelease.encode(release))
    ok(verifyEd25519(network.gatekeeper.identity.publicKey, signed, signature))
  })

  it('refuses other members, other signers, another context, and workers that may not have the key', () => {
    const { network, chain, replica, outsider } = started()
    const outcomes = chain.block(
      releases(network, replica, { index: 2 }),
      releases(network, replica, { index: 0 }),
      releases(network, replica, { signer: replica }),
      releases(network, replica, { context: contexts.keyRequest }),
      releases(network, outsider),
      releases(network, network.gatekeeper),
      releases(network, replica, { epoch: 1 }),
      releases(network, replica, { sharing: 2 }),
      releases(network, replica, { root: 2 }),
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
    const { network, chain, replica } = started()
    network.succeed(requests(network, replica))
    const replacement = { contract: network.contract, replica: replica.identity.publicKey }
    network.succeed([deployer, contracts.calls.replaceReplica.encode(replacement)])
    equal(chain.block(releases(network, replica))[0], 'Gatekeepers.NotAssigned')
  })

  it('is refused once the gatekeeper is not registered any more', () => {
    const { network, chain, replica } = started()
    const { identity, operator } = network.gatekeeper
    network.succeed([operator, registry.calls.deregister.encode({ identity: identity.publicKey })])
    equal(chain.block(releases(network, replica))[0], 'Gatekeepers.NotGatekeeper')
  })
})
