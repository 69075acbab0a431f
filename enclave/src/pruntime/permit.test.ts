import { deepEqual, equal, rejects } from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { keypairFromSeed, multiSign, Secret } from '@pha/core/crypto'
import { permitId, permitText, signDelegation, wrapped } from '@pha/core/permits'
import {
  Call,
  MAX_PERMIT_LIFE,
  type PermitChain,
  type PermitTerms,
  permitUseBytes,
  type SessionRequest,
  type SessionResponse,
} from '@pha/core/protocol'
import { permits, type Revocations } from '@pha/runtime/pallets'
import { bytesOf } from '../testing/test-chain.ts'
import { SITE, TestClient, type TestSession, usePermit } from '../testing/test-client.ts'
import type { TestEnclave } from '../testing/test-enclave.ts'
import { TestNetwork } from '../testing/test-network.ts'
import { checkPermitUse } from './permit.ts'

const keyOf = (name: string) => keypairFromSeed('ed25519', Secret.from(bytesOf(name)))
const [app, helper] = [keyOf('app'), keyOf('helper')]
const call = (method: string): SessionRequest => ({
  type: 'Query',
  value: { input: Call.encode({ method, args: new Uint8Array(0) }) },
})
const refused = (code: string): SessionResponse => ({ type: 'Refused', value: { code } })

async function setUp() {
  const network = await TestNetwork.start(1)
  const contract = await network.deployNotebook()
  const [worker] = network.workers as [TestEnclave]
  const ann = new TestClient('ann', network.chain)

  async function open(chain: PermitChain, key = app, place: { contract?: Uint8Array; site?: string } = {}) {
    const session = await ann.connect(worker)
    deepEqual(await session.ask(usePermit(session, chain, key, { contract, ...place })), { type: 'Authorized' })
    return session
  }

  async function isRefused(chain: PermitChain, key = app, place: { contract?: Uint8Array; site?: string } = {}) {
    const session = await ann.connect(worker)
    const use = usePermit(session, chain, key, { contract, ...place })
    await rejects(session.ask(use), { code: 'session.not-authorized' })
    await rejects(session.ask(call('mine')), { code: 'session.closed' })
  }

  async function takeBack(account: Uint8Array, changes: Partial<Revocations>) {
    const { revocations, changes: count } = permits.storage
    network.chain.set(revocations, [account], { issuedBefore: 0, permits: [], deposit: 0n, ...changes })
    network.chain.set(count, [], (network.chain.get(count) ?? 0n) + 1n)
    await network.blocks(1)
  }

  const block = network.chain.nextNumber - 1
  return { network, contract, worker, ann, block, open, isRefused, takeBack }
}

/** Hands a permit on from `app`, which holds it, to `helper`. */
function handOn(chain: PermitChain, changes: Partial<PermitTerms>): PermitChain {
  const { account, terms } = chain.permit
  const parent = { id: permitId(account, terms), issuer: account, terms }
  const narrower = { ...terms, key: helper.publicKey, ...changes }
  return { ...chain, delegations: [signDelegation(parent, narrower, app)] }
}

function idOf({ permit: { account, terms }, delegations: [delegation] }: PermitChain): Uint8Array {
  const first = permitId(account, terms)
  return delegation === undefined ? first : permitId(first, delegation.terms)
}

async function asks(session: TestSession, method = 'mine'): Promise<string> {
  const answer = await session.ask(call(method))
  return answer.type === 'Refused' ? answer.value.code : answer.type
}

