import { equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contractText } from './contracts.ts'

type Found = Parameters<typeof contractText>[0]

function keysOf(keys: Partial<Found['keys']>): string {
  const found: Found = {
    contract: '0x01',
    codeHash: '0x02',
    deployer: '0x03',
    upgrade: 'Nobody',
    replicas: ['0x05'],
    asked: 1,
    batch: 2,
    settled: '7',
    block: 90,
    keys: { inForce: undefined, period: 0, ...keys },
  }
  return contractText(found).split('\n').at(-1) ?? ''
}

describe('what pha contracts show says of keys', () => {
  it('before the first one', () =>
    equal(keysOf({ pending: 0 }), 'keys     none agreed on yet, epoch 0 pending, no end by schedule'))

  it('while one is pending, while two are taken, and when another follows', () => {
    equal(
      keysOf({ inForce: 4, agreedAt: 20, pending: 5, period: 300 }),
      'keys     epoch 4, since block 20, epoch 5 pending, replaced every 300 blocks',
    )
    equal(
      keysOf({ inForce: 5, agreedAt: 80, before: 4, until: 120, wanted: 'Replaced', period: 300 }),
      'keys     epoch 5, since block 80, epoch 4 taken up to block 120, another rotation follows: Replaced, replaced every 300 blocks',
    )
  })
})
