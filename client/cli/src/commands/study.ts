/** `pha study`: the health study on a fresh development network, with everything that a reader should see. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildContract } from '@pha/contract/build'
import { toHex } from '@pha/core/codec'
import { runStudy, type StudyReport } from '@pha/health-cohort/study'
import { type Client, createClient, deriveDevAccount } from '@pha/sdk'
import { CliError } from '../cli-error.ts'
import { type Network, startNetwork } from '../network.ts'
import type { Output } from '../output.ts'
import { memoryMegabytes } from '../process-memory.ts'
import { aborted, interrupted } from '../signals.ts'
import { chainSaw, hostSaw, type OnChain, type OnHost, ofSender, sealedText } from '../what-was-seen.ts'
import { addresses } from './dev.ts'

const source = (path: string): string =>
  fileURLToPath(new URL(`../../../../contracts/health-cohort/${path}`, import.meta.url))

/** Where the receipts of the answers are kept, relative to the folder that the command runs in. */
const RECEIPTS = join('.phala', 'receipts')

/** The exit code is 1 if a check of the study did not hold. */
export async function study(
  { once, ports }: { readonly once: boolean; readonly ports: string },
  output: Output,
): Promise<void> {
  const signal = interrupted()
  const data = await mkdtemp(join(tmpdir(), 'phala-study-'))
  try {
    const { progress } = output
    const network = await startNetwork({ data: join(data, 'network'), fresh: false, ports, progress, signal })
    if (network === undefined) {
      process.exitCode = signal.reason
      return
    }
    await using running = network
    output.progress(`ready in ${running.readySeconds} s\n${addresses(running)}`)
    await using client = createClient({ url: running.nodeUrl })
    const report = await Promise.race([runOn(client, output), aborted(signal), diedEarly(running)])
    if (report === undefined) {
      process.exitCode = signal.reason
      return
    }
    await show(client, running, report, output)
    if (once) return
    output.progress('the network stays up; Ctrl-C ends it')
    await Promise.race([aborted(signal), running.ended])
    if (!signal.aborted) throw new CliError('cli.network-failed', 'the network ended')
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

async function runOn(client: Client, output: Output): Promise<StudyReport> {
  const [{ code }, csv] = await Promise.all([
    buildContract(source('src/contract.ts')),
    readFile(source('data/food-frequency.csv'), 'utf8'),
  ])
  return await runStudy({ client, sponsor: deriveDevAccount('//Alice'), code, csv, progress: output.progress })
}

async function diedEarly(network: Network): Promise<never> {
  await network.ended
  throw new CliError('cli.network-failed', 'the network ended during the study')
}

async function show(client: Client, network: Network, report: StudyReport, output: Output): Promise<void> {
  const memory = await memoryMegabytes(network.processes)
  const receipts = await writeReceipts(report)
  const failed = report.checks.filter(({ ok }) => !ok).map(({ name }) => name)
  const [onChain, onHost] = await Promise.all([chainSaw(client, report.contract), hostSaw(network.workerUrls[0] ?? '')])
  output.progress(
    [
      ...['', 'what the analyst learned, and what was seen instead', ...besideEachOther(report, onChain, onHost)],
      ...['', "all that passed through a worker's host", ...onHost.totals.map((line) => `  ${line}`)],
    ].join('\n'),
  )
  const summary = {
    ok: failed.length === 0,
    checks: report.checks.length,
    failed,
    tee: 'SIMULATED',
    contract: toHex(report.contract),
    codeHash: toHex(report.codeHash),
    asked: report.asked,
    receipts,
    addresses: { node: network.nodeUrl, gatekeepers: network.gatekeeperUrls, workers: network.workerUrls },
    figures: {
      readySeconds: network.readySeconds,
      studySeconds: report.seconds,
      sendToFinalMs: report.sendToFinalMs,
      queryMs: report.queryMs,
      memoryMegabytes: memory,
    },
  }
  output.result(summaryText(summary), summary)
  // The summary names them; it stays the last line for machines.
  if (failed.length > 0) process.exitCode = 1
}

/** A file for each answer, numbered as the answers are. */
async function writeReceipts({ receipts }: StudyReport): Promise<readonly string[]> {
  await rm(RECEIPTS, { recursive: true, force: true })
  await mkdir(RECEIPTS, { recursive: true })
  const files = receipts.map((_, i) => join(RECEIPTS, `answer-${String(i + 1).padStart(2, '0')}.json`))
  await Promise.all(files.map((file, i) => writeFile(file, `${JSON.stringify(receipts[i], undefined, 2)}\n`)))
  return files
}

function besideEachOther(report: StudyReport, onChain: readonly OnChain[], onHost: OnHost): string[] {
  const [owner] = report.owners
  const row = ofSender(onChain, owner?.signer.accountId ?? new Uint8Array())[0]
  // The analyst's commands are ordered as he asked: they take consecutive nonces.
  const questions = ofSender(onChain, report.analyst)
  return [
    'the first owner contributed his row',
    ...(row === undefined ? [] : [`  ${sealedText(row, onHost)}`]),
    ...report.asked.flatMap(({ question, people, answer }, i) => {
      const sealed = questions[i]
      const learned = `${question} (${people} people): ${answer}`
      return sealed === undefined ? [learned] : [learned, `  ${sealedText(sealed, onHost)}`]
    }),
  ]
}

interface Summary {
  readonly checks: number
  readonly failed: readonly string[]
  readonly receipts: readonly string[]
  readonly figures: {
    readonly readySeconds: number
    readonly studySeconds: number
    readonly sendToFinalMs: StudyReport['sendToFinalMs']
    readonly queryMs: StudyReport['queryMs']
    readonly memoryMegabytes: { readonly [name: string]: number }
  }
}

function summaryText({ checks, failed, receipts, figures }: Summary): string {
  const { readySeconds, studySeconds, sendToFinalMs, queryMs, memoryMegabytes: memory } = figures
  return [
    '',
    `${checks - failed.length} of ${checks} checks held${failed.length > 0 ? `; not: ${failed.join('; ')}` : ''}`,
    `ready in ${readySeconds} s, study in ${studySeconds} s`,
    `send to final: p50 ${sendToFinalMs.p50} ms, p99 ${sendToFinalMs.p99} ms (${sendToFinalMs.count} commands, most of them at once)`,
    `query over an open session: p50 ${queryMs.p50} ms, p99 ${queryMs.p99} ms (${queryMs.count} queries)`,
    `memory: ${Object.entries(memory)
      .map(([name, megabytes]) => `${name} ${megabytes} MB`)
      .join(', ')}`,
    `receipts of the answers: ${RECEIPTS}  (npx pha verify receipt ${receipts[0]})`,
  ].join('\n')
}
