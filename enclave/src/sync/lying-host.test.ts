import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { utf8Decode, utf8Encode } from '@pha/core/codec'
import { headerHash, type TopicMessage, topics } from '@pha/core/protocol'
import type { Host } from '../channel/host.ts'
import { TestChain } from '../testing/test-chain.ts'
import { TestClient, type TestSession } from '../testing/test-client.ts'
import { TestEnclave } from '../testing/test-enclave.ts'
import { TestNetwork } from '../testing/test-network.ts'

/** A network whose only worker has a host that turns dishonest later. */
async function withLiar() {
  const network = await TestNetwork.start(0)
  const honest = network.settlement.host()
  let lie: Partial<Host> = {}
  const dishonest = new Proxy(honest, { get: (host, name) => Reflect.get({ ...host, ...lie }, name) })
  const worker = await network.addWorker({ host: dishonest })
  await network.blocks(3)
  const contract = await network.deployNotebook()
  const ann = new TestClient('ann', network.chain)

  async function note(text: string): Promise<bigint> {
    const sender = ann.account.accountId
    return network.settlement.send(
      contract,
      sender,
      await network.settlement.sealed({ contract, sender, input: utf8Encode(text) }),
    )
  }
  async function authorized(): Promise<TestSession> {
    const session = await ann.connect(worker)
    await session.ask({ type: 'Authorize', value: ann.permit(session, contract, network.chain.nextNumber + 50) })
    return session
  }
  async function ask(open?: TestSession): Promise<string> {
    const session = open ?? (await authorized())
    const answer = await session.ask({ type: 'Query', value: { input: new Uint8Array(0) } })
    return answer.type === 'Answer' ? (utf8Decode(answer.value.output).split(' for ')[0] ?? '') : answer.type
  }
  function tell(next: Partial<Host>): void {
    lie = next
  }
  return { network, worker, contract, honest, note, authorized, ask, tell }
}

const lies = (worker: TestEnclave): ReadonlyMap<string, number> => worker.parts?.chain.lies ?? new Map()

describe('a host that lies about messages', () => {
  const tricks: [string, string, (page: TopicMessage[]) => TopicMessage[]][] = [
    ['drops one', 'sync.topic-gap', (page) => page.filter((_, i) => i !== 0)],
    ['drops all', 'sync.topic-gap', () => []],
    ['reorders them', 'sync.topic-gap', (page) => page.toReversed()],
    ['replays one', 'sync.topic-gap', (page) => page.flatMap((message) => [message, message]).slice(0, page.length)],
    [
      'forges a payload',
      'sync.topic-forged',
      (page) => page.map((message) => ({ ...message, payload: utf8Encode('forged') })),
    ],
    [
      'forges a sender',
      'sync.topic-forged',
      (page) => page.map((message) => ({ ...message, sender: { type: 'Account', value: new Uint8Array(32) } })),
    ],
    ['forges a time', 'sync.topic-forged', (page) => page.map((message) => ({ ...message, timestamp: 1n }))],
    [
      'puts an old message under a new number',
      'sync.topic-forged',
      (page) => page.map((message, _, [first]) => ({ ...(first ?? message), sequence: message.sequence })),
    ],
  ]

  for (const [trick, code, change] of tricks) {
    it(`is noticed when it ${trick}, and nothing is executed until it tells the truth`, async () => {
      const { network, worker, contract, honest, note, ask, tell } = await withLiar()
      tell({
        messages: async (request) => {
          const page = await honest.messages(request)
          return Buffer.from(request.topic).equals(topics.contract(contract)) ? change([...page]) : page
        },
      })
      await note('one')
      const sequence = await note('two')
      await network.blocks(4)
      ok((lies(worker).get(code) ?? 0) > 0, [...lies(worker).keys()].join())
      equal(await ask(), '', 'still the state that was settled before')
      tell({})
      await network.untilSettled(contract, sequence)
      equal(await ask(), 'one;two;')
    })
  }
})

