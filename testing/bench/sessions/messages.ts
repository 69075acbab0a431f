/**
 * Messages over an open session, through a worker's host, its enclave and a contract, beside Fastify that answers a number
 * over HTTPS with connections kept. Both have 16 requests in flight; Fastify has a process of its own, and ours shares
 * this one with the client.
 */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { encodeCall } from '@pha/contract'
import { createClient, deriveDevAccount, getContract, openSession, type ReplicaSession } from '@pha/sdk'
import { bootNetwork } from '@pha/testing'
import { deployTally } from '../../scenarios/deploy-tally.ts'
import { compare, type Way } from './figure.ts'
import { type Certificate, ownCertificate } from './tls-peer.ts'

/** Where `node ../shared/bench/run.mjs B` installs the peers. */
const HOME = process.env.BENCH_HOME ?? join(tmpdir(), 'pha-peer-bench')
const IN_FLIGHT = 16
/** A connection may ask 1,000 at once and then 500 a second: more of them carry what is measured. */
const SESSIONS = 24

export async function messages(rounds: number): Promise<void> {
  const fastify = join(HOME, 'node_modules', 'fastify')
  if (!existsSync(fastify)) return console.error(`no Fastify in ${HOME}: messages are not measured`)
  const certificate = await ownCertificate()
  await using resources = new AsyncDisposableStack()
  const network = resources.use(await bootNetwork({ workers: 1 }))
  const client = resources.use(createClient({ url: network.nodeUrl }))
  const { contract } = await deployTally(client, { replicas: 1, vendors: 1 })
  const signer = deriveDevAccount('//Alice')
  const [worker] = (await getContract(client, contract)).replicas
  if (worker === undefined) throw new Error('no worker')
  const sessions = await Promise.all(
    Array.from({ length: SESSIONS }, () => openSession(client, { worker, contract, signer })),
  )
  const peer = await startFastify(createRequire(import.meta.url).resolve(fastify), certificate)
  resources.defer(peer.end)
  const ways: Way[] = [
    {
      name: 'open session, WebSocket, contract in its enclave',
      run: (count) => askAll(sessions, count),
      processes: () => [network.workers[0]?.running.enclavePid() ?? 0],
    },
    { name: 'Fastify, HTTPS keep-alive', run: peer.ask, processes: () => [peer.pid] },
  ]
  await compare('messages over an open session', ways, rounds, 0.7)
}

async function askAll(sessions: readonly ReplicaSession[], count: number): Promise<void> {
  const input = encodeCall('total', {}, {})
  const deadline = AbortSignal.timeout(60_000)
  let next = 0
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (next < count) {
        const session = sessions[next++ % sessions.length] as ReplicaSession
        const answer = await session.ask({ type: 'Query', value: { input } }, deadline)
        // `contract.busy`: a run took 50 ms of the clock, which here only another program can do.
        if (answer.type !== 'Answer') throw new Error(`the machine is too busy: ${JSON.stringify(answer)}`)
      }
    }),
  )
}

async function startFastify(module: string, { key, cert }: Certificate) {
  const server = fork(fileURLToPath(new URL('fastify-main.mjs', import.meta.url)), {
    env: { ...process.env, FASTIFY: pathToFileURL(module).href, KEY: String(key), CERT: String(cert) },
  })
  const [port] = (await once(server, 'message')) as [number]
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT, ca: cert })

  function one(): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: 'localhost', port, path: '/total', agent }, (response) => {
        response.resume().on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error('no answer'))))
      })
      sent.on('error', reject).end()
    })
  }

  return {
    pid: server.pid ?? 0,
    async ask(count: number): Promise<void> {
      let left = count
      await Promise.all(
        Array.from({ length: IN_FLIGHT }, async () => {
          while (left-- > 0) await one()
        }),
      )
    },
    end() {
      agent.destroy()
      server.kill()
    },
  }
}
