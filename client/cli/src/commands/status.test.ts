import { equal, match } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { statusText } from './status.ts'

type Found = Parameters<typeof statusText>[0]

const worker = {
  identity: `0x${'05'.repeat(32)}`,
  kind: 'Worker',
  tee: 'Simulated',
  measurement: `0x${'07'.repeat(32)}`,
  level: 5,
  status: 'Active',
  endpoint: 'http://127.0.0.1:8001',
  registeredAt: 2,
  expiresAt: 28_801,
} as const

function textOf(workers: Found['workers'], playsVendors: boolean): string {
  const block = { number: 4, hash: '0x04', stateRoot: '0x05', time: new Date(0) } as const
  const chain = { url: 'ws://127.0.0.1:9944', genesisHash: '0x03', engine: 'solo', node: '0.1.0' } as const
  return statusText({ ...chain, block, workers, playsVendors } as Found)
}

describe('what pha status prints', () => {
  it('has its columns below each other, however long a reason is', () => {
    const refused = { ...worker, kind: 'Gatekeeper', status: 'Refused', reason: 'tcb-status-not-accepted' } as const
    const lines = textOf([worker, refused], false).split('\n').slice(-2)
    match(lines[1] ?? '', /tcb-status-not-accepted {2}level 5/)
    for (const column of ['0x05', 'level', 'TEE', 'http'])
      equal(lines[0]?.indexOf(column), lines[1]?.indexOf(column), column)
  })

  it('says that a TEE is simulated where the chain believes roots that anyone knows', () => {
    match(textOf([{ ...worker, tee: 'Tdx' }], true), /TEE SIMULATED Tdx/)
    match(textOf([{ ...worker, tee: 'Tdx' }], false), /TEE Tdx/)
  })

  it('has no line for workers where there are none', () => match(textOf([], false), /enclaves 0$/))
})
