import { deepEqual, equal, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, connect as openConnection } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { describe, it } from 'node:test'
import { explainRefusal, strictPolicy } from '@pha/core/attestation'
import { fromHex, toHex, utf8Encode } from '@pha/core/codec'
import { registry, strictRegistry, system } from '@pha/runtime/pallets'
import { evidenceFor, registrationOf, simulatedRoot, testEnclave } from '@pha/runtime/testkit'
import { pino } from 'pino'
import { WebSocketServer } from 'ws'
import { chainSpec } from '../node/chain-spec.ts'
import { alice, bob, startTestNode, temporaryDirectory, testGenesis } from '../node/test-node.ts'
import { currentRuntimeCode } from '../runtime/index.ts'
import { ChainReader } from './chain-reader.ts'
import { NodeConnection } from './node-connection.ts'
import { Operator } from './operator.ts'

const silent = pino({ level: 'silent' })
const remark = (text: string): Uint8Array => system.calls.remark.encode({ remark: utf8Encode(text) })

/** An operator connected to a node, as the host wires it. */
function connect(port: number, keypair = alice, log = silent) {
  const node = new NodeConnection({ url: `ws://127.0.0.1:${port}`, log })
  const chain = new ChainReader(node)
  const operator = new Operator(keypair, { chain, genesis: chain.genesis(), log })
  node.subscribe('pha_subscribeFinalised', 'pha_finalised', () => operator.onBlock())
  node.onConnect(() => operator.onConnect())
  const nonce = async (): Promise<number> => (await chain.storage(system.storage.account, [keypair.accountId])).nonce
  return {
    chain,
    operator,
    nonce,
    async [Symbol.asyncDispose]() {
      await Promise.all([operator, node].map((part) => part[Symbol.asyncDispose]()))
    },
  }
}

