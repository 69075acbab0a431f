import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { command, contract, encodeCall, job, map, query as queryMethod, t } from '@pha/contract'
import { toHex } from '@pha/core/codec'
import { blake2b256, deriveDevAccount } from '@pha/core/crypto'
import { makeReceipt } from './actions/make-receipt.ts'
import { openSession } from './actions/open-session.ts'
import { query } from './actions/query.ts'
import { sendCommand } from './actions/send-command.ts'
import { waitForReply } from './actions/wait-for-reply.ts'
import { type Client, createClient } from './client.ts'
import { contractClient } from './contract-client.ts'
import { verifyReceipt } from './receipt/verify-receipt.ts'
import { TestNode } from './test-node.ts'
import { TestContract, TestReplica } from './test-replica.ts'

const Diary = contract({
  name: 'Diary',
  docs: 'Notes that only their writers read, and how many there are.',
  state: { notes: map(t.accountId, t.text) },
  errors: { Empty: 'an empty note' },
}).impl(({ state, errors }) => ({
  commands: {
    write: command({ note: t.text }, ({ caller, note }) => {
      if (note === '') throw errors.Empty()
      state.notes.set(caller, note)
    }),
  },
  jobs: { count: job({ atLeast: t.u8 }, t.u32, ({ atLeast }) => Math.max(state.notes.size, atLeast)) },
  queries: {
    mine: queryMethod({}, t.option(t.text), ({ caller }) => state.notes.get(caller)),
    fail: queryMethod({}, t.unit, () => {
      throw errors.Empty()
    }),
  },
}))

const [ann, bob] = [deriveDevAccount('//Ann'), deriveDevAccount('//Bob')]

interface World extends AsyncDisposable {
  readonly node: TestNode
  readonly contract: TestContract
  readonly replicas: readonly TestReplica[]
  readonly client: Client
}

/** A node, three replicas of the contract, a client; batches settle as commands are ordered. */
async function world(): Promise<World> {
  const node = await new TestNode().start()
  const deployed = new TestContract(node, Diary)
  const replicas = await Promise.all([0, 1, 2].map((number) => new TestReplica(node, deployed, number).start()))
  const voters = replicas.map(({ identity }) => identity)
  node.makeBlock([...deployed.deployed(voters), ...replicas.map((replica) => replica.registered())])
  let known = 0
  node.onBlock = () => {
    if (node.messages.length === known) return
    known = node.messages.length
    void deployed.settle(voters)
  }
  const client = createClient({ url: node.url, genesisHash: toHex(node.genesis.hash) })
  return {
    node,
    contract: deployed,
    replicas,
    client,
    async [Symbol.asyncDispose]() {
      client.close()
      await Promise.all(replicas.map((replica) => replica[Symbol.asyncDispose]()))
      await node[Symbol.asyncDispose]()
    },
  }
}

describe('the typed client of a contract', () => {
  it('sends commands, runs jobs and asks queries with the types of the declaration', async () => {
    await using w = await world()
    const diary = contractClient(w.client, Diary, w.contract.id, { signer: ann })
    const { sequence } = await diary.command.write({ note: 'a secret' })
    equal(sequence, 1n)
    const note: string | undefined = await diary.query.mine()
    equal(note, 'a secret')
    equal(await diary.query.mine({}, { signer: bob }), undefined)
    const count: number = await diary.job.count({ atLeast: 0 })
    equal(count, 1)
    const sent = await diary.send.write({ note: 'ordered' }, { signer: bob })
    const { reply } = await waitForReply(w.client, sent)
    equal(reply.receipt.outcome.type, 'Ok')
    // @ts-expect-error: the declaration says text
    await rejects(diary.command.write({ note: 7 }))
    // @ts-expect-error: no such method
    equal(diary.query.theirs, undefined)
  })

  it("rejects with the contract's own code", async () => {
    await using w = await world()
    const diary = contractClient(w.client, Diary, w.contract.id, { signer: ann })
    await rejects(diary.command.write({ note: '' }), { name: 'ContractRejection', code: 'Empty' })
    await rejects(diary.query.fail(), { name: 'ContractRejection', code: 'Empty' })
  })

  it('makes a receipt that anyone checks offline', async () => {
    await using w = await world()
    const diary = contractClient(w.client, Diary, w.contract.id, { signer: ann })
    const { reply, result } = await diary.settled.count({ atLeast: 5 })
    equal(result, 5)
    const file = JSON.stringify(await makeReceipt(w.client, { reply }))
    const verdict = verifyReceipt(file, { genesisHash: toHex(w.node.genesis.hash) })
    ok(verdict.ok)
    deepEqual(verdict.facts.output, t.u32.encode(5))
    equal(verdict.facts.simulated, true)
    equal(verdict.facts.agreed.length, 3)
  })
})

