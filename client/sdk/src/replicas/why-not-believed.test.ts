import { equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Worker } from '@pha/runtime/pallets'
import { whyNotBelieved } from './why-not-believed.ts'

const worker: Worker = {
  kind: { type: 'Worker' },
  tee: { type: 'Sgx' },
  operator: new Uint8Array(32),
  agreement: new Uint8Array(1216),
  measurement: new Uint8Array(32),
  platform: new Uint8Array(32),
  level: 2,
  status: { type: 'Active' },
  registeredAt: 1,
  expiresAt: 100,
  endpoint: 'http://127.0.0.1:1',
}
const why = (changes: Partial<Worker> = {}, demands: { readonly block?: number; readonly worstLevel?: number } = {}) =>
  whyNotBelieved({ ...worker, ...changes }, { block: 50, worstLevel: 2, ...demands })
const refused = (reason: string): Partial<Worker> => ({ status: { type: 'Refused', value: { since: 7, reason } } })

describe('a client', () => {
  it('believes a worker that is active, unexpired and good enough', () => {
    equal(why(), undefined)
    equal(why({ level: 5 }, { worstLevel: 5 }), undefined)
  })

  it('refuses the session of any other, and says why', () => {
    equal(whyNotBelieved(undefined, { block: 50, worstLevel: 5 }), 'not registered')
    equal(why({}, { block: 101 }), 'registration expired at block 100')
    equal(
      why({ status: { type: 'Suspended', value: { since: 7 } } }),
      'suspended: it signed something else than the majority',
    )
    equal(why({ level: 3 }), 'confidence level 3, and the contract accepts none worse than 2')
  })

  it('says of one that policy or collateral refused which rule it was, in words where it knows them', () => {
    equal(
      why(refused('out-of-date')),
      'refused since block 7: out-of-date, the platform lacks a security update, and its grace is over or was never given',
    )
    equal(why(refused('pck:revoked')), 'refused since block 7: pck:revoked')
  })
})
