import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SESSION_WINDOW } from '@pha/core/crypto'
import { limits, MAX_SESSION_PERMIT_BLOCKS, type SessionPermit, type SessionRequest } from '@pha/core/protocol'
import { system } from '@pha/runtime/pallets'
import { enclaveLimits } from '../limits.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { TestClient, type TestSession } from '../testing/test-client.ts'
import type { TestEnclave } from '../testing/test-enclave.ts'
import { TestNetwork } from '../testing/test-network.ts'

const query: SessionRequest = { type: 'Query', value: { input: new Uint8Array(0) } }

async function setUp() {
  const network = await TestNetwork.start(1)
  const contract = await network.deployNotebook()
  const [worker] = network.workers as [TestEnclave]
  const ann = new TestClient('ann', network.chain)
  return { network, contract, worker, ann, block: network.chain.nextNumber - 1 }
}

/** The first answer from the state at `block`: the worker was shown it, and may still be at work on it. */
async function answerAt(session: TestSession, block: number): ReturnType<TestSession['ask']> {
  for (;;) {
    const answer = await session.ask(query)
    if (answer.type !== 'Answer' || answer.value.block >= block) return answer
  }
}

describe('a session', () => {
  it("answers queries of the permit's account, from finalised state", async () => {
    const { contract, worker, ann, block } = await setUp()
    const session = await ann.connect(worker)
    const authorize: SessionRequest = { type: 'Authorize', value: ann.permit(session, contract, block + 10) }
    deepEqual(await session.ask(authorize), { type: 'Authorized' })
    const answer = await answerAt(session, block)
    equal(answer.type, 'Answer')
    if (answer.type === 'Answer') {
      deepEqual(answer.value.stateRoot, (await worker.status()).contracts[0]?.stateRoot)
      equal(answer.value.block, block)
    }
  })

  it('closes without a sealed word when it does not begin with a valid permit', async () => {
    const { network, contract, worker, ann, block } = await setUp()
    const eve = new TestClient('eve', network.chain)
    const permits: ((session: TestSession) => SessionPermit)[] = [
      (session) => ann.permit(session, contract, block - 1),
      (session) => ann.permit(session, contract, block + MAX_SESSION_PERMIT_BLOCKS + 1),
      (session) => ann.permit(session, contract, block + 10, bytesOf('other chain')),
      (session) => ({
        ...eve.permit(session, contract, block + 10),
        account: ann.account.accountId,
      }),
      (session) => ({ ...ann.permit(session, contract, block + 10), contract: bytesOf('other') }),
    ]
    for (const permit of permits) {
      const session = await ann.connect(worker)
      await rejects(session.ask({ type: 'Authorize', value: permit(session) }), { code: 'session.not-authorized' })
      await rejects(session.ask(query), { code: 'session.closed' })
    }
    const session = await ann.connect(worker)
    await rejects(session.ask(query), { code: 'session.not-authorized' })
  })

  it('refuses a permit that was signed for another session', async () => {
    const { contract, worker, ann, block } = await setUp()
    const first = await ann.connect(worker)
    const permit = ann.permit(first, contract, block + 10)
    const second = await ann.connect(worker)
    await rejects(second.ask({ type: 'Authorize', value: permit }), { code: 'session.not-authorized' })
  })

  it('answers no recorded message again: not in the session, not in one opened with the same encapsulation', async () => {
    const { contract, worker, ann, block } = await setUp()
    const session = await ann.connect(worker)
    await session.ask({ type: 'Authorize', value: ann.permit(session, contract, block + 10) })
    await session.ask(query)
    const [authorize, asked] = session.sent as [Uint8Array, Uint8Array]

    const id = await worker.host.request({ type: 'OpenSession', value: session.name.encapsulation })
    await rejects(session.carry(authorize, worker, id), { code: 'session.not-authorized' })
    await rejects(session.carry(asked, worker, id), { code: 'session.closed' })

    for (let i = 0; i < SESSION_WINDOW; i++) await session.ask(query)
    await rejects(session.carry(asked), { code: 'session.closed' })
    await rejects(session.ask(query), { code: 'session.closed' }, 'a replay closes the session')
  })

  it('gives what comes again the sealed bytes that it gave before, and works once', async () => {
    const { network, contract, worker, ann, block } = await setUp()
    const session = await ann.connect(worker)
    const authorize = session.seal({ type: 'Authorize', value: ann.permit(session, contract, block + 10) })
    const authorized = await session.carry(authorize)
    deepEqual(session.read(authorized), { type: 'Authorized' })
    deepEqual(await session.carry(authorize), authorized)
    await answerAt(session, block)

    const asked = session.seal(query)
    const [first, second] = await Promise.all([session.carry(asked), session.carry(asked)])
    deepEqual(second, first)
    await network.blocks(2)
    deepEqual(await session.carry(asked), first, 'also when the state that it was read from is not the newest any more')
    const answer = session.read(first)
    equal(answer.type === 'Answer' && answer.value.block, block)
    equal((await session.ask(query)).type, 'Answer')
  })

  it('answers a window of requests in whatever order they arrive', async () => {
    const { contract, worker, ann, block } = await setUp()
    const session = await ann.connect(worker)
    await session.ask({ type: 'Authorize', value: ann.permit(session, contract, block + 10) })
    const messages = Array.from({ length: SESSION_WINDOW }, () => session.seal(query))
    const answers = await Promise.all(messages.reverse().map((message) => session.carry(message)))
    for (const sealed of answers) {
      const answer = session.read(sealed)
      // On a machine that is busy with something else, a contract may seem slow and have to wait for its turn.
      if (answer.type === 'Refused') equal(answer.value.code, 'contract.busy')
      else equal(answer.type, 'Answer')
    }
  })

  it('takes one permit: answers of requests in flight must not change their meaning', async () => {
    const { contract, worker, ann, block } = await setUp()
    const session = await ann.connect(worker)
    const authorize = (): SessionRequest => ({ type: 'Authorize', value: ann.permit(session, contract, block + 10) })
    await session.ask(authorize())
    deepEqual(await session.ask(authorize()), { type: 'Refused', value: { code: 'session.already-authorized' } })
  })

  it('ends, and says why under seal, when the chain does not believe the worker any more', async () => {
    const { network, contract, worker, ann, block } = await setUp()
    const session = await ann.connect(worker)
    await session.ask({ type: 'Authorize', value: ann.permit(session, contract, block + 100) })
    network.settlement.setWorker(network.identityOf(worker), { status: { type: 'Suspended', value: { since: block } } })
    await network.blocks(2)
    const last = session.seal(query)
    const ended = await session.carry(last)
    deepEqual(session.read(ended), { type: 'Refused', value: { code: 'session.worker-not-active' } })
    await rejects(session.ask(query), { code: 'session.closed' })
    await rejects(ann.connect(worker), { code: 'session.worker-not-active' })

    network.settlement.setWorker(network.identityOf(worker), { status: { type: 'Active' } })
    await network.blocks(2)
    await rejects(session.ask(query), { code: 'session.closed' }, 'it does not come back')
    equal((await ann.connect(worker)).session.closed, false)
  })

  it('ends when the worker expires, for clients that say nothing in between too', async () => {
    const { network, contract, worker, ann, block } = await setUp()
    const session = await ann.connect(worker)
    await session.ask({ type: 'Authorize', value: ann.permit(session, contract, block + 100) })
    network.settlement.setWorker(network.identityOf(worker), { expiresAt: block })
    await network.blocks(2)
    network.settlement.setWorker(network.identityOf(worker), { expiresAt: block + 10_000 })
    await network.blocks(2)
    deepEqual(await session.ask(query), { type: 'Refused', value: { code: 'session.worker-not-active' } })
  })

  it('ends when the worker falls below the level of the contract', async () => {
    const { network, worker, ann } = await setUp()
    const identity = network.identityOf(worker)
    network.settlement.setWorker(identity, { level: 4 })
    const contract = await network.deployNotebook({ worstLevel: 4 })
    const session = await ann.connect(worker)
    const permit = ann.permit(session, contract, network.chain.nextNumber + 100)
    deepEqual(await session.ask({ type: 'Authorize', value: permit }), { type: 'Authorized' })
    equal((await session.ask(query)).type, 'Answer')
    network.settlement.setWorker(identity, { level: 5 })
    await network.blocks(2)
    deepEqual(await session.ask(query), { type: 'Refused', value: { code: 'session.level-too-low' } })
    await rejects(session.ask(query), { code: 'session.closed' })
  })

  it('takes the place of the idlest one of its account, when that has too many', async () => {
    const { contract, worker, ann, block } = await setUp()
    const open = async () => {
      const session = await ann.connect(worker)
      await session.ask({ type: 'Authorize', value: ann.permit(session, contract, block + 10) })
      return session
    }
    const sessions = []
    for (let i = 0; i < limits.sessionsOfAccount; i++) sessions.push(await open())
    const [first, second] = sessions as [TestSession, TestSession]
    equal((await first.ask(query)).type, 'Answer', 'it is not the idlest any more')
    const newest = await open()
    equal((await newest.ask(query)).type, 'Answer')
    equal((await first.ask(query)).type, 'Answer')
    await rejects(second.ask(query), { code: 'session.closed' })
  })

  it('shares a few places among accounts that the chain does not know, and never those of others', async () => {
    const { network, contract, worker, block } = await setUp()
    const open = async (name: string, isKnown: boolean) => {
      const client = new TestClient(name, network.chain)
      const account = { ...system.storage.account.fallback, providers: 1 }
      if (isKnown) network.chain.set(system.storage.account, [client.account.accountId], account)
      if (isKnown) await network.blocks(1)
      const session = await client.connect(worker)
      await session.ask({ type: 'Authorize', value: client.permit(session, contract, block + 100) })
      return session
    }
    const known = await open('known', true)
    const unknown = []
    for (let i = 0; i <= enclaveLimits.sessionsOfUnknown; i++) unknown.push(await open(`unknown ${i}`, false))
    const [first, second] = unknown as [TestSession, TestSession]
    equal((await known.ask(query)).type, 'Answer')
    await rejects(first.ask(query), { code: 'session.closed' })
    equal((await second.ask(query)).type, 'Answer')
    equal((await worker.status()).sessions, enclaveLimits.sessionsOfUnknown + 1)
  })

  it('answers no recorded session after a restart', async () => {
    const { network, contract, worker, ann, block } = await setUp()
    const session = await ann.connect(worker)
    await session.ask({ type: 'Authorize', value: ann.permit(session, contract, block + 10) })
    await session.ask(query)
    network.awake.delete(worker)
    const again = await network.addWorker({ folder: worker.folder })
    await network.blocks(3)
    const id = await again.host.request({ type: 'OpenSession', value: session.name.encapsulation })
    const [authorize] = session.sent as [Uint8Array]
    await rejects(session.carry(authorize, again, id), { code: 'session.not-authorized' })
    await rejects(session.carry(authorize, again), { code: 'session.closed' })
  })

  it('ends its permit at its block', async () => {
    const { network, contract, worker, ann, block } = await setUp()
    const session = await ann.connect(worker)
    await session.ask({ type: 'Authorize', value: ann.permit(session, contract, block + 1) })
    equal((await session.ask(query)).type, 'Answer')
    await network.blocks(2)
    deepEqual(await session.ask(query), { type: 'Refused', value: { code: 'permit.expired' } })
  })

  it('is refused for bytes that are no encapsulation or no session', async () => {
    const { worker } = await setUp()
    const value = { session: bytesOf('nobody'), message: new Uint8Array(40) }
    await rejects(worker.host.request({ type: 'SessionMessage', value }), { code: 'session.closed' })
    const id = await worker.host.request({ type: 'OpenSession', value: new Uint8Array(1120) }).catch(() => undefined)
    if (id !== undefined) {
      const message = new Uint8Array(300)
      await rejects(worker.host.request({ type: 'SessionMessage', value: { session: id, message } }), {
        code: 'session.closed',
      })
    }
  })
})
