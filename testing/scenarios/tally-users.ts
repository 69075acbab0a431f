/** People who use a tally without a pause: what they sent, how long they waited, and whether all of it is there in the end. */
import { equal, ok } from 'node:assert/strict'
import { toHex } from '@pha/core/codec'
import { type Client, deriveDevAccount, getContract, type SentCommand, waitForReply } from '@pha/sdk'
import { until } from '../src/index.ts'
import type { DeployedTally } from './deploy-tally.ts'
import { serving, totalAt, workerStatus } from './serving-replicas.ts'

/** Longer than any interruption that a scenario makes. */
const PATIENCE_MS = 120_000

export interface TallyUsersInit {
  readonly client: Client
  readonly deployed: DeployedTally
  /** Of all workers, whether they run the tally or not. */
  readonly workerUrls: readonly string[]
  /** Each sends one command after the other. */
  readonly people: readonly string[]
  /** Asks for the total all the time, besides. */
  readonly asks?: boolean
}

export class TallyUsers {
  /** What everybody sent, and what it was sealed to. */
  readonly sent: SentCommand[] = []
  /** What is in the tally when all of it is settled. */
  total = 0n
  /** Queries that were answered. */
  answered = 0
  /** How long somebody waited for an order or an answer. */
  longestMs = 0
  readonly #init: TallyUsersInit

  constructor(init: TallyUsersInit) {
    this.#init = init
  }

  /** Sends one command and waits for its reply. */
  async add(note: string): Promise<SentCommand> {
    const { client, deployed } = this.#init
    const sent = await deployed.tally.send.add({ amount: 1n, note })
    this.total += 1n
    this.sent.push(sent)
    await waitForReply(client, sent)
    return sent
  }

  /** Everybody sends, one command after the other, until `work` is done; whatever is refused ends the scenario. */
  async whileInUse(work: () => Promise<void>): Promise<void> {
    const { tally } = this.#init.deployed
    let isDone = false
    const withoutPause = async (what: () => Promise<void>): Promise<void> => {
      do {
        const begun = performance.now()
        await what()
        this.longestMs = Math.max(this.longestMs, performance.now() - begun)
      } while (!isDone)
    }
    const adds = this.#init.people.map((name) =>
      withoutPause(async () => {
        const signer = deriveDevAccount(name)
        const signal = AbortSignal.timeout(PATIENCE_MS)
        this.sent.push(await tally.send.add({ amount: 3n, note: name }, { signer, signal }))
        this.total += 3n
      }),
    )
    const asks = async (): Promise<void> => {
      const total = await tally.query.total({}, { signal: AbortSignal.timeout(PATIENCE_MS) })
      ok(total <= this.total + 3n * BigInt(this.#init.people.length), `the tally says ${total}`)
      this.answered++
    }
    const users = Promise.all(this.#init.asks === true ? [...adds, withoutPause(asks)] : adds)
    try {
      await Promise.race([work(), users])
    } finally {
      isDone = true
      await users
    }
  }

  /** Every command that was ordered is settled and answered, and each replica has the sum of all. */
  async allIsRight(): Promise<void> {
    const { client, deployed, workerUrls } = this.#init
    const { contract } = deployed
    const last = this.sent.reduce((newest, { sequence }) => (sequence > newest ? sequence : newest), 0n)
    await until('all is settled', async () => ((await getContract(client, contract)).progress?.committed ?? 0n) >= last)
    for (const one of this.sent.slice(-3)) equal((await waitForReply(client, one)).reply.receipt.outcome.type, 'Ok')
    const { replicas } = await getContract(client, contract)
    for (const url of workerUrls) {
      const status = await until('it answers', () => workerStatus(url))
      if (!replicas.some((replica) => toHex(replica) === status.identity)) continue
      await serving(client, url, contract)
      equal(await totalAt(client, status.identity, contract), this.total)
    }
  }
}
