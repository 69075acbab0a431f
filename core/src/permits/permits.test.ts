import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compareBytes, ss58Encode } from '../codec/index.ts'
import { deriveDevAccount, keypairFromSeed, multiSign, Secret } from '../crypto/index.ts'
import { MAX_PERMIT_LIFE, type PermitChain, PermitTerms, permitLimits } from '../protocol/index.ts'
import {
  type ChainVerdict,
  isWithin,
  type PermitLink,
  parsePermitText,
  permitId,
  permitText,
  refuseTerms,
  signDelegation,
  verifyChain,
  wrapped,
} from './index.ts'

const bytes32 = (n: number) => new Uint8Array(32).fill(n)
const genesis = bytes32(1)
const ann = deriveDevAccount('//Ann')
const holders = [10, 11, 12, 13, 14].map((n) => keypairFromSeed('ed25519', Secret.from(bytes32(n))))
const holder = (n: number) => holders[n] as (typeof holders)[0]

const terms: PermitTerms = {
  genesis,
  key: holder(0).publicKey,
  site: 'https://app.example',
  contracts: [
    { contract: bytes32(2), methods: ['count', 'mine'] },
    { contract: bytes32(3), methods: undefined },
  ],
  workers: undefined,
  issuedAtBlock: 100,
  expiresAtBlock: 2_000,
  uses: 50,
}

function chainOf(first: PermitTerms = terms, ...narrower: readonly PermitTerms[]): PermitChain {
  const signature = multiSign(ann, wrapped(permitText({ account: ann.accountId, terms: first })))
  let parent: PermitLink = { id: permitId(ann.accountId, first), issuer: ann.accountId, terms: first }
  const delegations = narrower.map((next, i) => {
    const delegation = signDelegation(parent, next, holder(i))
    parent = { id: permitId(parent.id, next), issuer: parent.terms.key, terms: next }
    return delegation
  })
  return { permit: { account: ann.accountId, terms: first, signature }, delegations }
}

function reasonOf(verdict: ChainVerdict): string {
  return verdict.ok ? 'accepted' : verdict.reason
}

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const sorted = (most: number) =>
  fc
    .uniqueArray(hash, { minLength: 1, maxLength: most, selector: (bytes) => bytes.join() })
    .map((list) => list.toSorted(compareBytes))
const method = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/)
const methods = fc.uniqueArray(method, { minLength: 1, maxLength: permitLimits.methods }).map((list) => list.toSorted())
const anyTerms: fc.Arbitrary<PermitTerms> = fc
  .record({
    genesis: hash,
    key: hash,
    site: fc.stringMatching(/^[a-z0-9](?:[a-z0-9.:/_-]{0,126}[a-z0-9])?$/),
    ids: sorted(permitLimits.contracts),
    methods: fc.array(fc.option(methods, { nil: undefined }), { minLength: 8, maxLength: 8 }),
    workers: fc.option(sorted(permitLimits.workers), { nil: undefined }),
    issuedAtBlock: fc.nat(2 ** 31),
    life: fc.nat(MAX_PERMIT_LIFE),
    uses: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  })
  .map(({ ids, methods: named, life, ...rest }) => ({
    ...rest,
    contracts: ids.map((contract, i) => ({ contract, methods: named[i] })),
    expiresAtBlock: rest.issuedAtBlock + life,
  }))

