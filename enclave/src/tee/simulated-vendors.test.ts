import { deepEqual, equal } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { productionRoots, pureSignatures, verify } from '@pha/core/attestation'
import { testAmd, testIntel } from '@pha/core/attestation/testing'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { simulatedAmdTee, simulatedIntelTee } from './simulated-vendors.ts'

const reportData = new Uint8Array(64).fill(7)
const now = 1_790_000_000
const intel = testIntel()
const amd = testAmd()
const roots = { ...productionRoots, intel: [intel.pin], amd: amd.roots.amd }

describe('simulated machines of vendors', () => {
  it('give evidence that verifies under roots of our own, never under those of the vendors, and say that they are simulated', async () => {
    const folder = temporaryFolder()
    const files = { bundle: join(folder, 'bundle.mjs'), store: folder }
    await writeFile(files.bundle, 'a program')
    for (const open of [simulatedIntelTee, simulatedAmdTee]) {
      const tee = await open(files)
      equal(tee.isSimulated, true)
      const evidence = await tee.quote(reportData)
      const [given, collateral] =
        evidence.type === 'Sgx'
          ? ([
              { type: 'Sgx', quote: evidence.value },
              { type: 'Dcap', dcap: intel.collateral('Sgx') },
            ] as const)
          : evidence.type === 'SevSnp'
            ? ([
                { type: 'SevSnp', ...evidence.value },
                { type: 'Snp', snp: amd.collateral() },
              ] as const)
            : never()
      const believed = verify(given, collateral, { now, roots, signatures: pureSignatures })
      if (!believed.ok) throw new Error(believed.reason)
      deepEqual(believed.facts.reportData, reportData)
      deepEqual(believed.facts.measurement, tee.measurement())
      equal(believed.facts.debug, false)
      equal(verify(given, collateral, { now, roots: productionRoots, signatures: pureSignatures }).ok, false)
    }
  })
})

function never(): never {
  throw new Error('evidence of another kind')
}
