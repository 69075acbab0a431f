/** A chain that checks itself: after every extrinsic and every block, all that has to hold is looked at. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { toHex } from '@pha/core/codec'
import type { Keypair } from '@pha/core/crypto'
import type { Infer, Type } from '@pha/core/schema'
import type { Trie } from '@pha/core/trie'
import { Block, MemoryHost, runtime } from '@pha/runtime/chain'
import type { AnyCall } from '@pha/runtime/frame'
import { AccountInfo, balances, type EventRecord, RuntimeCall, system } from '@pha/runtime/pallets'
import { outcomeOf, type TestChain, type Transaction } from '@pha/runtime/testkit'
import { describeCall } from '../calls/random-call.ts'
import type { CountingHost } from '../weights/counting-host.ts'
import { type Allowance, allowanceOf, excessOf, ownAccesses, sumOf } from '../weights/declared-accesses.ts'
import { accountsOf, changedKeys, issuanceOf, movementsBetween, movementsTold } from './ledger.ts'

type Records = readonly Infer<typeof EventRecord>[]

interface Applied {
  readonly sender: Keypair
  readonly call: AnyCall
  /** Its index in the block, or `undefined` if it is not in the block. */
  readonly index: number | undefined
  readonly outcome: string
  readonly before: Trie
  readonly after: Trie
}

const DEPOSIT = balances.constants.existentialDeposit.value
const ISSUANCE = toHex(balances.storage.totalIssuance.key())
const SYSTEM_PREFIX = toHex(system.storage.number.key()).slice(0, 34)
const ACCOUNT_PREFIX = toHex(system.storage.account.prefix())
const PENDING_EVENTS = toHex(new TextEncoder().encode(':events:'))

export class CheckedChain {
  readonly chain: TestChain
  readonly host: CountingHost
  /** What happened, for people: one line for each block and extrinsic. */
  readonly story: string[] = []
  /** Ids and hashes that occurred in events. */
  readonly ids: Uint8Array[]

  /** @param host of `chain` */
  constructor(chain: TestChain, host: CountingHost) {
    this.chain = chain
    this.host = host
    this.ids = [chain.genesis]
  }

  /**
   * Makes a block of these transactions and checks it.
   * @throws Error with the story so far, and what does not hold as its cause
   */
  block(transactions: readonly Transaction[]): string[] {
    try {
      return this.#block(transactions)
    } catch (cause) {
      throw new Error(`${cause instanceof Error ? cause.message : cause}\n${this.story.join('\n')}`, { cause })
    }
  }

  #block(transactions: readonly Transaction[]): string[] {
    const { chain, host, story } = this
    const parent = host.fork()
    const archived = new Map(host.archived)
    story.push(`block ${chain.number + 1}`)
    chain.open()
    host.takeAccesses()
    const allowances: Allowance[] = []
    const applied = transactions.map(([sender, call]) => {
      const step = this.#apply(sender, call)
      if (step.index !== undefined) allowances.push(allowanceOf(step.call))
      return step
    })
    chain.close()
    this.#checkWeightOfClosing(sumOf(allowances))

    const records = chain.allEvents()
    for (const step of applied) checkEffects(step, records)
    const state = host.fork().trie
    deepEqual(movementsTold(records), movementsBetween(parent.trie, state), 'events tell what the block moved')
    if (applied.every(({ outcome }) => outcome !== 'ok') && this.#nothingByItself(records)) {
      equal(host.archived.size, archived.size, 'what failed puts nothing into the archive')
    }
    checkAccounts(state)
    deepEqual(runtime.brokenInvariants(host), [])
    this.#checkExecutedElsewhere(parent)
    this.#remember(records)
    return applied.map(({ outcome }) => outcome)
  }

  #apply(sender: Keypair, encoded: Uint8Array): Applied {
    const { chain, host, story } = this
    const call = (RuntimeCall as Type<AnyCall>).decode(encoded)
    const before = host.fork().trie
    const position = chain.extrinsics.length
    const extrinsic = chain.sign(sender, encoded)
    host.takeAccesses()
    const result = chain.apply(extrinsic)
    const outcome = outcomeOf(result)
    story.push(`  ${toHex(sender.accountId).slice(0, 10)} ${describeCall(call)}: ${outcome}`)
    const index = result.ok ? position : undefined
    const own = ownAccesses(host.takeAccesses(), sender.accountId)
    if (index !== undefined) {
      const allowed = allowanceOf(call)
      const spent = `${own.reads} reads and ${own.writes} writes, declared ${allowed.reads} and ${allowed.writes}`
      equal(excessOf(own, allowed), 0n, `${call.type}.${call.value.type} costs more than its weight says: ${spent}`)
    }
    return { sender, call, index, outcome, before, after: host.fork().trie }
  }

  /** What the hooks touch was promised by the calls that give them work; the sum is all that can be said. */
  #checkWeightOfClosing(allowed: Allowance): void {
    const own = ownAccesses(this.host.takeAccesses(), new Uint8Array(32))
    // Those of an empty block: its time, whether a contract was touched, and whether gatekeepers wait for a ceremony.
    const empty = { reads: 7, writes: 2 }
    const beyond = { reads: own.reads - empty.reads, writes: own.writes - empty.writes }
    equal(excessOf(beyond, allowed), 0n, `closing a block costs ${own.reads} reads and ${own.writes} writes`)
  }

  /** No event of hooks: then nothing but extrinsics had effects. */
  #nothingByItself(records: Records): boolean {
    return records.every(({ phase }) => phase.type === 'ApplyExtrinsic')
  }

  /** Another node that executes the block comes to the same state. */
  #checkExecutedElsewhere(parent: MemoryHost): void {
    const { header, extrinsics } = this.chain
    const other = new MemoryHost(parent.trie)
    other.call(runtime, 'Core_execute_block', Block.encode({ header, extrinsics }))
    deepEqual(other.storageRoot(), header.stateRoot)
  }

  #remember(records: Records): void {
    const found: Uint8Array[] = []
    collect(
      records.map(({ event }) => event),
      found,
    )
    this.ids.push(this.chain.hash, ...found)
    if (this.ids.length > 200) this.ids.splice(1, this.ids.length - 200)
  }
}

