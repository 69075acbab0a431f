import { deepEqual, equal, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { errno } from '../testing/errno.ts'
import { kernelTree } from '../testing/kernel-tree.ts'
import { tdxQuote } from '../testing/test-evidence.ts'
import { TestGramine } from '../testing/test-gramine.ts'
import { TestTsm } from '../testing/test-tsm.ts'
import { detectTee } from './detect.ts'
import { nodeCalls } from './system-calls.ts'

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
    const later = kernelTree({ '/run/dstack/dstack.sock': '', ...tsm })
    const first = kernelTree({ '/run/dstack/dstack.sock': '', '/var/run/dstack.sock': '' })
    deepEqual(await detectTee(nodeCalls(later)), { via: 'dstack', socketPath: join(later, 'run/dstack/dstack.sock') })
    deepEqual(await detectTee(nodeCalls(first)), { via: 'dstack', socketPath: join(first, 'var/run/dstack.sock') })
  })

  it('is Nitro where its sidecar listens', async () => {
    const root = kernelTree({ '/run/pha/nsm.sock': '' })
    deepEqual(await detectTee(nodeCalls(root)), { via: 'nitro-sidecar', socketPath: join(root, 'run/pha/nsm.sock') })
  })

  it('is none on a machine like any other, whatever the environment says', async (test) => {
    process.env['DSTACK_SIMULATOR_ENDPOINT'] = 'http://127.0.0.1:8090'
    test.after(() => delete process.env['DSTACK_SIMULATOR_ENDPOINT'])
    equal(await detectTee(nodeCalls(kernelTree({ '/proc/version': 'Linux' }))), undefined)
  })

  it('is not taken for none where the kernel is busy, or gives requests to root only', async () => {
    for (const [refusal, code] of [
      ['EBUSY', 'tee.busy'],
      ['EACCES', 'tee.failed'],
    ] as const) {
      const calls = new TestTsm({ name: 'tdx_guest', report: (inblob) => tdxQuote(inblob) })
      calls.makeDirectory = () => {
        throw errno(refusal)
      }
      const pause = async (): Promise<void> => {}
      await rejects(detectTee(calls, pause), { code })
    }
  })
})
