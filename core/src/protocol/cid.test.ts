import { equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CID } from 'multiformats/cid'
import { cidOf } from './cid.ts'

describe('the CID of a blob', () => {
  it('is what IPFS calls the same bytes', () => {
    const text = CID.decode(cidOf(new Uint8Array(0))).toString()
    equal(text, 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku')
  })
})
