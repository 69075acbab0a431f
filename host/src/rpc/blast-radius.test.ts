import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodeWithClient } from './test-client.ts'

const { client } = await nodeWithClient()

describe('pha_blastRadius', () => {
  it('answers about an enclave, a kind of TEE and enough gatekeepers', async () => {
    const nothing = { shares: [], hasRoot: false, contracts: [], next: null }
    for (const params of [
      ['enclave', `0x${'05'.repeat(32)}`],
      ['vendor', 'SevSnp'],
      ['threshold'],
      ['custodian', `0x${'06'.repeat(32)}`],
      ['vendor', 'Sgx', `0x${'00'.repeat(32)}`],
    ]) {
      deepEqual((await client.ask('pha_blastRadius', ...params)).result, nothing)
    }
  })

  it('refuses other questions', async () => {
    for (const params of [
      [],
      ['worker', '0x00'],
      ['enclave'],
      ['enclave', '0x05'],
      ['vendor', 'sgx'],
      ['threshold', null, '0x1'],
    ]) {
      equal((await client.ask('pha_blastRadius', ...params)).error?.data.code, 'rpc.bad-params', params.join())
    }
  })
})
