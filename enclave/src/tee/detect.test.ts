import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { kernelTree } from '../testing/kernel-tree.ts'
import { tdxQuote } from '../testing/test-evidence.ts'
import { TestGramine } from '../testing/test-gramine.ts'
import { TestTsm } from '../testing/test-tsm.ts'
import { detectTee } from './detect.ts'
import { nodeCalls } from './system-calls.ts'

const on = (files: Parameters<typeof kernelTree>[0]) => detectTee(nodeCalls(kernelTree(files)))

describe('the TEE of a machine', () => {
  it('is what the kernel says its reports are of', async () => {
    for (const provider of ['tdx_guest', 'sev_guest', 'arm_cca_guest'] as const) {
      const tsm = new TestTsm({ name: provider, report: (inblob) => tdxQuote(inblob) })
      deepEqual(await detectTee(tsm), { via: 'configfs-tsm', provider })
      equal(tsm.leftovers, 0)
    }
  })

  it('is none where the kernel has no provider, or one that we do not know', async () => {
    equal(await detectTee(new TestTsm(undefined)), undefined)
    equal(await detectTee(new TestTsm({ name: 'toString', report: () => new Uint8Array() })), undefined)
  })

  it('is SGX inside Gramine, whatever attestation it offers', async () => {
    deepEqual(await detectTee(new TestGramine({ attestation: 'none' })), { via: 'gramine' })
  })

  it('is asked through the agent of dstack, at the first of its sockets, before the kernel below it', async () => {
    const tsm = { '/sys/kernel/config/tsm/report': undefined }
    deepEqual(await on({ '/run/dstack/dstack.sock': '', ...tsm }), {
      via: 'dstack',
      socketPath: '/run/dstack/dstack.sock',
    })
    deepEqual(await on({ '/run/dstack/dstack.sock': '', '/var/run/dstack.sock': '' }), {
      via: 'dstack',
      socketPath: '/var/run/dstack.sock',
    })
  })

  it('is Nitro where its sidecar listens', async () => {
    deepEqual(await on({ '/run/pha/nsm.sock': '' }), { via: 'nitro-sidecar', socketPath: '/run/pha/nsm.sock' })
  })

  it('is none on a machine like any other, whatever the environment says', async (test) => {
    process.env['DSTACK_SIMULATOR_ENDPOINT'] = 'http://127.0.0.1:8090'
    test.after(() => delete process.env['DSTACK_SIMULATOR_ENDPOINT'])
    equal(await on({ '/proc/version': 'Linux' }), undefined)
  })

  it('is not guessed from a kernel that is busy', async () => {
    const calls = new TestTsm({ name: 'tdx_guest', report: (inblob) => tdxQuote(inblob) })
    calls.makeDirectory = () => {
      throw Object.assign(new Error(), { code: 'EBUSY' })
    }
    await rejects(
      detectTee(calls, async () => {}),
      { code: 'tee.busy' },
    )
  })
})
