import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blake2b256 } from '@pha/core/crypto'
import {
  ContractMessage,
  checkChain,
  codeArchiveKey,
  EMPTY_TOPIC,
  messageArchiveKey,
  TopicMessage,
  topics,
  WorkerMessage,
} from '@pha/core/protocol'
import { messages } from '../messages/schema.ts'
import { testEnclave } from '../registry/test-enclave.ts'
import { contracts } from './schema.ts'
import { deployer, policy, TestNetwork, user } from './test-network.ts'

const code = new TextEncoder().encode('code')
const codeHash = blake2b256(code)
const deployment = { codeHash, executor: { type: 'Js' }, policy, init: Uint8Array.of(1) } as const

/** The archived messages of a topic, checked against the head in state. */
function messagesOf(network: TestNetwork, topic: Uint8Array): TopicMessage[] {
  const head = network.chain.read(messages.storage.topicHead, topic) ?? EMPTY_TOPIC
  const archived: TopicMessage[] = []
  for (let sequence = 1n; sequence <= head.sequence; sequence++) {
    const bytes = network.archived(messageArchiveKey(topic, sequence))
    ok(bytes !== undefined, `message ${sequence} is archived`)
    archived.push(TopicMessage.decode(bytes))
  }
  deepEqual(checkChain(EMPTY_TOPIC, archived, head), { ok: true })
  return archived
}

describe('contracts.uploadCode', () => {
  it('archives code under its hash, once', () => {
    const network = new TestNetwork()
    const upload = contracts.calls.uploadCode.encode({ code })
    equal(network.try(deployer, upload), 'ok')
    deepEqual(network.archived(codeArchiveKey(codeHash)), code)
    equal(network.chain.read(contracts.storage.codes, codeHash)?.publicSince, network.chain.number)
    equal(network.try(user, upload), 'Contracts.CodeExists')
  })
})

describe('contracts.deploy', () => {
  it('assigns distinct active workers and tells each of them', () => {
    const network = new TestNetwork()
    network.deploy()
    const { replicas, deployer: by } = network.deployed
    deepEqual(by, deployer.accountId)
    equal(new Set(replicas.map(String)).size, 3)
    for (const worker of network.workers) {
      const told = messagesOf(network, topics.worker(worker.identity.publicKey)).map(({ sender, payload }) => {
        equal(sender.type, 'System')
        return WorkerMessage.decode(payload)
      })
      const isReplica = network.replicas.includes(worker)
      deepEqual(told, isReplica ? [{ type: 'Assigned', value: { contract: network.contract } }] : [])
    }
  })

  it('puts the constructor into the topic as its first message and opens the first batch', () => {
    const network = new TestNetwork()
    network.deploy()
    const [first, ...others] = messagesOf(network, topics.contract(network.contract))
    equal(others.length, 0)
    deepEqual(first?.sender, { type: 'Account', value: deployer.accountId })
    deepEqual(first && ContractMessage.decode(first.payload), { type: 'Init', value: { input: Uint8Array.of(1) } })
    equal(first?.block, network.chain.number)
    deepEqual(network.progress, {
      batch: 0,
      committed: 0n,
      stateRoot: new Uint8Array(32),
      open: { from: 1n, to: 1n, openedAt: network.chain.number },
    })
    deepEqual(network.chain.events('Contracts', 'BatchOpened'), [
      { contract: network.contract, batch: 1, from: 1n, to: 1n },
    ])
  })

  it('gives every deployment another id', () => {
    const network = new TestNetwork()
    network.deploy()
    const first = network.contract
    network.deploy()
    notDeepEqual(network.contract, first)
  })

  it('refuses policies that nobody could satisfy or that would hold a worker for hours', () => {
    const network = new TestNetwork()
    network.succeed([deployer, contracts.calls.uploadCode.encode({ code })])
    for (const wrong of [
      { replicas: 0 },
      { replicas: 17 },
      { vendors: 0 },
      { vendors: 4 },
      { maxGas: 0n },
      { maxGas: 2n ** 63n },
    ]) {
      const call = contracts.calls.deploy.encode({ ...deployment, policy: { ...policy, ...wrong } })
      equal(network.try(deployer, call), 'Contracts.PolicyInvalid')
    }
  })

  it('refuses code that is not public, and a policy that too few workers satisfy', () => {
    const network = new TestNetwork()
    equal(network.try(deployer, contracts.calls.deploy.encode(deployment)), 'Contracts.CodeUnknown')
    network.succeed([deployer, contracts.calls.uploadCode.encode({ code })])
    for (const tooMuch of [{ replicas: 5 }, { vendors: 2 }, { worstLevel: 4 }]) {
      const call = contracts.calls.deploy.encode({ ...deployment, policy: { ...policy, ...tooMuch } })
      equal(network.try(deployer, call), 'Contracts.NotEnoughWorkers')
    }
    deepEqual(network.broken, [])
  })
})

describe('contracts.publishCommandKey and contracts.send', () => {
  it('agree on the key that more than half say, and only then take commands', () => {
    const network = new TestNetwork()
    network.deploy()
    const [a, b, c] = network.replicas as [TestEnclave, TestEnclave, TestEnclave]
    equal(network.chain.block(...network.sends())[0], 'Contracts.WrongEpoch')
    network.succeed(network.votesKey(a, 6), network.votesKey(b, 5))
    equal(network.chain.read(contracts.storage.commandKeys, network.contract), undefined)
    network.succeed(network.votesKey(c, 5))
    equal(network.chain.read(contracts.storage.commandKeys, network.contract)?.key[0], 5)
    deepEqual(network.chain.block(network.votesKey(a, 6)), ['Contracts.CommandKeySettled'])
    network.succeed(...network.sends(2))
    const sent = messagesOf(network, topics.contract(network.contract)).slice(1)
    deepEqual(
      sent.map(({ sender }) => sender),
      [0, 1].map(() => ({ type: 'Account', value: user.accountId })),
    )
  })

  it('counts a replica once, however often it votes', () => {
    const network = new TestNetwork()
    network.deploy()
    const [a] = network.replicas as [TestEnclave]
    network.succeed(network.votesKey(a), network.votesKey(a), network.votesKey(a, 6), network.votesKey(a))
    equal(network.chain.read(contracts.storage.commandKeys, network.contract), undefined)
  })

  it('refuse outsiders, wrong epochs, foreign signatures and unknown contracts', () => {
    const network = new TestNetwork()
    network.deploy()
    const [a, b] = network.replicas as [TestEnclave, TestEnclave]
    const [outsider] = network.spare as [TestEnclave]
    equal(network.chain.block(network.votesKey(outsider))[0], 'Contracts.NotReplica')
    equal(network.chain.block(network.votesKey(a, 5, 1))[0], 'Contracts.WrongEpoch')
    const forged = { ...a, identity: { ...a.identity, sign: b.identity.sign } }
    equal(network.chain.block(network.votesKey(forged))[0], 'Contracts.BadSignature')
    equal(network.chain.block(network.votesKey(testEnclave('unregistered')))[0], 'Invalid.Payment')
    network.agreeOnKey()
    const send = { contract: network.contract, epoch: 0, sealed: Uint8Array.of(9) }
    equal(network.try(user, contracts.calls.send.encode({ ...send, epoch: 1 })), 'Contracts.WrongEpoch')
    const unknown = { ...send, contract: new Uint8Array(32) }
    equal(network.try(user, contracts.calls.send.encode(unknown)), 'Contracts.ContractUnknown')
  })
})

type TestEnclave = ReturnType<typeof testEnclave>
