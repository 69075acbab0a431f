import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { servedMethods } from './served-methods.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/rpc.md'), 'utf8')

describe('the page of the RPC', () => {
  it('lists every method that is served, once, and no other', () => {
    const listed = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
    deepEqual(listed, [...servedMethods('all', '127.0.0.1').keys()].sort())
  })
})