describe('the text of a permit', () => {
  it('is what a person can read, and begins with what it is', () => {
    equal(
      permitText({ account: ann.accountId, terms }),
      `pha/permits/permit/v1

I let the key below ask these contracts as me, until the block given.
It can read what I can read there. It cannot send commands or move funds.
Sign this only on the site that it names.

Account: ${ss58Encode(ann.accountId)}
Site: https://app.example
Chain: 0x${'01'.repeat(32)}
Key: 0x${Buffer.from(holder(0).publicKey).toString('hex')}
Contract: 0x${'02'.repeat(32)} count, mine
Contract: 0x${'03'.repeat(32)} any query
Worker: any that the chain believes
From block: 100
Until block: 2000
Queries: 50 on each worker`,
    )
  })

  it('says everything: parsing gives back the terms, whatever they are', () => {
    fc.assert(
      fc.property(hash, anyTerms, (account, any) => {
        equal(refuseTerms(any), undefined)
        const text = permitText({ account, terms: any })
        ok(text.length <= permitLimits.text)
        deepEqual(parsePermitText(text), { account, terms: any })
        deepEqual(PermitTerms.decode(PermitTerms.encode(any)), any)
      }),
      { numRuns: 100 },
    )
  })

  it('has one form: any change is refused, or is the text of other terms', () => {
    fc.assert(
      fc.property(anyTerms, fc.nat(), fc.constantFrom(' ', '\n', '0', 'a', 'A', '', 'Ä', '\r', ','), (any, at, put) => {
        const text = permitText({ account: ann.accountId, terms: any })
        const place = at % text.length
        const changed = text.slice(0, place) + put + text.slice(place + 1)
        const parsed = parsePermitText(changed)
        if (parsed !== undefined) equal(permitText(parsed), changed)
      }),
      { numRuns: 300 },
    )
  })

  it('is refused where a human would read the same, or the wallet shows more', () => {
    const text = permitText({ account: ann.accountId, terms })
    const changes: readonly ((text: string) => string)[] = [
      (t) => `${t}\n`,
      (t) => ` ${t}`,
      (t) => t.replaceAll('\n', '\r\n'),
      (t) => t.replace('count, mine', 'count,mine'),
      (t) => t.replace('count, mine', 'mine, count'),
      (t) => t.replace('count, mine', 'count, count'),
      (t) => t.replace('50 on', '050 on'),
      (t) => t.replace('50 on', '0 on'),
      (t) => t.replace('50 on', '4294967296 on'),
      (t) => t.replace('100', '2001'),
      (t) => t.replace(`0x${'02'.repeat(32)}`, `0X${'02'.repeat(32)}`),
      (t) => t.replace(`0x${'02'.repeat(32)}`, `0x${'04'.repeat(32)}`),
      (t) => t.replace('https://app.example', 'https://app.example/'),
      (t) => t.replace('https://app.example', 'https://App.example'),
      (t) => t.replace(ss58Encode(ann.accountId), ss58Encode(ann.accountId, 42)),
      (t) => t.replace('Site:', 'Site: https://other.example\nSite:'),
      (t) => wrapped(t).toString(),
      () => '',
      () => 'x'.repeat(100_000),
    ]
    ok(parsePermitText(text) !== undefined)
    for (const change of changes) equal(parsePermitText(change(text)), undefined, change.toString())
  })

  it('of the largest terms fits its bound', () => {
    const contracts = Array.from({ length: permitLimits.contracts }, (_, i) => ({
      contract: bytes32(i),
      methods: Array.from({ length: permitLimits.methods }, (_, m) => String.fromCharCode(65 + m).repeat(64)),
    }))
    const workers = Array.from({ length: permitLimits.workers }, (_, i) => bytes32(i))
    const large = { ...terms, site: 'a'.repeat(128), contracts, workers, uses: 2 ** 32 - 1 }
    const text = permitText({ account: ann.accountId, terms: large })
    ok(text.length < permitLimits.text)
    deepEqual(parsePermitText(text)?.terms, large)
  })
})

