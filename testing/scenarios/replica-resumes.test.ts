import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fromHex, toHex } from '@pha/core/codec'
import { contracts } from '@pha/runtime/pallets'
import { type Client, createClient, deriveDevAccount, getContract, readStorage, sendCall } from '@pha/sdk'
import { bootProcesses, type ProcessNetwork, until } from '../src/index.ts'
import { type DeployedTally, deployTally, progressOf } from './deploy-tally.ts'
import { serving, totalAt, type WorkerStatus, workerStatus } from './serving-replicas.ts'

const BATCHES = 41
/** A snapshot is kept at every 16th batch. */
const NEWEST_SNAPSHOT = 32

describe('a replica that is lost after 40 batches', () => {
  let network: ProcessNetwork
  let client: Client
  let deployed: DeployedTally
  let total = 0n
  before(async () => {
    network = await bootProcesses({ record: true })
    client = createClient({ url: network.nodeUrl })
    deployed = await deployTally(client)
    total = await addUntilBatch(BATCHES)
  })
  after(async () => {
    client?.close()
    await network?.[Symbol.asyncDispose]()
  })

  it('resumes from its own snapshot and deltas when its enclave was killed, and again when its host was', async () => {
    const asked = peersAsked(1)
    for (const name of ['worker-1/enclave', 'worker-1']) {
      const { status, events } = await killed(name, 1)
      resumedFromSnapshot(events)
      equal(await totalAt(client, status.identity, deployed.contract), total)
    }
    equal(peersAsked(1), asked)
  })

  it('resumes from what its peers have when its blobs are gone', async () => {
    const asked = peersAsked(1)
    const blobs = join(network.folder, 'hosts', 'worker-1', 'blobs')
    await rm(blobs, { recursive: true })
    const { status, events } = await killed('worker-1', 1)
    resumedFromSnapshot(events)
    equal(await totalAt(client, status.identity, deployed.contract), total)
    const { batch } = await progress()
    ok(peersAsked(1) - asked >= 1 + batch - NEWEST_SNAPSHOT, 'a snapshot and the deltas after it')
    ok((await readdir(blobs, { recursive: true })).length > 0)
  })

  it('whose disk is empty registers as a new worker, and resumes from a peer once it is chosen', async () => {
    const url = network.workerUrls[2] ?? ''
    const old = await serving(client, url, deployed.contract)
    const asked = peersAsked(3)
    await loseDisk(3)
    const { identity } = await until('a new worker registers', async () => {
      const status = await workerStatus(url)
      return status?.registered === true && status
    })
    notEqual(identity, old.identity)

    const replica = fromHex(old.identity)
    const { contract, tally } = deployed
    const call = contracts.calls.replaceReplica.encode({ contract, replica })
    await sendCall(client, { call, signer: deriveDevAccount('//Alice') })
    ok(toTexts((await getContract(client, contract)).replicas).includes(identity))
    await serving(client, url, contract)
    // The replacement began a rotation of keys: the newest snapshot may be the one that the others made for that.
    const restored = await until('the log says from where', async () => {
      const batches = batchesOf(await eventsOf(3), 'restored from a snapshot')
      return batches.length > 0 && batches
    })
    ok(restored.length === 1 && (restored[0] ?? 0) >= NEWEST_SNAPSHOT, `restored: ${restored}`)
    ok(peersAsked(3) > asked)
    equal(await totalAt(client, identity, contract), total)

    const { commit } = await tally.settled.add({ amount: 7n, note: 'with the new one' })
    await until('the new replica votes', async () => {
      const final = await readStorage(client, contracts.storage.commits, [contract, commit.commit.batch])
      return toTexts(final?.voters ?? []).includes(identity)
    })
    await serving(client, url, contract)
    equal(await totalAt(client, identity, contract), total + 7n)
  })

  /** Four people add one after the other, so that each batch finds something to settle. */
  async function addUntilBatch(batches: number): Promise<bigint> {
    const sequences: bigint[] = []
    async function add(): Promise<void> {
      while ((await progress()).batch < batches) {
        sequences.push((await deployed.tally.send.add({ amount: 5n, note: '' })).sequence)
      }
    }
    await Promise.all([add(), add(), add(), add()])
    await until('all is settled', async () => {
      const { committed } = await progress()
      return sequences.every((sequence) => sequence <= committed)
    })
    return 5n * BigInt(sequences.length)
  }

  const progress = () => progressOf(client, deployed.contract)

  /** Kills a process of a worker; resolves when the worker serves again. */
  async function killed(
    name: string,
    worker: number,
  ): Promise<{ readonly status: WorkerStatus; readonly events: readonly LoggedEvent[] }> {
    const enclave = `worker-${worker}/enclave`
    const { pid } = await network.returned(enclave, 0)
    await network.kill(name)
    await network.returned(enclave, pid)
    const status = await serving(client, network.workerUrls[worker - 1] ?? '', deployed.contract)
    const { batch } = await progress()
    // The log comes another way than the status, and later.
    const events = await until('the log tells all of it', async () => {
      const told = await eventsOf(worker)
      return batchesOf(told, 'batch settled').includes(batch) && told
    })
    return { status, events }
  }

  /** Removes the folder of a worker and kills it; it writes nothing in between, which would be there when it comes back. */
  async function loseDisk(worker: number): Promise<void> {
    const name = `worker-${worker}`
    const [host, enclave] = [await network.returned(name, 0), await network.returned(`${name}/enclave`, 0)]
    for (const { pid } of [host, enclave]) process.kill(pid, 'SIGSTOP')
    await rm(join(network.folder, 'hosts', name), { recursive: true })
    for (const { pid } of [enclave, host]) process.kill(pid, 'SIGKILL')
    await network.returned(name, host.pid)
  }

  /** What the enclave that runs now has logged. */
  async function eventsOf(worker: number): Promise<readonly LoggedEvent[]> {
    const { pid } = await network.returned(`worker-${worker}/enclave`, 0)
    const text = await readFile(join(network.folder, 'logs', `worker-${worker}.log`), 'utf8')
    const lines = text.split('\n').filter((line) => line.startsWith('{'))
    return lines.map((line) => JSON.parse(line) as LoggedEvent).filter(({ enclavePid }) => enclavePid === pid)
  }

  function resumedFromSnapshot(events: readonly LoggedEvent[]): void {
    deepEqual(batchesOf(events, 'restored from a snapshot'), [NEWEST_SNAPSHOT])
    equal(batchesOf(events, 'batch settled')[0], NEWEST_SNAPSHOT + 1)
    deepEqual(batchesOf(events, 'a delta is of no use'), [])
  }

  /** How many blobs and snapshots the other workers' hosts were asked for. */
  function peersAsked(worker: number): number {
    const ports = network.workerUrls.filter((_, i) => i !== worker - 1).map((url) => Number(new URL(url).port))
    return network.recorders
      .filter(({ port }) => ports.includes(port))
      .flatMap(({ connections }) => connections())
      .map(({ toTarget }) => toTarget.toString('latin1').match(/^GET \/(blob|snapshot)\//gm)?.length ?? 0)
      .reduce((sum, count) => sum + count, 0)
  }
})

interface LoggedEvent {
  readonly msg: string
  readonly enclavePid?: number
  readonly batch?: number
}

function batchesOf(events: readonly LoggedEvent[], msg: string): readonly (number | undefined)[] {
  return events.filter((event) => event.msg === msg).map(({ batch }) => batch)
}

function toTexts(identities: readonly Uint8Array[]): readonly string[] {
  return identities.map(toHex)
}
