/**
 * Signature checks beside the primitive that bounds them, through the threads, and what the pool adds to each
 * transaction, one JSON line a figure: `node testing/bench/signatures/main.ts [--count 2000]`. CPU time, not elapsed.
 */
import { createPublicKey, verify as opensslVerify } from 'node:crypto'
import { parseArgs } from 'node:util'
import { concatBytes } from '@pha/core/codec'
import { keypairFromSeed, multiSign, Secret, type SignatureScheme, verifySignature } from '@pha/core/crypto'
import { Pool } from '@pha/host/node'
import { type SignatureCheck, verifyQuickly } from '@pha/host/signatures'
import { validationThreads } from '@pha/host/validation'
import { sr25519_verify } from '@polkadot-labs/schnorrkel-wasm'
import sodium from 'sodium-native'

const { values } = parseArgs({ options: { count: { type: 'string', default: '2000' } } })
const count = Number(values.count)
const SENDERS = 100

/** Of a chain that nobody asks about here. */
const noState = {
  code: () => new Uint8Array(),
  head: () => ({ hash: new Uint8Array(32), number: 0 }),
  get: () => undefined,
}

for (const scheme of ['ed25519', 'sr25519', 'ecdsa'] as const) {
  const checks = honest(scheme, scheme === 'ecdsa' ? count / 10 : count)
  const forged = checks.slice(0, count / 10).map((check) => ({ ...check, message: new Uint8Array(90) }))
  const rule = microseconds(checks, ({ scheme, signature, message, account }) =>
    verifySignature({ type: scheme, value: signature }, message, account),
  )
  const quick = microseconds(checks, verifyQuickly)
  report(`${scheme}, one core`, { usQuick: quick, usRule: rule, ...primitive(scheme, checks) }, quick)
  report(`${scheme}, forged`, {}, microseconds(forged, verifyQuickly))
  await throughThreads(scheme, checks)
}
await poolOverhead()

function honest(scheme: SignatureScheme, length: number): SignatureCheck[] {
  const keys = Array.from({ length: SENDERS }, (_, i) =>
    keypairFromSeed(scheme, Secret.from(new Uint8Array(32).fill(i + 1))),
  )
  return Array.from({ length }, (_, n) => {
    const keypair = keys[n % SENDERS] as (typeof keys)[0]
    const message = concatBytes(new Uint8Array(90), Uint8Array.of(n & 255, n >> 8))
    const { type, value } = multiSign(keypair, message)
    return { scheme: type, signature: value, message, account: keypair.accountId }
  })
}

/** What one check costs in the library alone, with its key ready. */
function primitive(scheme: SignatureScheme, checks: readonly SignatureCheck[]): { readonly [figure: string]: number } {
  if (scheme === 'sr25519') {
    return { usPrimitive: microseconds(checks, (each) => sr25519_verify(each.account, each.message, each.signature)) }
  }
  if (scheme === 'ecdsa') return {}
  const keys = checks.map(({ account }) =>
    createPublicKey({ key: Buffer.from(account), format: 'raw-public', asymmetricKeyType: 'ed25519' }),
  )
  let at = 0
  const usOpenssl = microseconds(checks, ({ message, signature }) => {
    const key = keys[at++ % keys.length]
    return key !== undefined && opensslVerify(null, message, key, signature)
  })
  const usPrimitive = microseconds(checks, ({ message, signature, account }) =>
    sodium.crypto_sign_verify_detached(signature, message, account),
  )
  return { usPrimitive, usOpenssl }
}