describe('a command', () => {
  it('is sealed: neither its input nor whether a reply is wanted shows', async () => {
    await using w = await world()
    const input = encodeCall('write', { note: t.text }, { note: 'canary canary canary' })
    const sent = await sendCommand(w.client, { contract: w.contract.id, input, signer: ann })
    const [message] = w.node.messages
    ok(message !== undefined)
    equal(toHex(message.payload).includes(toHex(new TextEncoder().encode('canary')).slice(2)), false)
    deepEqual(sent.commandHash, blake2b256(message.payload))
  })

  it('is ordered after those that the same signer sent before, whatever took longer', async () => {
    await using w = await world()
    const { rpc } = w.client
    let delayMs = 60
    const request: typeof rpc.request = async (...asked) => {
      delayMs = Math.max(0, delayMs - 10)
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      return rpc.request(...asked)
    }
    const client: Client = {
      ...w.client,
      rpc: { connections: 1, request, subscribe: rpc.subscribe.bind(rpc), close: rpc.close.bind(rpc) },
    }
    const sent = await Promise.all(
      ['one', 'two', 'three', 'four'].map((note) =>
        sendCommand(client, {
          contract: w.contract.id,
          input: encodeCall('write', { note: t.text }, { note }),
          signer: ann,
        }),
      ),
    )
    deepEqual(
      sent.map(({ sequence }) => sequence),
      sent.map(({ sequence }) => sequence).toSorted((left, right) => Number(left - right)),
    )
  })

  it('copied by another sender is refused by the replicas', async () => {
    await using w = await world()
    const input = encodeCall('write', { note: t.text }, { note: 'mine' })
    await sendCommand(w.client, { contract: w.contract.id, input, signer: ann })
    const [message] = w.node.messages
    ok(message !== undefined)
    w.node.messages.push({ ...message, sequence: 2n, sender: bob.accountId })
    w.node.makeBlock()
    equal(await query(w.client, ask(w, bob)).then(({ output }) => toHex(output)), '0x00')
  })
})

describe('a reply', () => {
  it('is taken from an honest replica when others lie, are down or send too much', async () => {
    await using w = await world()
    const [liar, down] = w.replicas as readonly [TestReplica, TestReplica, TestReplica]
    liar.falsify = (reply) => ({ ...reply, output: t.u32.encode(99) })
    down.lie = (path) => (path.startsWith('/reply') ? new Uint8Array(200_000) : undefined)
    const diary = contractClient(w.client, Diary, w.contract.id, { signer: ann })
    for (let i = 0; i < 3; i++) equal(await diary.job.count({ atLeast: 4 }), 4)
  })

  it('is refused in each way it can be false', async () => {
    await using w = await world()
    const input = encodeCall('count', { atLeast: t.u8 }, { atLeast: 4 })
    const sent = await sendCommand(w.client, { contract: w.contract.id, input, signer: ann })
    await waitForReply(w.client, sent)
    const falsifications: readonly TestReplica['falsify'][] = [
      (reply) => ({ ...reply, output: t.u32.encode(99) }),
      (reply) => ({ ...reply, salt: new Uint8Array(32) }),
      (reply) => ({ ...reply, batch: 9 }),
      (reply) => ({ ...reply, position: 1 }),
      (reply) => ({ ...reply, proof: [] }),
      (reply) => ({ ...reply, contract: new Uint8Array(32) }),
      (reply) => ({ ...reply, receipt: { ...reply.receipt, outcome: { type: 'Rejected' } } }),
      (reply) => ({ ...reply, receipt: { ...reply.receipt, sequence: 2n } }),
      (reply) => ({ ...reply, receipt: { ...reply.receipt, command: new Uint8Array(32) } }),
    ]
    for (const falsify of falsifications) {
      // All three have answered when one is asked again.
      const stop = new AbortController()
      let asked = 0
      for (const replica of w.replicas) {
        replica.falsify = (reply) => {
          if (++asked > 3) stop.abort(new DOMException('enough', 'TimeoutError'))
          return falsify(reply)
        }
      }
      await rejects(
        waitForReply(w.client, sent, { signal: stop.signal }),
        (error: { code: string; causes: unknown[] }) => {
          equal(error.code, 'sdk.timeout')
          deepEqual(
            error.causes.map((cause) => (cause as { code: string }).code),
            Array(3).fill('sdk.replica-failed'),
          )
          return true
        },
      )
    }
  })

  it('is not waited for forever: the command is not lost', async () => {
    await using w = await world()
    w.node.onBlock = () => {}
    const input = encodeCall('count', { atLeast: t.u8 }, { atLeast: 4 })
    const sent = await sendCommand(w.client, { contract: w.contract.id, input, signer: ann })
    await rejects(waitForReply(w.client, sent, { timeoutMs: 200 }), { code: 'sdk.timeout', fix: /waitForReply/ })
    await w.contract.settle(w.replicas.map(({ identity }) => identity))
    equal((await waitForReply(w.client, sent)).reply.receipt.outcome.type, 'Ok')
  })
})

