/**
 * Figures of the main job on a network of real processes, one JSON line each, beside what bounds them on this machine
 * in the same run: `node testing/bench/main-job/main.ts [--samples 50]`.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { system } from '@pha/runtime/pallets'
import { createClient, deriveDevAccount, keypairFromSeed, PHA, Secret, sendCall, transfer } from '@pha/sdk'
import { Tally } from '../../scenarios/contracts/tally.ts'
import { deploySource } from '../../scenarios/deploy-source.ts'
import { bootProcesses } from '../../src/index.ts'
import { figure, timed } from './figure.ts'

const { values } = parseArgs({ options: { samples: { type: 'string', default: '50' } } })
const samples = Number(values.samples)
const BURST = 54

const started = performance.now()
await using network = await bootProcesses()
figure('start to ready', 'ms', [performance.now() - started], { note: 'enclaves built, 5 processes, 4 enclaves' })

await using client = createClient({ url: network.nodeUrl })
const signer = deriveDevAccount('//Alice')
const source = new URL('../../scenarios/contracts/tally.ts', import.meta.url)
const deployed = await timed(() => deploySource(client, { contract: Tally, source, signer }))
const tally = deployed.result
figure('deploy to command key', 'ms', [deployed.ms])

// A plain remark takes the same way to a finalised block, without sealing: the chain's own share.
const call = system.calls.remark.encode({ remark: new Uint8Array(32) })
const plain = await repeat(samples, () => sendCall(client, { call, signer }))
const sealed = await repeat(samples, () => tally.send.add({ amount: 1n, note: '' }))
figure('sealed command to final', 'ms', sealed, { limit: 'plain remark to final', limitMs: plain })
figure('job to verified answer', 'ms', await repeat(samples, () => tally.job.add({ amount: 1n, note: '' })))

const people = Array.from({ length: BURST }, () =>
  keypairFromSeed('sr25519', Secret.from(crypto.getRandomValues(new Uint8Array(32)))),
)
await Promise.all(people.map(({ accountId }) => transfer(client, { to: accountId, amount: 10n * PHA, signer })))
const burst = await timed(() =>
  Promise.all(people.map((person) => tally.send.add({ amount: 1n, note: '' }, { signer: person }))),
)
figure(`${BURST} senders at once, all final`, 'ms', [burst.ms])

const echo = createServer((request, response) => request.pipe(response)).listen(0, '127.0.0.1')
await once(echo, 'listening')
const url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}/`
const body = new Uint8Array(280)
const bare = await repeat(4 * samples, async () => (await fetch(url, { method: 'POST', body })).arrayBuffer())
echo.close()
await tally.query.total()
const queries = await repeat(4 * samples, () => tally.query.total())
figure('query over an open session', 'ms', queries, { limit: 'node:http echo of the same bytes', limitMs: bare })

for (const { name, rssBytes } of await network.processes()) {
  figure(`memory of ${name}`, 'MB', [((await rssBytes()) ?? 0) / 1_048_576])
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = []
  for (let i = 0; i < times; i++) took.push((await timed(work)).ms)
  return took
}