describe('a chain of permits', () => {
  it('is accepted when each link is signed and within the one before', () => {
    const second = { ...terms, key: holder(1).publicKey, uses: 10 }
    const third = { ...second, key: holder(2).publicKey, contracts: [{ contract: bytes32(3), methods: ['sum'] }] }
    const fourth = { ...third, key: holder(3).publicKey, workers: [bytes32(7)], expiresAtBlock: 150 }
    const verdict = verifyChain(chainOf(terms, second, third, fourth), genesis)
    ok(verdict.ok)
    deepEqual(verdict.account, ann.accountId)
    deepEqual(
      verdict.links.map(({ issuer }) => issuer),
      [ann.accountId, holder(0).publicKey, holder(1).publicKey, holder(2).publicKey],
    )
    equal(new Set(verdict.links.map(({ id }) => id.join())).size, 4)
  })

  it('takes the signatures of every scheme of accounts', () => {
    for (const scheme of ['ed25519', 'sr25519', 'ecdsa'] as const) {
      const pair = keypairFromSeed(scheme, Secret.from(bytes32(9)))
      const text = wrapped(permitText({ account: pair.accountId, terms }))
      const permit = { account: pair.accountId, terms, signature: multiSign(pair, text) }
      ok(verifyChain({ permit, delegations: [] }, genesis).ok, scheme)
      const bare = { ...permit, signature: multiSign(pair, text.slice('<Bytes>'.length, -'</Bytes>'.length)) }
      equal(reasonOf(verifyChain({ permit: bare, delegations: [] }, genesis)), 'permit.bad-signature', scheme)
    }
  })

  it('never widens: a delegation beyond its parent is refused in each way that it can be', () => {
    const inner = { ...terms, key: holder(1).publicKey, workers: [bytes32(7)] }
    const within = { ...inner, key: holder(2).publicKey }
    equal(reasonOf(verifyChain(chainOf(terms, inner, within), genesis)), 'accepted')
    const wider: readonly PermitTerms[] = [
      { ...within, site: 'https://other.example' },
      { ...within, contracts: [{ contract: bytes32(2), methods: ['count', 'mine', 'secrets'] }] },
      { ...within, contracts: [{ contract: bytes32(2), methods: undefined }] },
      { ...within, contracts: [{ contract: bytes32(9), methods: ['count'] }] },
      { ...within, workers: undefined },
      { ...within, workers: [bytes32(8)] },
      { ...within, workers: [bytes32(7), bytes32(8)] },
      { ...within, issuedAtBlock: 99 },
      { ...within, expiresAtBlock: 2_001 },
      { ...within, uses: 51 },
    ]
    for (const last of wider) {
      equal(reasonOf(verifyChain(chainOf(terms, inner, last), genesis)), 'permit.wider')
      equal(isWithin(last, inner), false)
    }
  })

  it('is within itself, and within is transitive', () => {
    fc.assert(
      fc.property(anyTerms, anyTerms, anyTerms, (one, two, three) => {
        ok(isWithin(one, one))
        const shared = { genesis, site: 'pha', contracts: one.contracts }
        const [a, b, c] = [one, two, three].map((each) => ({ ...each, ...shared })) as [
          PermitTerms,
          PermitTerms,
          PermitTerms,
        ]
        if (isWithin(a, b) && isWithin(b, c)) ok(isWithin(a, c))
      }),
      { numRuns: 100 },
    )
  })

  it('is refused with a signature of anybody else, or over anything else', () => {
    const chain = chainOf(terms, { ...terms, key: holder(1).publicKey })
    const [delegation] = chain.delegations
    ok(delegation !== undefined)
    const forged: readonly PermitChain[] = [
      { ...chain, permit: { ...chain.permit, account: deriveDevAccount('//Bob').accountId } },
      { ...chain, permit: { ...chain.permit, terms: { ...terms, uses: 51 } } },
      { ...chain, delegations: [{ ...delegation, terms: { ...delegation.terms, uses: 49 } }] },
      { ...chain, delegations: [{ ...delegation, signature: new Uint8Array(64) }] },
      // Taken from under another permit of the same holder.
      { ...chainOf({ ...terms, uses: 60 }), delegations: [delegation] },
      { ...chain, delegations: [delegation, delegation] },
    ]
    for (const one of forged) equal(reasonOf(verifyChain(one, genesis)), 'permit.bad-signature')
    equal(reasonOf(verifyChain(chain, bytes32(2))), 'permit.other-chain')
  })

  it('is refused with terms that are no permit, or for too long', () => {
    const cases: readonly (readonly [string, Partial<PermitTerms>])[] = [
      ['permit.too-long', { expiresAtBlock: 100 + MAX_PERMIT_LIFE + 1 }],
      ['accepted', { expiresAtBlock: 100 + MAX_PERMIT_LIFE }],
      ['permit.malformed', { expiresAtBlock: 99 }],
      ['permit.malformed', { uses: 0 }],
      ['permit.malformed', { site: '' }],
      ['permit.malformed', { site: 'https://app.example\nChain: 0x00' }],
      ['permit.malformed', { contracts: [] }],
      ['permit.malformed', { contracts: [{ contract: bytes32(2), methods: [] }] }],
      ['permit.malformed', { contracts: [{ contract: bytes32(2), methods: ['any query'] }] }],
      ['permit.malformed', { contracts: [...terms.contracts].reverse() }],
      ['permit.malformed', { workers: [] }],
      ['permit.malformed', { workers: [bytes32(7), bytes32(7)] }],
    ]
    for (const [reason, change] of cases) {
      equal(reasonOf(verifyChain(chainOf({ ...terms, ...change }), genesis)), reason, JSON.stringify(change))
    }
  })
})
