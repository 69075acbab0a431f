import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { encodeCall } from '@pha/contract'
import { equalBytes, toHex } from '@pha/core/codec'
import { open } from '@pha/core/crypto'
import { contexts, REPLY_PADDING, Reply, replyAad } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { contracts, type FinalCommit } from '@pha/runtime/pallets'
import { type Client, createClient, deriveDevAccount, openSession, PhaError, readStorage } from '@pha/sdk'
import { bootNetwork, type NetworkHost, type TemporaryFolder, type TestNetwork, temporaryFolder } from '@pha/testing'
import { type DeployedTally, deployTally, progressOf, replicaStatus } from './deploy-tally.ts'
import { type DishonestHost, dishonestHost } from './lying-channel/dishonest-host.ts'
import type { LieName } from './lying-channel/lies.ts'

/** They send at the same time, so that messages come in pages and there is an order to lie about. */
const PEOPLE = ['//Alice', '//Bob', '//Charlie'].map(deriveDevAccount)
const MINUTE_MS = 60_000

interface SettledTotal {
  readonly block: number
  readonly sequence: bigint
  readonly total: bigint
}

describe('a host that lies to its pRuntime', () => {
  let folder: TemporaryFolder
  let host: DishonestHost
  let network: TestNetwork
  let deceived: NetworkHost
  let identity: Uint8Array
  let client: Client
  let deployed: DeployedTally
  /** All that was settled, oldest first. */
  const settled: SettledTotal[] = []
  const total = (): bigint => settled.at(-1)?.total ?? 0n

  before(async () => {
    folder = await temporaryFolder()
    host = dishonestHost(folder.path)
    network = await bootNetwork({ enclaveCommand: (name) => (name === 'worker-1' ? host.command : undefined) })
    deceived = network.workers[0] as NetworkHost
    identity = deceived.identity()
    client = createClient({ url: network.nodeUrl })
    deployed = await deployTally(client)
    await everybodyAdds()
    await recovers()
  })
  after(async () => {
    client?.close()
    await network?.[Symbol.asyncDispose]()
    await folder?.[Symbol.asyncDispose]()
  })

  const aboutMessages: readonly (readonly [LieName, string])[] = [
    ['drops a message', 'sync.topic-gap'],
    ['drops the last message', 'sync.topic-gap'],
    ['reorders messages', 'sync.topic-gap'],
    ['replays old messages', 'sync.topic-gap'],
    ['forges a payload', 'sync.topic-forged'],
    ['forges a sender', 'sync.topic-forged'],
    ['forges a time', 'sync.topic-forged'],
    ['puts an old message under a new number', 'sync.topic-forged'],
  ]
  const aboutState: readonly (readonly [LieName, string])[] = [
    ['leaves a node out of proofs', 'sync.bad-proof'],
    ['changes a node of proofs', 'sync.bad-proof'],
    ['proves nothing', 'sync.bad-proof'],
    ['proves the state of an older block', 'sync.bad-proof'],
  ]
  const aboutHeaders: readonly (readonly [LieName, string])[] = [
    ['replays an old header', 'sync.backward'],
    ['forges a state root', 'sync.forged-header'],
    ['forges a block number', 'sync.forged-header'],
    ['forges a finality proof', 'sync.forged-header'],
  ]

  for (const [what, lies] of Object.entries({ messages: aboutMessages, state: aboutState, headers: aboutHeaders })) {
    it(`is noticed whatever it says about ${what}; the others go on, and it recovers with the truth`, async () => {
      for (const [lie, code] of lies) {
        host.tell(lie)
        await goingOnUntil(`a host that ${lie} is noticed`, () => host.noticed(code))
        await saysNothingWrong()
      }
      await recovers()
    })
  }

  it('can hold its enclave in the past by withholding headers, but not change what was true then', async () => {
    host.tell('withholds headers')
    const at = settled.length
    await goingOnUntil('headers were withheld', host.wasTold)
    for (let round = 0; round < 2; round++) await everybodyAdds()
    const answer = await saysNothingWrong()
    ok(answer !== undefined && answer < (settled[at + 5]?.block ?? 0))
    await recovers()
  })

  it('can keep its enclave from voting, and nothing else', async () => {
    host.tell('keeps calls and blobs to itself')
    await goingOnUntil('a vote was lost', host.wasTold)
    equal((await commitsOf(everybodyAdds)).some(isVotedByDeceived), false)
    await saysNothingWrong()
    await recovers()
    await goingOnUntil('its vote counts again', async () => (await commitsOf(everybodyAdds)).some(isVotedByDeceived))
  })

  it('cannot start its enclave anew on forged blobs, code or another beginning of the chain', async () => {
    await deceived.stop()
    host.tell('forges blobs')
    await deceived.start()
    // Garbage for snapshots and deltas: the messages lead to the same state.
    await goingOnUntil('forged blobs are noticed', () => host.noticed('blob.forged'))
    await goingOnUntil('the state is back', async () => {
      return (await replicaStatus(deceived, deployed.contract))?.ready === true
    })
    await saysNothingWrong()

    await deceived.stop()
    host.tell('forges code')
    await deceived.start()
    await goingOnUntil('forged code is noticed', () => host.noticed('sync.forged-content'))
    equal((await replicaStatus(deceived, deployed.contract))?.ready, false)
    equal(await saysNothingWrong(), undefined)

    await deceived.stop()
    host.tell('forges the genesis proof')
    await deceived.start()
    await goingOnUntil('a forged genesis is noticed', () => host.noticed('sync.bad-genesis'))
    equal(await saysNothingWrong(), undefined)
    await recovers()
  })

  it('ends its enclave with a coded reason when it breaks the framing', async () => {
    for (const [lie, code] of [
      ['answers twice', 'channel.unknown-response'],
      ['sends frames that are none', 'channel.malformed-frame'],
    ] as const) {
      host.tell(lie)
      await goingOnUntil(`a host that ${lie} is noticed`, () => host.noticed(code))
      equal(await saysNothingWrong(), undefined)
    }
    await recovers()
  })

  /** Three commands at once, each answered rightly by the majority. */
  async function everybodyAdds(): Promise<void> {
    const jobs = await Promise.all(
      PEOPLE.map((signer) => deployed.tally.settled.add({ amount: 1n, note: '' }, { signer })),
    )
    jobs.sort((left, right) => Number(left.sequence - right.sequence))
    for (const { result, commit, sequence } of jobs) {
      equal(result, total() + 1n)
      settled.push({ block: commit.block, sequence, total: result })
    }
  }

  /** The batches that `work` led to. */
  async function commitsOf(work: () => Promise<void>) {
    const { batch: first } = await progressOf(client, deployed.contract)
    await work()
    const { batch: last } = await progressOf(client, deployed.contract)
    const batches = Array.from({ length: last - first }, (_, i) => first + 1 + i)
    const found = await Promise.all(
      batches.map((batch) => readStorage(client, contracts.storage.commits, [deployed.contract, batch])),
    )
    return found.filter((commit) => commit !== undefined)
  }

  function isVotedByDeceived({ voters }: FinalCommit): boolean {
    return voters.some((voter) => equalBytes(voter, identity))
  }

  /** The other two replicas give right answers all the while. */
  async function goingOnUntil(what: string, happened: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + MINUTE_MS
    do {
      await everybodyAdds()
      if (performance.now() > end) throw new Error(`${what}: did not happen in time`)
    } while (!(await happened()))
  }

  /** With the truth it is where the chain is, and its answers are those of the others. */
  async function recovers(): Promise<void> {
    host.tell('tells the truth')
    await goingOnUntil('it has recovered', async () => {
      const [replica, progress] = await Promise.all([
        replicaStatus(deceived, deployed.contract),
        progressOf(client, deployed.contract),
      ])
      return replica?.ready === true && replica.stateRoot === toHex(progress.stateRoot)
    })
    const answer = await saysNothingWrong()
    ok(answer !== undefined && answer >= (settled.at(-1)?.block ?? 0))
  }

  /**
   * Asks the deceived enclave for the total and for the newest replies: it answers what was true at the block that it
   * names, or nothing. Returns that block.
   */
  async function saysNothingWrong(): Promise<number | undefined> {
    for (const { sequence, total: expected } of settled.slice(-PEOPLE.length)) {
      const output = await replyOf(sequence)
      if (output !== undefined) deepEqual(output, t.u64.encode(expected))
    }
    const answer = await queryTotal()
    if (answer === undefined) return undefined
    const then = settled.findLast(({ block }) => block <= answer.block)?.total ?? 0n
    equal(t.u64.decode(answer.output), then)
    return answer.block
  }

  async function replyOf(sequence: bigint): Promise<Uint8Array | undefined> {
    const { contract } = deployed
    const response = await fetch(`${deceived.url}/reply/${toHex(contract)}/${sequence}`)
    const sealed = new Uint8Array(await response.arrayBuffer())
    if (!response.ok) return undefined
    const { hash: genesis } = await client.chain.genesis(AbortSignal.timeout(MINUTE_MS))
    const { seed } = client.replyKey
    const opened = await open({
      seed,
      context: contexts.reply,
      aad: replyAad(genesis, contract, sequence),
      sealed,
      paddingFloor: REPLY_PADDING,
    })
    if (opened === undefined) throw new Error('a reply that does not open')
    return Reply.decode(opened).output
  }

  async function queryTotal() {
    const [signer] = PEOPLE
    if (signer === undefined) throw new Error('somebody has to ask')
    try {
      const session = await openSession(client, { worker: identity, contract: deployed.contract, signer })
      const input = encodeCall('total', {}, {})
      const answer = await session.ask({ type: 'Query', value: { input } }, AbortSignal.timeout(MINUTE_MS))
      if (answer.type === 'Answer') return answer.value
      deepEqual(answer, { type: 'Refused', value: { code: 'contract.not-ready' } })
      return undefined
    } catch (error) {
      if (error instanceof PhaError && error.code === 'sdk.replica-failed') return undefined
      throw error
    }
  }
})
