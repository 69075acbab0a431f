import { deepEqual, equal, notDeepEqual, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pureSignatures, verifyCca } from '@pha/core/attestation'
import { testCcaMachine, testNitroInstance } from '@pha/core/attestation/testing'
import { Secret } from '@pha/core/crypto'
import { contexts, type Evidence } from '@pha/core/protocol'
import { filler, sgxQuote, tdxQuote } from '../testing/test-evidence.ts'
import { hardwareTee } from './hardware-tee.ts'
import type { Platform } from './platform.ts'

function platform(changes: Partial<Platform> = {}): Platform {
  return {
    kind: 'Sgx',
    sealingSecret: Secret.from(filler('fuses', 16)),
    evidence: async (reportData) => ({ type: 'Sgx', value: sgxQuote(reportData) }),
    ...changes,
  }
}

describe('a driver of a real TEE', () => {
  it('quotes 64 bytes, and is called what its own evidence says', async () => {
    const tee = await hardwareTee(platform())
    const reportData = filler('report data', 64)
    deepEqual(await tee.quote(reportData), { type: 'Sgx', value: sgxQuote(reportData) })
    deepEqual(tee.measurement(), filler('MRENCLAVE', 32))
    await rejects(tee.quote(reportData.subarray(1)), { code: 'crypto.wrong-length' })
  })

  it('refuses evidence over other bytes, as of a request that others overwrote', async () => {
    const others = filler('others', 64)
    let of: Uint8Array | undefined
    const tee = await hardwareTee(
      platform({ evidence: async (reportData) => ({ type: 'Sgx', value: sgxQuote(of ?? reportData) }) }),
    )
    of = others
    await rejects(tee.quote(filler('report data', 64)), { code: 'tee.other-report-data' })
    // Half of it is not enough.
    of = Uint8Array.from([...filler('report data', 64).subarray(0, 32), ...others.subarray(32)])
    await rejects(tee.quote(filler('report data', 64)), { code: 'tee.other-report-data' })
  })

  it('does not open where no evidence comes', async () => {
    const evidence = async (): Promise<Evidence> => ({ type: 'Sgx', value: new Uint8Array(64) })
    await rejects(hardwareTee(platform({ evidence })), { code: 'tee.malformed' })
  })

  it('of CCA and of Nitro is called what the chain would call it', async () => {
    const realm = testCcaMachine()
    const cca = await hardwareTee(
      platform({
        kind: 'Cca',
        evidence: async (challenge) => ({ type: 'Cca', value: realm.attest({ challenge }) }),
      }),
    )
    const verdict = verifyCca(realm.attest(), [realm.anchor], { signatures: pureSignatures })
    deepEqual(verdict.ok && verdict.facts.measurement, cca.measurement())

    const instance = testNitroInstance()
    const nitro = await hardwareTee(
      platform({
        kind: 'Nitro',
        evidence: async (userData) => ({ type: 'Nitro', value: instance.attest({ userData }) }),
      }),
    )
    equal(nitro.measurement().length, 32)
    // Other user data than ours: absent is not zeros that were sent.
    const mute = platform({ evidence: async () => ({ type: 'Nitro', value: instance.attest() }) })
    const tee = await hardwareTee(mute)
    await rejects(tee.quote(filler('report data', 64)), { code: 'tee.other-report-data' })
  })

  it('has a sealing key for each machine, program, TEE and purpose', async () => {
    const key = async (changes: Partial<Platform> = {}, context: keyof typeof contexts = 'sealedStore') =>
      (await hardwareTee(platform(changes))).sealingKey(contexts[context])?.expose()
    deepEqual(await key(), await key())
    const program = async (reportData: Uint8Array): Promise<Evidence> => ({
      type: 'Sgx',
      value: sgxQuote(reportData, filler('another program', 32)),
    })
    const tdx = async (reportData: Uint8Array): Promise<Evidence> => ({ type: 'Tdx', value: tdxQuote(reportData) })
    for (const other of [
      key({ sealingSecret: Secret.from(filler('another machine', 16)) }),
      key({ evidence: program }),
      key({ kind: 'Tdx', evidence: tdx }),
      key({}, 'delta'),
    ]) {
      notDeepEqual(await key(), await other)
    }
    equal(await key({ sealingSecret: undefined }), undefined)
  })
})
