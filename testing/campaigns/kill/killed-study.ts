/**
 * The health study on a network whose processes are killed all the while, from the start of the first one on; then a
 * look whether anything that was acknowledged is lost.
 */
import { cp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildContract } from '@pha/contract/build'
import { HealthCohort } from '@pha/health-cohort'
import { runStudy, type StudyReport } from '@pha/health-cohort/study'
import { type Client, contractClient, createClient, deriveDevAccount, getContract, toHex } from '@pha/sdk'
import { bootProcesses, type ProcessNetwork, until } from '../../src/index.ts'
import { seededRandom } from '../scale/random.ts'
import { killInTurn, namesOf } from './kill-in-turn.ts'
import { lostExtrinsics, recordAcknowledged } from './record-acknowledged.ts'

export interface KilledStudyInit {
  /** Decides who is killed when; the machine decides what that one was doing. */
  readonly seed: number
  /** 1 by default: a ceremony of more needs all of them alive for some blocks, and takes long on a busy machine. */
  readonly gatekeepers?: number
  readonly say: (line: string) => void
}

export interface KilledStudy {
  readonly seed: number
  /** How often each process was killed before and after the network was ready. */
  readonly kills: { readonly starting: number; readonly studying: number }
  readonly checks: number
  readonly acknowledged: number
  readonly seconds: { readonly ready: number; readonly study: number }
  /** What did not hold, in words; empty if nothing was lost. */
  readonly failures: readonly string[]
}

const cohortFile = (path: string): string =>
  fileURLToPath(new URL(`../../../contracts/health-cohort/${path}`, import.meta.url))

/**
 * @throws whatever ended the start or the study; logs are kept then, in a folder that `say` names
 * @example
 * const { failures } = await runKilledStudy({ seed: 7, say: console.log })
 */
export async function runKilledStudy({ seed, gatekeepers = 1, say }: KilledStudyInit): Promise<KilledStudy> {
  const names = namesOf(gatekeepers)
  const random = seededRandom(seed, 'kill')
  const kills = { starting: 0, studying: 0 }
  let phase: keyof typeof kills = 'starting'
  const began = performance.now()
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10
  const stop = new AbortController()
  using ending = new DisposableStack()
  ending.defer(() => stop.abort())
  /**
   * All are killed in quick succession as the network starts, while they register, and again when it is ready, while
   * keys are released; later ones after 1.5 s in the mean, so that the study goes on in between.
   */
  const pauseMs = (): number => (kills[phase] < names.length ? 200 + random.below(600) : 500 + random.below(2_000))
  let killing: Promise<void> = Promise.resolve()
  const onKill = (name: string): void => {
    kills[phase] += 1
    say(`${seconds()} s  kill -9 ${name}`)
  }

  let replicas: readonly string[] = []
  /** With no replica left nobody answers a query, which is no loss: one of the others serves when a worker is killed. */
  const mayKill = async (name: string): Promise<void> => {
    if (replicas.length === 0 || !name.startsWith('worker-')) return
    const others = replicas.filter((_, i) => !name.startsWith(`worker-${i + 1}`))
    await until('another replica serves', async () => (await Promise.all(others.map(serves))).includes(true))
  }

  await using network = await bootProcesses({
    gatekeepers,
    whileStarting: (control) => {
      killing = killInTurn(control, { names, random, pauseMs, signal: stop.signal, mayKill, onKill })
      killing.catch(() => {})
    },
  })
  const ready = seconds()
  phase = 'studying'
  say(`${ready} s  ready`)
  await using connected = createClient({ url: network.nodeUrl })
  const { client, acknowledged } = recordAcknowledged(connected)
  try {
    const [{ code }, csv] = await Promise.all([
      buildContract(cohortFile('src/contract.ts')),
      readFile(cohortFile('data/food-frequency.csv'), 'utf8'),
    ])
    const sponsor = deriveDevAccount('//Alice')
    const progress = (line: string): void => {
      if (line.startsWith('contract ')) replicas = network.workerUrls
      say(`${seconds()} s  ${line}`)
    }
    const report = await Promise.race([runStudy({ client, sponsor, code, csv, progress }), killing.then(never)])
    stop.abort()
    await killing
    // Whatever the node still held in memory only is gone after this.
    await network.returned('node', await network.kill('node'))
    const failures = [
      ...report.checks.filter(({ ok }) => !ok).map(({ name }) => `check: ${name}`),
      ...(await lostExtrinsics(client, acknowledged)).map((hash) => `extrinsic ${hash} is not where it was`),
      ...(await lostRows(client, report)),
      ...(await apart(network, client, report)),
    ]
    if (failures.length > 0) await keepLogs(network, seed, say)
    const { length: checks } = report.checks
    return {
      seed,
      kills,
      checks,
      acknowledged: acknowledged.size,
      seconds: { ready, study: report.seconds },
      failures,
    }
  } catch (error) {
    await keepLogs(network, seed, say)
    throw error
  }
}

/** Every owner finds the row that he was told is accepted, and none after he withdrew. */
async function lostRows(client: Client, { contract, owners }: StudyReport): Promise<string[]> {
  const [first] = owners
  if (first === undefined) return ['no owners']
  const cohort = contractClient(client, HealthCohort, contract, { signer: first.signer })
  const lost: string[] = []
  for (const [i, { signer, row }] of owners.entries()) {
    const mine = await cohort.query.mine({}, { signer })
    if (String(mine) !== String(row)) lost.push(`row ${i} is not as acknowledged`)
  }
  return lost
}

/** All replicas come to the state that the chain settled. */
async function apart(network: ProcessNetwork, client: Client, { contract }: StudyReport): Promise<string[]> {
  try {
    await until('replicas converge', async () => {
      const { progress } = await getContract(client, contract)
      const roots = await Promise.all(network.workerUrls.map((url) => readyRoot(url, contract)))
      return (
        progress?.open === undefined && roots.every((root) => root === toHex(progress?.stateRoot ?? new Uint8Array()))
      )
    })
    return []
  } catch {
    return ['the replicas do not converge']
  }
}

/** Root of what a worker serves, if it serves the contract. */
async function readyRoot(url: string, contract: Uint8Array): Promise<string | undefined> {
  const { status } = (await (await fetch(`${url}/status`)).json()) as HostStatus
  return status?.contracts.find((served) => served.contract === toHex(contract) && served.ready)?.stateRoot
}

/** Whether a worker is up and serves a contract. */
async function serves(url: string): Promise<boolean> {
  try {
    const { status } = (await (await fetch(`${url}/status`)).json()) as HostStatus
    return status?.contracts.some(({ ready }) => ready) === true
  } catch {
    return false
  }
}

interface HostStatus {
  readonly status: {
    readonly contracts: readonly { readonly contract: string; readonly stateRoot: string; readonly ready: boolean }[]
  } | null
}

async function keepLogs(network: ProcessNetwork, seed: number, say: (line: string) => void): Promise<void> {
  const kept = join(tmpdir(), `pha-kill-${seed}`)
  await cp(join(network.folder, 'logs'), kept, { recursive: true })
  say(`logs are in ${kept}`)
}

function never(): never {
  throw new Error('the killing ended before the study')
}