describe('a permit', () => {
  it('lets its key ask in the name of the account that signed its text', async () => {
    const { ann, contract, open } = await setUp()
    const session = await open(ann.grant(app, contract))
    const answer = await session.ask(call('mine'))
    equal(answer.type, 'Answer')
    if (answer.type === 'Answer') {
      equal(Buffer.from(answer.value.output).toString(), ` for ${ann.account.accountId[0]}`)
    }
  })

  it('is refused when it is expired, from the future, too long, for another chain, site, contract, worker or key', async () => {
    const { ann, contract, block, isRefused, open } = await setUp()
    const grant = (changes: Partial<PermitTerms>) => ann.grant(app, contract, changes)
    await isRefused(grant({ issuedAtBlock: 0, expiresAtBlock: block - 1 }))
    await isRefused(grant({ issuedAtBlock: block + 5 }))
    await isRefused(grant({ expiresAtBlock: block + MAX_PERMIT_LIFE + 1 }))
    await isRefused(grant({ genesis: bytesOf('other chain') }))
    await isRefused(grant({}), app, { site: 'https://other.example' })
    await isRefused(grant({}), app, { contract: bytesOf('other contract') })
    await isRefused(grant({ workers: [bytesOf('other worker')] }))
    await isRefused(grant({}), helper)
    await isRefused({ ...grant({}), permit: { ...grant({}).permit, account: app.accountId } })
    await open(grant({ issuedAtBlock: block + 2 }))
  })

  it('ends at its block', async () => {
    const { network, ann, contract, block, open } = await setUp()
    const session = await open(ann.grant(app, contract, { expiresAtBlock: block + 1 }))
    equal(await asks(session), 'Answer')
    await network.blocks(2)
    deepEqual(await session.ask(call('mine')), refused('permit.expired'))
  })

  it('names the methods that may be asked, and everything else is refused under seal', async () => {
    const { ann, contract, open } = await setUp()
    const session = await open(ann.grant(app, contract, { contracts: [{ contract, methods: ['count', 'mine'] }] }))
    equal(await asks(session, 'mine'), 'Answer')
    equal(await asks(session, 'theirs'), 'permit.wrong-method')
    equal(await asks(session, 'min'), 'permit.wrong-method')
    deepEqual(
      await session.ask({ type: 'Query', value: { input: Uint8Array.of(16, 109) } }),
      refused('permit.wrong-method'),
    )
    equal(await asks(session, 'count'), 'Answer', 'a refusal does not end the session')
  })

  it('counts the queries of all its sessions, each once however often it is repeated', async () => {
    const { ann, contract, open } = await setUp()
    const chain = ann.grant(app, contract, { uses: 3 })
    const [one, two] = [await open(chain), await open(chain)]
    const asked = one.seal(call('mine'))
    for (let i = 0; i < 5; i++) await one.carry(asked)
    equal(await asks(two), 'Answer')
    equal(await asks(two), 'Answer')
    equal(await asks(two), 'permit.used-up')
    equal(await asks(await open(chain)), 'permit.used-up')
    equal(await asks(await open(ann.grant(app, contract, { uses: 4 }))), 'Answer', 'another permit')
  })

  it('stops in the block in which its account takes it back, for sessions that are open too', async () => {
    const { ann, contract, open, isRefused, takeBack } = await setUp()
    const chain = ann.grant(app, contract)
    const other = ann.grant(app, contract, { uses: 7 })
    const [session, kept] = [await open(chain), await open(other)]
    equal(await asks(session), 'Answer')
    const { expiresAtBlock } = chain.permit.terms
    await takeBack(ann.account.accountId, { permits: [{ permit: idOf(chain), expiresAtBlock }] })
    deepEqual(await session.ask(call('mine')), refused('permit.revoked'))
    await rejects(session.ask(call('mine')), { code: 'session.closed' })
    await isRefused(chain)
    equal(await asks(kept), 'Answer')
  })

  it('stops with all that were issued before a block', async () => {
    const { ann, contract, block, open, isRefused, takeBack, network } = await setUp()
    const session = await open(ann.grant(app, contract))
    await takeBack(ann.account.accountId, { issuedBefore: block + 1 })
    equal(await asks(session), 'permit.revoked')
    await isRefused(ann.grant(app, contract, { issuedAtBlock: block }))
    await network.blocks(1)
    equal(await asks(await open(ann.grant(app, contract))), 'Answer')
  })
})

describe('what is wrong with a permit', () => {
  it('has a name of its own for each fault', () => {
    const genesis = bytesOf('genesis')
    const [contract, worker] = [bytesOf('contract'), bytesOf('worker')]
    const session = { encapsulation: new Uint8Array(1120), id: bytesOf('session') }
    const ann = keyOf('ann')
    const terms: PermitTerms = {
      genesis,
      key: app.publicKey,
      site: SITE,
      contracts: [{ contract, methods: undefined }],
      workers: [worker],
      issuedAtBlock: 10,
      expiresAtBlock: 20,
      uses: 1,
    }
    const check = (changes: Partial<PermitTerms>, { key = app, block = 15, asked = contract, site = SITE } = {}) => {
      const given = { ...terms, ...changes }
      const signature = multiSign(ann, wrapped(permitText({ account: ann.accountId, terms: given })))
      const permit = permitId(ann.accountId, given)
      const use = key.sign(permitUseBytes(genesis, session, { permit, contract: asked, site }))
      const chain = { permit: { account: ann.accountId, terms: given, signature }, delegations: [] }
      const place = { genesis, session, worker, block }
      const checked = checkPermitUse({ chain, contract: asked, site, signature: use }, place)
      return checked.ok ? 'accepted' : checked.reason
    }
    equal(check({}), 'accepted')
    equal(check({}, { block: 20 }), 'accepted')
    equal(check({}, { block: 21 }), 'permit.expired')
    equal(check({}, { block: 6 }), 'accepted')
    equal(check({}, { block: 5 }), 'permit.not-yet')
    equal(check({ expiresAtBlock: 11 + MAX_PERMIT_LIFE }), 'permit.too-long')
    equal(check({ genesis: bytesOf('other') }), 'permit.other-chain')
    equal(check({ workers: [bytesOf('other')] }), 'permit.wrong-worker')
    equal(check({}, { asked: bytesOf('other') }), 'permit.wrong-contract')
    equal(check({}, { site: 'https://other.example' }), 'permit.wrong-site')
    equal(check({}, { key: helper }), 'permit.bad-signature')
    equal(check({ uses: 0 }), 'permit.malformed')
  })
})

