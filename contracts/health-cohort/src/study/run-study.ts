/**
 * The study: 54 owners contribute rows that nobody else can read, an analyst asks, five owners withdraw, the analyst asks
 * again. Every answer is compared with a plain recomputation from the CSV; every promise is a named check.
 */
import {
  type Client,
  contractClient,
  deployContract,
  encodeInit,
  getContract,
  keypairFromSeed,
  PHA,
  type ReceiptFile,
  Secret,
  type Signer,
  toHex,
  transfer,
  uploadCode,
  waitForReply,
} from '@pha/sdk'
import { STUDY } from '../../reference/study-questions.ts'
import { HealthCohort } from '../contract.ts'
import { parseCohortCsv } from '../statistics/index.ts'
import { type Latency, summarise, timed } from './latency.ts'
import { ask } from './questions.ts'
import { checkedReceipts } from './receipts.ts'
import { type AskedQuestion, firstQuestion, isRefusal, outcomeOf, tellStory } from './tell-story.ts'

export interface StudyInit {
  readonly client: Client
  /** Pays for the study: publishes the contract and gives each person what his commands cost. */
  readonly sponsor: Signer
  /** The contract's bundle (`buildContract`). */
  readonly code: Uint8Array
  /** The questionnaire as CSV. */
  readonly csv: string
  readonly progress: (line: string) => void
}

export interface Check {
  readonly name: string
  readonly ok: boolean
}

export interface StudyOwner {
  readonly signer: Signer
  /** What the contract must hold for him when the study is over; `undefined` after he withdrew. */
  readonly row: Uint16Array | undefined
}

export interface StudyReport {
  readonly contract: Uint8Array
  readonly codeHash: Uint8Array
  readonly owners: readonly StudyOwner[]
  readonly asked: readonly AskedQuestion[]
  readonly checks: readonly Check[]
  /** Of each answer, in the order of the questions. */
  readonly receipts: readonly ReceiptFile[]
  /** Account of who asked. */
  readonly analyst: Uint8Array
  readonly seconds: number
  readonly sendToFinalMs: Latency
  readonly queryMs: Latency
}

/** What a person needs for his fees, many times over. */
const ALLOWANCE = 100n * PHA

/** Queries over one open session that the latency figure is taken from. */
const TIMED_QUERIES = 100

/**
 * Runs the whole study on a network that is up.
 *
 * @returns every answer and check; `checks` with `ok: false` say what did not hold
 * @throws PhaError if the network does not answer
 */
export async function runStudy({ client, sponsor, code, csv, progress }: StudyInit): Promise<StudyReport> {
  const started = performance.now()
  const sendTimes: number[] = []
  const queryTimes: number[] = []
  const checks: Check[] = []
  const check = (name: string, ok: boolean): void => {
    checks.push({ name, ok })
    progress(`  ${ok ? 'ok  ' : 'FAIL'} ${name}`)
  }

  const { columns, rows, ids } = parseCohortCsv(csv)
  const owners = new Map(ids.map((id) => [id, newSigner()]))
  const [analyst, stranger] = [newSigner(), newSigner()]
  const ownerOf = (id: string): Signer => owners.get(id) ?? refuse(`no owner ${id}`)
  const rowOf = (id: string): Uint16Array => Uint16Array.from(rows[ids.indexOf(id)] ?? refuse(`no row ${id}`))

  progress(`publishing the contract and giving ${owners.size + 2} people what their commands cost`)
  const people = [...owners.values(), analyst, stranger]
  const funded = Promise.all(
    people.map(({ accountId }) => transfer(client, { to: accountId, amount: ALLOWANCE, signer: sponsor })),
  )
  const { codeHash } = await uploadCode(client, { code, signer: sponsor })
  const init = encodeInit(HealthCohort, { analysts: [analyst.accountId], columns: columns.length })
  const { contract, replicas } = await deployContract(client, { codeHash, init, signer: sponsor })
  await funded
  progress(`contract ${toHex(contract)} runs on ${replicas.length} replicas`)
  const cohort = contractClient(client, HealthCohort, contract, { signer: analyst })

  progress(`${owners.size} owners seal their rows and send them`)
  const sent = await Promise.all(
    ids.map((id) => timed(sendTimes, () => cohort.send.contribute({ answers: rowOf(id) }, { signer: ownerOf(id) }))),
  )
  const settled = await Promise.all(sent.map((command) => waitForReply(client, command)))
  check(
    `all ${owners.size} rows were accepted by the replicas`,
    settled.every(({ reply }) => reply.receipt.outcome.type === 'Ok'),
  )

  const [first = ''] = ids
  const mine = await cohort.query.mine({}, { signer: ownerOf(first) })
  check('an owner reads back his own row', mine !== undefined && sameRow(mine, rowOf(first)))
  check('a stranger has no row to read', (await cohort.query.mine({}, { signer: stranger })) === undefined)

  const teller = { cohort, columns, csv, analyst, ownerOf, progress, sendTimes }
  const { asked, withdrawn, replies } = await tellStory(teller, STUDY)
  // Told already, one by one.
  checks.push(...asked.map(({ question, people: size, ok }) => ({ name: `${question} (${size} people)`, ok })))

  const strangers = await outcomeOf(ask(cohort, columns, firstQuestion(STUDY), stranger))
  check('the same question from a stranger is refused', strangers === 'NotAnalyst')

  const [gone = ''] = withdrawn
  const stayed = ids.find((id) => !withdrawn.includes(id)) ?? refuse('everybody withdrew')
  check(
    'the row of an owner who withdrew is gone',
    (await cohort.query.mine({}, { signer: ownerOf(gone) })) === undefined,
  )
  const usedOfGone = await cohort.query.usage({}, { signer: ownerOf(gone) })
  const usedOfStayed = await cohort.query.usage({}, { signer: ownerOf(stayed) })
  const answered = asked.filter(({ expected }) => !isRefusal(expected)).length
  check('owners see every question that used their row', usedOfStayed.length === answered)
  check('none after they withdrew', usedOfGone.length > 0 && usedOfGone.length < usedOfStayed.length)

  const { receipts, allVerify, noneForgeable } = await checkedReceipts(client, replies, toHex(codeHash))
  check('the receipt of each answer verifies offline', receipts.length === answered && allVerify)
  check('with one digit changed none does', noneForgeable)

  for (let i = 0; i < TIMED_QUERIES; i++)
    await timed(queryTimes, () => cohort.query.mine({}, { signer: ownerOf(first) }))
  const { replicas: inOffice } = await getContract(client, contract)
  check('the replicas that were chosen are still in office', inOffice.length === replicas.length)

  return {
    contract,
    codeHash,
    owners: ids.map((id) => ({ signer: ownerOf(id), row: withdrawn.includes(id) ? undefined : rowOf(id) })),
    asked,
    checks,
    receipts,
    analyst: analyst.accountId,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    sendToFinalMs: summarise(sendTimes),
    queryMs: summarise(queryTimes),
  }
}

function newSigner(): Signer {
  return keypairFromSeed('sr25519', Secret.from(crypto.getRandomValues(new Uint8Array(32))))
}

function sameRow(left: Uint16Array, right: Uint16Array): boolean {
  return left.length === right.length && left.every((code, i) => code === right[i])
}

function refuse(why: string): never {
  throw new Error(`study: ${why}`)
}