/** An address that stays while the node behind it comes and goes: its own port another process could take meanwhile. */
async function door() {
  let behind = 0
  const server = createServer(async (client) => {
    if (behind === 0) return void client.destroy()
    const node = openConnection(behind, '127.0.0.1')
    await Promise.all([pipeline(client, node), pipeline(node, client)]).catch(() => {})
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(port: number) {
      behind = port
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('an operator', () => {
  it('brings calls that are made at once into finalised blocks, each of them once', async () => {
    await using node = await startTestNode()
    await using host = connect(node.port)
    await Promise.all(Array.from({ length: 40 }, (_, i) => host.operator.submit(remark(`call ${i}`))))
    equal(await host.nonce(), 40)
  })

  it('sends a call that waits already only once', async () => {
    await using node = await startTestNode()
    await using host = connect(node.port)
    await Promise.all([1, 2, 3].map(() => host.operator.submit(remark('same'))))
    equal(await host.nonce(), 1)
  })

  it('shares its account with another process', async () => {
    await using node = await startTestNode()
    await using one = connect(node.port)
    await using other = connect(node.port)
    const calls = Array.from({ length: 20 }, (_, i) => (i % 2 ? one : other).operator.submit(remark(`call ${i}`)))
    await Promise.all(calls)
    equal(await one.nonce(), 20)
  })

  it('does not lose what waits when the node restarts without its pool', async () => {
    await using directory = await temporaryDirectory()
    await using address = await door()
    let node = await startTestNode({ basePath: join(directory.path, 'node') })
    address.leadTo(node.port)
    await using host = connect(address.port, bob)
    await host.operator.submit(remark('before'))
    const waiting = Promise.all(Array.from({ length: 10 }, (_, i) => host.operator.submit(remark(`call ${i}`))))
    address.leadTo(0)
    await node[Symbol.asyncDispose]()
    const added = host.operator.submit(remark('while it was away'))
    node = await startTestNode({ basePath: join(directory.path, 'node') })
    address.leadTo(node.port)
    await Promise.all([waiting, added])
    equal(await host.nonce(), 12)
    await node[Symbol.asyncDispose]()
  })

  it('resolves for a call that had no effect, since that is for the enclave to find out', async () => {
    await using node = await startTestNode()
    await using host = connect(node.port)
    await host.operator.submit(Uint8Array.of(0, 0, 0)) // an empty remark
    equal(await host.nonce(), 1)
  })

  it('says which rule refused a registration, and what to do about it', async () => {
    const worker = testEnclave('denied')
    const policy = {
      ...strictPolicy,
      simulated: { roots: [simulatedRoot.publicKey], level: 5 },
      platforms: { allowed: undefined, denied: [worker.platform.publicKey] },
    }
    const allowed = { kind: { type: 'Worker' }, tee: { type: 'Simulated' }, build: '', activeFrom: 0 } as const
    const measurements = [{ measurement: worker.measurement, allowed: { ...allowed, retiredFrom: undefined } }]
    const genesis = { ...testGenesis, registry: { ...strictRegistry, policy, measurements } }
    const spec = chainSpec('Phala Test', 'Development', await currentRuntimeCode(), genesis)
    await using node = await startTestNode({ spec })
    const warned = Promise.withResolvers<{ readonly [field: string]: unknown }>()
    const warning = pino({ level: 'warn' }, { write: (line) => warned.resolve(JSON.parse(line)) })
    await using host = connect(node.port, alice, warning)

    const blockHash = node.chain.head.hash
    const registration = { ...registrationOf(worker, blockHash), operator: alice.accountId }
    const evidence = evidenceFor(worker, fromHex(node.genesisHash), registration)
    await host.operator.submit(registry.calls.register.encode({ registration, evidence, endpoint: '' }))
    const { call, error, rule, detail, means, remedy } = await warned.promise
    deepEqual([call, error, rule], ['Registry.register', 'Registry.PolicyRefused', 'platform-denied'])
    equal(detail, toHex(worker.platform.publicKey))
    deepEqual({ means, remedy }, explainRefusal('platform-denied'))
  })

  it('gives up its waiting calls when it is stopped', async () => {
    const host = connect(1)
    const waiting = host.operator.submit(remark('never sent'))
    const refused = rejects(waiting, { code: 'worker.stopped' })
    await host[Symbol.asyncDispose]()
    await refused
    await rejects(host.operator.submit(remark('late')), { code: 'worker.stopped' })
  })
})

describe('the connection to the node', () => {
  it('says what the node refuses, by its code', async () => {
    await using node = await startTestNode()
    await using connection = new NodeConnection({ url: `ws://127.0.0.1:${node.port}`, log: silent })
    await rejects(connection.call('no_such_method'), { code: 'worker.node-refused', refusal: 'rpc.unknown-method' })
  })

  it('waits for a node that starts later, and asks again what was cut off', async () => {
    await using address = await door()
    await using connection = new NodeConnection({ url: `ws://127.0.0.1:${address.port}`, log: silent })
    const asked = connection.call('system_name')
    await using later = await startTestNode()
    address.leadTo(later.port)
    equal(await asked, 'Phala TypeScript node')
  })

  it('survives a node that talks nonsense, and malformed answers are refused by code', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const answers = ['nonsense', '0x1', {}, [], '0xzz', 7]
    server.on('connection', (socket) => {
      socket.send('{"method":"pha_finalised","params":{"result":7}}')
      socket.on('message', (data) => {
        socket.send(JSON.stringify({ id: JSON.parse(String(data)).id, result: answers.shift() ?? null }))
      })
    })
    await using connection = new NodeConnection({ url: `ws://127.0.0.1:${port}`, log: silent })
    const chain = new ChainReader(connection)
    while (answers.length > 0) await rejects(chain.code(new Uint8Array(32)), { code: 'worker.node-malformed' })
    equal(await chain.code(new Uint8Array(32)), undefined)
    for (const socket of server.clients) socket.send('no JSON')
    equal(await chain.code(new Uint8Array(32)), undefined)
    for (const socket of server.clients) socket.terminate()
    server.close()
  })

  it('comes back from a node that is no WebSocket at all', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).end('no such thing\r\n')).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const connection = new NodeConnection({ url: `ws://127.0.0.1:${port}`, log: silent })
    const asked = rejects(connection.call('system_name'), { code: 'worker.stopped' })
    await once(server, 'connection')
    equal(connection.connected, false)
    await connection[Symbol.asyncDispose]()
    await asked
    server.close()
  })
})