describe('a host that lies about state', () => {
  const tricks: [string, (proof: readonly Uint8Array[]) => readonly Uint8Array[]][] = [
    ['leaves a node out', (proof) => proof.slice(1)],
    ['changes a node', (proof) => proof.map((node) => node.map((byte, i) => (i === 40 ? byte ^ 1 : byte)))],
    ['sends nothing', () => []],
  ]
  for (const [trick, change] of tricks) {
    it(`is noticed when it ${trick}`, async () => {
      const { network, worker, contract, honest, note, authorized, ask, tell } = await withLiar()
      const before = await authorized()
      tell({ readProof: async (request) => change(await honest.readProof(request)) })
      const sequence = await note('one')
      await network.blocks(4)
      ok((lies(worker).get('sync.bad-proof') ?? 0) > 0)
      equal(await ask(before), '')
      await rejects(ask(), { code: 'session.not-authorized' }, 'nobody is known without a proof')
      tell({})
      await network.untilSettled(contract, sequence)
      equal(await ask(), 'one;')
    })
  }

  it('is noticed when it proves the state of an older block', async () => {
    const { network, worker, honest, note, authorized, ask, tell } = await withLiar()
    const before = await authorized()
    const old = worker.parts?.chain.newest.hash ?? new Uint8Array(32)
    tell({ readProof: ({ keys }) => honest.readProof({ block: old, keys }) })
    await note('one')
    await network.blocks(4)
    ok((lies(worker).get('sync.bad-proof') ?? 0) > 0)
    equal(await ask(before), '')
    await rejects(ask(), { code: 'session.not-authorized' })
  })
})

describe('a host that lies about headers', () => {
  it('is refused older headers, forks, other authorities and other chains, and keeps being served the truth', async () => {
    const { network, worker, contract, note, ask } = await withLiar()
    const { chain } = network
    const newest = chain.seal()
    await worker.show(newest)
    const older = chain.finalise({ ...newest.header, number: newest.header.number - 1 })
    const fork = chain.finalise({ ...newest.header, stateRoot: new Uint8Array(32) })
    const stranger = new TestChain('stranger')
    const forged = stranger.finalise({ ...newest.header, number: newest.header.number + 1 })
    const unsigned = { ...newest, header: { ...newest.header, number: newest.header.number + 1 } }
    await rejects(worker.show(older), { code: 'sync.backward' })
    await rejects(worker.show(fork), { code: 'sync.fork' })
    await rejects(worker.show(forged), { code: 'sync.forged-header' })
    await rejects(worker.show(unsigned), { code: 'sync.forged-header' })
    deepEqual(Object.fromEntries(lies(worker)), { 'sync.backward': 1, 'sync.fork': 1, 'sync.forged-header': 2 })
    deepEqual(worker.parts?.chain.newest.hash, headerHash(newest.header))
    await network.untilSettled(contract, await note('fine'))
    equal(await ask(), 'fine;')
  })

  it('cannot start an enclave with a genesis that proves no authority', async () => {
    const network = await TestNetwork.start(0)
    const enclave = new TestEnclave({ kind: 'Worker', host: network.settlement.host() })
    const { genesisHeader } = network.chain
    const start = { operator: new Uint8Array(32), genesisHeader, genesisProof: [] }
    await rejects(enclave.host.request({ type: 'Start', value: start }), { code: 'sync.bad-genesis' })
    await rejects(enclave.status(), { code: 'enclave.not-started' })
  })
})

describe('a host that lies about code and blobs', () => {
  it('is noticed, and honest replicas are not led astray', async () => {
    const { network, worker, contract, note } = await withLiar()
    await network.untilSettled(contract, await note('one'))
    network.awake.delete(worker)
    const honest = network.settlement.host()
    const garbage = async (): Promise<Uint8Array> => utf8Encode('garbage')
    const host: Host = { ...honest, getBlob: garbage, code: garbage }
    const again = await network.addWorker({ folder: worker.folder, host })
    await network.until(() => (again.parts?.chain.lies.get('sync.forged-content') ?? 0) > 0)
    ok(again.codes().includes('blob.forged'))
    equal((await again.status()).contracts[0]?.ready, false)
    host.code = honest.code
    // The delta is still garbage: the messages lead to the same state.
    await network.until(async () => (await again.status()).contracts[0]?.ready === true)
  })
})
