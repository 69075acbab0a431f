import { deepEqual, equal, notDeepEqual, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contract, encodeCall, query as queryMethod, t } from '@pha/contract'
import { toHex } from '@pha/core/codec'
import { deriveDevAccount } from '@pha/core/crypto'
import type { SessionResponse } from '@pha/core/protocol'
import { registry } from '@pha/runtime/pallets'
import { openSession } from '../actions/open-session.ts'
import { query } from '../actions/query.ts'
import type { CallOptions } from '../call-options.ts'
import { createClient, type SessionTransportKind } from '../client.ts'
import { TestNode } from '../test-node.ts'
import { TestContract, TestReplica } from '../test-replica.ts'
import { ANSWER_MS } from './session-transport.ts'

const Echo = contract({ name: 'Echo', docs: 'Says it again.', state: {}, errors: {} }).impl(() => ({
  queries: { echo: queryMethod({ text: t.text }, t.text, ({ text }) => text) },
}))

const ann = deriveDevAccount('//Ann')
const input = (text: string) => encodeCall('echo', { text: t.text }, { text })
const signal = () => AbortSignal.timeout(20_000)

async function world(sessionTransport: SessionTransportKind) {
  const node = await new TestNode().start()
  const deployed = new TestContract(node, Echo)
  const replicas = [0, 1].map((number) => new TestReplica(node, deployed, number))
  await Promise.all(replicas.map((replica) => replica.start()))
  const identities = replicas.map(({ identity }) => identity)
  node.makeBlock([...deployed.deployed(identities), ...replicas.map((replica) => replica.registered())])
  const client = createClient({ url: node.url, genesisHash: toHex(node.genesis.hash), sessionTransport })
  const [replica, other] = replicas as [TestReplica, TestReplica]
  const open = () => openSession(client, { worker: replica.identity, contract: deployed.id, signer: ann })
  const ask = (options: CallOptions = {}) =>
    query(client, { contract: deployed.id, input: input('hello'), signer: ann }, options)
  return {
    node,
    client,
    replica,
    other,
    open,
    ask,
    async [Symbol.asyncDispose]() {
      client.close()
      await Promise.all(replicas.map((one) => one[Symbol.asyncDispose]()))
      await node[Symbol.asyncDispose]()
    },
  }
}

function said(response: SessionResponse): string {
  return response.type === 'Answer' ? t.text.decode(response.value.output) : JSON.stringify(response)
}

for (const transport of ['websocket', 'http'] as const) {
  describe(`a session over ${transport}`, () => {
    it('is opened to no key that was not proven from state: what a lying node says of a worker is not believed', async () => {
      await using w = await world(transport)
      w.node.lie = (method, result) => {
        if (method !== 'state_getReadProof') return result
        const { at, proof } = result as { at: string; proof: string[] }
        const agreement = toHex(workerOf(w.node, w.replica).agreement).slice(2)
        return { at, proof: proof.map((node) => node.replace(agreement, 'ab'.repeat(1216))) }
      }
      await rejects(w.open(), { code: 'sdk.bad-proof' })
      equal(w.replica.opened, 0)
      w.node.lie = (_, result) => result
      await w.open()
      equal(w.replica.opened, 1)
    })

    it('carries many requests at once, each with its own answer', async () => {
      await using w = await world(transport)
      const session = await w.open()
      const texts = Array.from({ length: 50 }, (_, i) => `number ${i}`)
      const answers = await Promise.all(
        texts.map((text) => session.ask({ type: 'Query', value: { input: input(text) } }, signal())),
      )
      deepEqual(answers.map(said), texts)
      equal(w.replica.opened, 1)
    })

    it('goes on when connections break: each request has its answer, and its effect once', async () => {
      await using w = await world(transport)
      const session = await w.open()
      const before = w.replica.asked
      w.replica.lost = 5
      const texts = Array.from({ length: 12 }, (_, i) => `number ${i}`)
      const answers = await Promise.all(
        texts.map((text) => session.ask({ type: 'Query', value: { input: input(text) } }, signal())),
      )
      deepEqual(answers.map(said), texts)
      equal(w.replica.lost, 0)
      equal(w.replica.asked - before, 12)
      equal(w.replica.opened, 1, 'the same session')
    })

    it('ends when the worker has forgotten it', async () => {
      await using w = await world(transport)
      const session = await w.open()
      w.replica.restart()
      await rejects(session.ask({ type: 'Query', value: { input: input('x') } }, signal()), {
        code: 'sdk.replica-failed',
      })
      ok(session.closed)
    })

    it('is left for another once its host is gone, sooner than a busy one', async () => {
      await using w = await world(transport)
      const first = await w.ask()
      const [used, spare] =
        toHex(first.worker) === toHex(w.replica.identity) ? [w.replica, w.other] : [w.other, w.replica]
      used.kill()
      deepEqual((await w.ask({ timeoutMs: ANSWER_MS - 1_000 })).worker, spare.identity)
    })

    it('goes on when one of those who wait for it gives up', async () => {
      await using w = await world(transport)
      const session = await w.open()
      const request = { type: 'Query', value: { input: input('x') } } as const
      await rejects(session.ask(request, AbortSignal.abort(new Error('no time'))), { message: 'no time' })
      equal(said(await session.ask(request, signal())), 'x')
    })

    it('is used no more, and closed, once the chain does not believe its worker', async (test) => {
      await using w = await world(transport)
      test.mock.timers.enable({ apis: ['Date'], now: Date.now() })
      const first = await w.ask()
      const [used, spare] =
        toHex(first.worker) === toHex(w.replica.identity) ? [w.replica, w.other] : [w.other, w.replica]
      deepEqual((await w.ask()).worker, used.identity)
      const record = workerOf(w.node, used)
      const { workers } = registry.storage
      const suspended = { ...record, status: { type: 'Suspended' as const, value: { since: 1 } } }
      const { hash } = w.node.makeBlock([[workers.key(used.identity), workers.type.encode(suspended)]])
      while (toHex((await w.client.chain.head(signal())).hash) !== toHex(hash)) await new Promise(setImmediate)
      test.mock.timers.tick(10_000)
      deepEqual((await w.ask()).worker, spare.identity)
    })

    it('is opened anew when its worker has another key', async (test) => {
      await using w = await world(transport)
      test.mock.timers.enable({ apis: ['Date'], now: Date.now() })
      const first = await w.ask()
      const used = toHex(first.worker) === toHex(w.replica.identity) ? w.replica : w.other
      const { workers } = registry.storage
      const record = workerOf(w.node, used)
      const agreement = used === w.replica ? workerOf(w.node, w.other).agreement : workerOf(w.node, w.replica).agreement
      const { hash } = w.node.makeBlock([[workers.key(used.identity), workers.type.encode({ ...record, agreement })]])
      while (toHex((await w.client.chain.head(signal())).hash) !== toHex(hash)) await new Promise(setImmediate)
      test.mock.timers.tick(10_000)
      notDeepEqual((await w.ask()).worker, used.identity)
    })
  })
}

function workerOf(node: TestNode, replica: TestReplica) {
  const worker = registry.storage.workers.decode(node.head.state.get(registry.storage.workers.key(replica.identity)))
  if (worker === undefined) throw new Error('not registered')
  return worker
}