describe('a query', () => {
  it('keeps its session, and opens another when the worker was restarted', async () => {
    await using w = await world()
    for (let i = 0; i < 3; i++) await query(w.client, ask(w, ann))
    const used = w.replicas.find(({ opened }) => opened > 0)
    equal(used?.opened, 1)
    used?.restart()
    await query(w.client, ask(w, ann))
    equal(
      w.replicas.reduce((sum, { opened }) => sum + opened, 0),
      2,
    )
  })

  it('asks one at a time in a session, whatever the caller does', async () => {
    await using w = await world()
    await query(w.client, ask(w, ann))
    const answers = await Promise.all(Array.from({ length: 10 }, () => query(w.client, ask(w, ann))))
    equal(new Set(answers.map(({ worker }) => toHex(worker))).size, 1)
    equal(
      w.replicas.reduce((sum, { opened }) => sum + opened, 0),
      1,
    )
  })

  it('goes to another replica when hosts lie, and says why when none is left', async () => {
    await using w = await world()
    const [one, two, three] = w.replicas as readonly [TestReplica, TestReplica, TestReplica]
    one.lie = () => new Uint8Array(32)
    two.lie = (_, answer) => answer?.map((byte, i) => (i === 40 ? byte ^ 1 : byte))
    const { worker } = await query(w.client, ask(w, ann))
    deepEqual(worker, three.identity)
    three.lie = () => undefined
    await rejects(query(w.client, ask(w, ann)), (error: { code: string; causes: unknown[] }) => {
      equal(error.code, 'sdk.no-replica-answered')
      return error.causes.length === 3
    })
  })

  it('waits for replicas that are all being restarted', async () => {
    await using w = await world()
    await query(w.client, ask(w, ann))
    for (const replica of w.replicas) replica.kill()
    const answer = query(w.client, ask(w, ann))
    const [one, two] = w.replicas as readonly [TestReplica, TestReplica, TestReplica]
    let refused = 0
    for (const replica of [one, two]) {
      replica.restart()
      replica.refusal = 'session.worker-not-active'
      replica.lie = (_, honest) => (refused++ < 3 ? undefined : honest)
      await replica.start()
    }
    const identities = [one, two].map(({ identity }) => toHex(identity))
    ok(identities.includes(toHex((await answer).worker)))
    ok(refused > 3)
  })

  it('does not wait forever for replicas that stay away', async () => {
    await using w = await world()
    for (const replica of w.replicas) replica.kill()
    await rejects(query(w.client, ask(w, ann)), (error: { code: string; causes: { isTransient: boolean }[] }) => {
      equal(error.code, 'sdk.no-replica-answered')
      return error.causes.length === 3 && error.causes.every(({ isTransient }) => isTransient)
    })
  })

  it('takes no answer from a worker that its host keeps in the past', async () => {
    await using w = await world()
    for (let i = 0; i < 60; i++) w.node.makeBlock()
    await w.client.chain.headAfter(w.node.head.finalised.header.number - 1, AbortSignal.timeout(20_000))
    const [one, two] = w.replicas as readonly [TestReplica, TestReplica, TestReplica]
    one.behind = 50
    two.behind = 50
    const { worker } = await query(w.client, ask(w, ann), { timeoutMs: 20_000 })
    notEqual(toHex(worker), toHex(one.identity))
    notEqual(toHex(worker), toHex(two.identity))
  })

  it('opens sessions with registered, active workers only', async () => {
    await using w = await world()
    const worker = new Uint8Array(32).fill(5)
    await rejects(openSession(w.client, { worker, contract: w.contract.id, signer: ann }), {
      code: 'sdk.worker-unknown',
    })
    const [one] = w.replicas as readonly [TestReplica, TestReplica, TestReplica]
    const session = await openSession(w.client, { worker: one.identity, contract: w.contract.id, signer: ann })
    const { input } = ask(w, ann)
    const answer = await session.ask({ type: 'Query', value: { input } }, AbortSignal.timeout(20_000))
    equal(answer.type, 'Answer')
  })
})

function ask(w: World, signer: typeof ann) {
  return { contract: w.contract.id, input: encodeCall('mine', {}, {}), signer }
}