/** What one extrinsic did, against what its events and its outcome say. */
function checkEffects({ sender, call, index, outcome, before, after }: Applied, records: Records): void {
  const what = `${call.type}.${call.value.type} (${outcome})`
  if (index === undefined)
    return deepEqual(changedKeys(before, after), [], `${what}: a refused extrinsic leaves no trace`)
  const own = records.filter(({ phase }) => phase.type === 'ApplyExtrinsic' && phase.value === index)
  deepEqual(movementsTold(own), movementsBetween(before, after), `${what}: events tell what moved`)
  checkNonces(sender, before, after, what)

  const named = (name: string) => own.filter(({ event }) => event.type === 'System' && event.value.type === name)
  equal(named('ExtrinsicSuccess').length, outcome === 'ok' ? 1 : 0, what)
  equal(named('ExtrinsicFailed').length, outcome === 'ok' ? 0 : 1, what)
  if (outcome !== 'ok') checkOnlyFee(sender, before, after, own, what)
}

/** A failed call: the fee and the nonce are its only traces, whatever it had begun. */
function checkOnlyFee(sender: Keypair, before: Trie, after: Trie, own: Records, what: string): void {
  const paid = own.find(({ event }) => event.type === 'TransactionPayment')?.event.value.value as { actualFee: bigint }
  const key = system.storage.account.key(sender.accountId)
  const changed = changedKeys(before, after).filter((changed) => !isBlockKeeping(changed))
  deepEqual(changed.sort(), [toHex(key), ISSUANCE].sort(), `${what}: a failed call changes nothing but its fee`)
  const old = AccountInfo.decode(before.get(key) ?? new Uint8Array())
  const expected = { ...old, nonce: old.nonce + 1, data: { ...old.data, free: old.data.free - paid.actualFee } }
  deepEqual(AccountInfo.decode(after.get(key) ?? new Uint8Array()), expected, what)
  equal(issuanceOf(before) - issuanceOf(after), paid.actualFee, what)
  const told = own.map(({ event }) => `${event.type}.${event.value.type}`)
  deepEqual(told, ['Balances.Withdraw', 'TransactionPayment.TransactionFeePaid', 'System.ExtrinsicFailed'], what)
}

/** The sender's nonce grows by one, and nobody else's changes while his account exists. */
function checkNonces({ accountId }: Keypair, before: Trie, after: Trie, what: string): void {
  const now = accountsOf(after)
  for (const [who, { nonce }] of accountsOf(before)) {
    const grown = who === toHex(accountId) ? 1 : 0
    const account = now.get(who)
    if (account !== undefined && account.nonce !== 0) equal(account.nonce, nonce + grown, `${what}: nonce of ${who}`)
  }
}

function checkAccounts(state: Trie): void {
  let sum = 0n
  for (const [who, { data, providers }] of accountsOf(state)) {
    sum += data.free + data.reserved
    ok(data.free >= DEPOSIT, `${who} has ${data.free}, below the existential deposit`)
    ok(providers > 0, `${who} exists without a reason to`)
  }
  equal(issuanceOf(state), sum, 'the total issuance is what all accounts hold')
}

function isBlockKeeping(key: string): boolean {
  if (key.startsWith(PENDING_EVENTS)) return true
  return key.startsWith(SYSTEM_PREFIX) && !key.startsWith(ACCOUNT_PREFIX)
}

/** All byte strings of 32 bytes inside a value. */
function collect(value: unknown, into: Uint8Array[]): void {
  if (value instanceof Uint8Array) {
    if (value.length === 32) into.push(value)
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collect(part, into)
  }
}