async function throughThreads(scheme: SignatureScheme, checks: readonly SignatureCheck[]): Promise<void> {
  const faults: unknown[] = []
  const onFault = (_: string, cause: unknown): void => void faults.push(cause)
  await using threads = validationThreads({ capacity: checks.length, state: noState, onFault })
  await Promise.all(checks.slice(0, 64).map((check) => threads.check(check)))
  const [main, all, started] = [process.threadCpuUsage(), process.cpuUsage(), performance.now()]
  const verdicts = await Promise.all(checks.map((check) => threads.check(check)))
  const elapsedMs = performance.now() - started
  if (faults.length > 0 || verdicts.some((verdict) => verdict !== 'holds')) throw new Error(`threads: ${faults}`)
  const mainUs = sum(process.threadCpuUsage(main)) / checks.length
  const usAll = sum(process.cpuUsage(all)) / checks.length
  report(
    `${scheme}, through threads`,
    { usMainThread: tenths(mainUs), perSecond: Math.round((checks.length / elapsedMs) * 1_000) },
    usAll,
  )
}

/** A pool whose runtime and signatures cost nothing: what is left is its own. */
async function poolOverhead(): Promise<void> {
  const transactions = 8_000
  const senders = 400
  const bodies = Array.from({ length: transactions }, (_, n) => {
    const bytes = new Uint8Array(140)
    new DataView(bytes.buffer).setUint32(0, n % senders, true)
    new DataView(bytes.buffer).setUint32(4, Math.floor(n / senders), true)
    return bytes
  })
  const tag = (sender: number, nonce: number): Uint8Array => {
    const bytes = new Uint8Array(36)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, sender, true)
    view.setUint32(32, nonce, true)
    return bytes
  }
  const answers = bodies.map((_, n) => {
    const [sender, nonce] = [n % senders, Math.floor(n / senders)]
    const requires = nonce === 0 ? [] : [tag(sender, nonce - 1)]
    const value = { priority: BigInt(n % 7), requires, provides: [tag(sender, nonce)], longevity: 64n, propagate: true }
    return { validity: { ok: true, value } as const, height: 0 }
  })
  let validated = 0
  const pool = new Pool({
    validate: async () => answers[validated++ % answers.length] as (typeof answers)[0],
    isFinalised: () => false,
    nonceOf: () => 0,
    height: () => 0,
    now: () => 0,
    onFault: (where, cause) => {
      throw new Error(where, { cause })
    },
  })
  for (let round = 0; round < 5; round++) {
    validated = 0
    let since = process.threadCpuUsage()
    // As many at once as a JSON-RPC batch holds.
    for (let i = 0; i < transactions; i += 128) {
      await Promise.all(bodies.slice(i, i + 128).map((bytes) => pool.submit(bytes)))
    }
    const submit = sum(process.threadCpuUsage(since)) / transactions
    since = process.threadCpuUsage()
    const taken = [...pool.ready()]
    const ready = sum(process.threadCpuUsage(since)) / transactions
    if (taken.length !== transactions) throw new Error(`${taken.length} are ready`)
    const extrinsics = taken.map(({ hash }) => Uint8Array.from(Buffer.from(hash.slice(2), 'hex')))
    const accounts = Array.from(
      { length: senders },
      (_, n) => [tag(n, 0).subarray(0, 32), transactions / senders] as const,
    )
    since = process.threadCpuUsage()
    pool.onBlock({ hash: new Uint8Array(32), number: 0, extrinsics, accounts, isUpgrade: false })
    const block = sum(process.threadCpuUsage(since)) / transactions
    if (pool.size !== 0) throw new Error(`${pool.size} are left`)
    if (round < 4) continue
    const figures = { usSubmit: tenths(submit), usReady: tenths(ready), usBlock: tenths(block), transactions, senders }
    report('pool, per transaction', figures, submit + ready + block)
  }
}

function microseconds(checks: readonly SignatureCheck[], holds: (check: SignatureCheck) => boolean): number {
  for (const check of checks.slice(0, 50)) holds(check)
  const since = process.threadCpuUsage()
  for (const check of checks) holds(check)
  return tenths(sum(process.threadCpuUsage(since)) / checks.length)
}

function report(name: string, more: { readonly [figure: string]: number }, us: number): void {
  const line = { name, unit: 'us of CPU', value: tenths(us), perSecondOfCore: Math.round(1_000_000 / us), ...more }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function sum({ user, system }: { readonly user: number; readonly system: number }): number {
  return user + system
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
