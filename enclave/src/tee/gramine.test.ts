import { deepEqual, equal, notDeepEqual, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { filler, sgxQuote } from '../testing/test-evidence.ts'
import { TestGramine } from '../testing/test-gramine.ts'
import { graminePlatform } from './gramine.ts'

const reportData = filler('report data', 64)
const mrEnclave = filler('MRENCLAVE of a program', 32)
const pause = async (): Promise<void> => {}

describe('an SGX enclave, through Gramine', () => {
  it('gives a quote over the report data', async () => {
    const calls = new TestGramine()
    const platform = await graminePlatform({ calls, pause })
    deepEqual(await platform.evidence(reportData), { type: 'Sgx', value: sgxQuote(reportData, mrEnclave) })
    equal(calls.leftovers, 0)
  })

  it('gives callers that ask at once each their own, though the file is one for all', async () => {
    const calls = new TestGramine()
    // Two drivers of one process.
    const platforms = [await graminePlatform({ calls, pause }), await graminePlatform({ calls, pause })]
    const asked = Array.from({ length: 6 }, (_, i) => filler(`caller ${i}`, 64))
    const quotes = await Promise.all(asked.map((data, i) => platforms[i % 2]?.evidence(data)))
    deepEqual(
      quotes.map((quote) => quote?.value),
      asked.map((data) => sgxQuote(data, mrEnclave)),
    )
  })

  it('goes on after a failure, and tries again what may pass', async () => {
    const calls = new TestGramine()
    const platform = await graminePlatform({ calls, pause })
    calls.failures.push('EIO')
    const [failed, next] = await Promise.allSettled([platform.evidence(reportData), platform.evidence(reportData)])
    equal(failed.status, 'rejected')
    equal(next.status, 'fulfilled')
    calls.failures.push('EAGAIN')
    equal((await platform.evidence(reportData)).type, 'Sgx')
    equal(calls.leftovers, 0)
  })

  it('refuses a short write, which Gramine would fill up with zeros', async () => {
    const calls = new TestGramine()
    const platform = await graminePlatform({ calls, pause })
    calls.takes = 32
    await rejects(platform.evidence(reportData), { code: 'tee.failed', message: /took 32 of 64/ })
    equal(calls.quotes, 0)
  })

  it('refuses to run with another attestation than DCAP', async () => {
    for (const attestation of ['none', 'epid', '']) {
      const calls = new TestGramine({ attestation })
      await rejects(graminePlatform({ calls }), { code: 'tee.unsupported', fix: /sgx\.remote_attestation = "dcap"/ })
    }
  })

  it('has the sealing key of this program, not of its signer', async () => {
    const secretOf = async (program: string) =>
      (await graminePlatform({ calls: new TestGramine({ program }) })).sealingSecret?.expose()
    deepEqual(await secretOf('a'), filler('sealing key of a', 16))
    notDeepEqual(await secretOf('a'), await secretOf('b'))
  })
})
