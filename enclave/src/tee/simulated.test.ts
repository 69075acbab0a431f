import { deepEqual, equal, fail, notDeepEqual, rejects } from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { developmentSimulatedRoot, verifySimulated } from '@pha/core/attestation'
import { sha256 } from '@pha/core/crypto'
import { contexts } from '@pha/core/protocol'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { simulatedRoot, simulatedTee } from './simulated.ts'

function machine(program = 'program') {
  const store = temporaryFolder()
  const bundle = join(store, 'bundle.mjs')
  writeFileSync(bundle, program)
  return { store, bundle }
}

const reportData = new Uint8Array(64).fill(5)

describe('the simulated TEE', () => {
  it('is certified by the development root that is published', () => {
    deepEqual(simulatedRoot().publicKey, developmentSimulatedRoot)
  })

  it('quotes the hash of the running file and the bytes that it was given', async () => {
    const { store, bundle } = machine()
    const evidence = await simulatedTee({ store, bundle }).quote(reportData)
    if (evidence.type !== 'Simulated') return fail(evidence.type)
    const verdict = verifySimulated(evidence.value, { root: developmentSimulatedRoot })
    equal(verdict.ok, true)
    if (!verdict.ok) return
    deepEqual(verdict.facts.measurement, sha256(new TextEncoder().encode('program')))
    deepEqual(verdict.facts.reportData, reportData)
    equal(verdict.facts.debug, false)
  })

  it('refuses report data of another length', async () => {
    await rejects(simulatedTee(machine()).quote(new Uint8Array(63)), { code: 'crypto.wrong-length' })
  })

  it('gives a sealing key that depends on machine, program and purpose, and on nothing else', () => {
    const one = machine()
    const key = (at = one, context: (typeof contexts)[keyof typeof contexts] = contexts.sealedStore) =>
      simulatedTee(at).sealingKey(context)?.expose()
    deepEqual(key(), key())
    notDeepEqual(key(), key(machine()))
    notDeepEqual(key(), key(one, contexts.delta))
    const updated = { ...one, bundle: `${one.bundle}.new` }
    writeFileSync(updated.bundle, 'program, changed')
    notDeepEqual(key(), key(updated))
  })

  it('keeps its fuses from other users', () => {
    const { store, bundle } = machine()
    simulatedTee({ store, bundle })
    equal(statSync(join(store, 'platform.seed')).mode & 0o777, 0o600)
  })
})