describe('a permit whose worker starts again', () => {
  it('has the queries left that it had', async () => {
    const { network, ann, contract, worker, open } = await setUp()
    const chain = ann.grant(app, contract, { uses: 3 })
    const session = await open(chain)
    for (let i = 0; i < 2; i++) equal(await asks(session), 'Answer')

    const again = await network.restart(worker, 'Worker')
    await network.until(async () => (await again.status()).contracts[0]?.ready === true)
    const next = await ann.connect(again)
    deepEqual(await next.ask(usePermit(next, chain, app, { contract })), { type: 'Authorized' })
    equal(await asks(next), 'Answer')
    equal(await asks(next), 'permit.used-up')
  })

  it('is not served by an enclave that the host took its counts from', async () => {
    const { network, worker } = await setUp()
    rmSync(join(worker.folder, 'permits.journal'))
    await rejects(network.restart(worker, 'Worker'), { code: 'store.unreadable' })
  })
})

describe('a permit that was handed on', () => {
  it('asks in the name of the account, within its own terms', async () => {
    const { ann, contract, open } = await setUp()
    const chain = handOn(ann.grant(app, contract), { contracts: [{ contract, methods: ['count'] }] })
    const session = await open(chain, helper)
    equal(await asks(session, 'count'), 'Answer')
    equal(await asks(session, 'mine'), 'permit.wrong-method')
  })

  it('is refused when it is wider than what it was made from', async () => {
    const { ann, contract, isRefused } = await setUp()
    const chain = ann.grant(app, contract, { contracts: [{ contract, methods: ['mine'] }] })
    const { expiresAtBlock } = chain.permit.terms
    await isRefused(handOn(chain, { contracts: [{ contract, methods: undefined }] }), helper)
    await isRefused(handOn(chain, { contracts: [{ contract, methods: ['mine', 'theirs'] }] }), helper)
    await isRefused(handOn(chain, { expiresAtBlock: expiresAtBlock + 1 }), helper)
    await isRefused(handOn(chain, { uses: 101 }), helper)
    await isRefused(handOn(chain, {}), app)
  })

  it('counts for the one it was made from too', async () => {
    const { ann, contract, open } = await setUp()
    const chain = ann.grant(app, contract, { uses: 3 })
    const narrower = await open(handOn(chain, { uses: 2 }), helper)
    equal(await asks(narrower), 'Answer')
    equal(await asks(narrower), 'Answer')
    equal(await asks(narrower), 'permit.used-up')
    const first = await open(chain)
    equal(await asks(first), 'Answer')
    equal(await asks(first), 'permit.used-up')
    equal(await asks(await open(handOn(chain, { uses: 1 }), helper)), 'permit.used-up')
  })

  it('stops with the one it was made from, by the account, or alone, by the key that made it', async () => {
    const { ann, contract, open, takeBack } = await setUp()
    const chain = ann.grant(app, contract)
    const handed = handOn(chain, { uses: 9 })
    const { expiresAtBlock } = chain.permit.terms
    const [first, second] = [await open(chain), await open(handed, helper)]
    await takeBack(app.accountId, { permits: [{ permit: idOf(handed), expiresAtBlock }] })
    equal(await asks(second), 'permit.revoked')
    equal(await asks(first), 'Answer')
    const again = await open(handOn(chain, { uses: 8 }), helper)
    await takeBack(ann.account.accountId, { permits: [{ permit: idOf(chain), expiresAtBlock }] })
    equal(await asks(again), 'permit.revoked')
    equal(await asks(first), 'permit.revoked')
  })

  it('is not stopped by somebody who has nothing to do with it', async () => {
    const { ann, contract, open, takeBack } = await setUp()
    const chain = ann.grant(app, contract)
    const session = await open(chain)
    const { expiresAtBlock } = chain.permit.terms
    await takeBack(bytesOf('eve'), { issuedBefore: 100_000, permits: [{ permit: idOf(chain), expiresAtBlock }] })
    equal(await asks(session), 'Answer')
  })
})
