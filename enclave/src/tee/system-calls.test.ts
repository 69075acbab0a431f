import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { kernelTree } from '../testing/kernel-tree.ts'
import { filler } from '../testing/test-evidence.ts'
import { readText, readWhole, writeAtOnce } from './pseudo-file.ts'
import { nodeCalls } from './system-calls.ts'

describe('system calls, on a real tree', () => {
  const large = filler('a quote', 9_000)
  const root = kernelTree({ '/sys/quote': large, '/sys/empty': '', '/sys/provider': 'tdx_guest\n', '/sys/inblob': '' })
  const calls = nodeCalls(root)

  it('read a file of several pages to its end, up to a bound', async () => {
    deepEqual(await readWhole(calls, '/sys/quote', 9_000), large)
    await rejects(readWhole(calls, '/sys/quote', 8_999), { code: 'tee.oversize' })
    deepEqual(await readWhole(calls, '/sys/empty', 0), new Uint8Array())
    equal(await readText(calls, '/sys/provider'), 'tdx_guest')
  })

  it('write into files that are there, and make none', () => {
    writeAtOnce(calls, '/sys/inblob', large.subarray(0, 64))
    deepEqual(new Uint8Array(readFileSync(join(root, 'sys/inblob'))), large.slice(0, 64))
    throws(() => writeAtOnce(calls, '/sys/absent', large), { code: 'ENOENT' })
    equal(calls.exists('/sys/absent'), false)
  })

  it('make and remove folders', () => {
    calls.makeDirectory('/sys/request')
    equal(calls.exists('/sys/request'), true)
    throws(() => calls.makeDirectory('/sys/request'), { code: 'EEXIST' })
    calls.removeDirectory('/sys/request')
    equal(calls.exists('/sys/request'), false)
  })
})
