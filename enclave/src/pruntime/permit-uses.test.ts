import { equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PermitLink } from '@pha/core/permits'
import { enclaveLimits } from '../limits.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { PermitUses } from './permit-uses.ts'

const ann = bytesOf('ann')

function link(name: string, uses: number, expiresAtBlock = 10): PermitLink {
  const terms = { genesis: ann, key: ann, site: 'pha', contracts: [], workers: undefined, issuedAtBlock: 0 }
  return { id: bytesOf(name), issuer: ann, terms: { ...terms, uses, expiresAtBlock } }
}

describe('the queries of permits', () => {
  it('are counted for each link of a chain, or for none', () => {
    const uses = new PermitUses()
    const [first, second] = [link('first', 2), link('second', 1)]
    equal(uses.take(ann, [first, second], 1), undefined)
    equal(uses.take(ann, [first, second], 1), 'permit.used-up')
    equal(uses.take(ann, [first], 1), undefined)
    equal(uses.take(ann, [first], 1), 'permit.used-up')
  })

  it('take a bounded memory of each account: those that have ended make room, others do not', () => {
    const uses = new PermitUses()
    for (let i = 0; i < enclaveLimits.countedPermitsOfAccount; i++) {
      equal(uses.take(ann, [link(`permit ${i}`, 1, i === 0 ? 10 : 20)], 1), undefined)
    }
    equal(uses.take(ann, [link('one more', 1, 20)], 10), 'permit.too-many')
    equal(uses.take(bytesOf('bob'), [link('of bob', 1)], 10), undefined)
    equal(uses.take(ann, [link('one more', 1, 20)], 11), undefined)
    equal(uses.count, enclaveLimits.countedPermitsOfAccount + 1)
    equal(uses.take(ann, [link('permit 1', 1, 20)], 11), 'permit.used-up', 'nothing that counts is forgotten')
  })

  it('take a bounded memory of all accounts', () => {
    const uses = new PermitUses()
    const each = enclaveLimits.countedPermitsOfAccount
    for (let i = 0; i < enclaveLimits.countedPermits; i++) {
      equal(uses.take(bytesOf(`account ${Math.floor(i / each)}`), [link(`permit ${i}`, 1)], 1), undefined)
    }
    equal(uses.take(ann, [link('one more', 1, 20)], 1), 'permit.too-many')
    equal(uses.take(ann, [link('one more', 1, 20)], 11), undefined)
    equal(uses.count, 1)
  })
})
