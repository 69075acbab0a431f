/**
 * SIMULATED machines of vendors of our own: evidence in the formats of Intel and AMD, under roots whose secrets are public. A
 * development chain that names those roots judges it as it would the real ones; it proves nothing about hardware.
 */
import { readFileSync } from 'node:fs'
import { readClaims } from '@pha/core/attestation'
import { testAmd, testIntel } from '@pha/core/attestation/testing'
import { concatBytes, toHex } from '@pha/core/codec'
import { sha256 } from '@pha/core/crypto'
import type { Evidence } from '@pha/core/protocol'
import type { OpenTee, TeeFiles } from './open-tee.ts'
import { simulatedTee } from './simulated.ts'
import type { TeeDriver } from './tee-driver.ts'

type Attest = (reportData: Uint8Array) => Evidence

/** An SGX enclave whose MRENCLAVE is the hash of the running file. */
export const simulatedIntelTee: OpenTee = (files) =>
  vendorTee('Sgx', files, (machine, program) => {
    const platform = testIntel().platform({ name: machine })
    return (reportData) => ({ type: 'Sgx', value: platform.sgxQuote({ mrEnclave: program, reportData }) })
  })

/** An SEV-SNP guest that was launched from the running file. */
export const simulatedAmdTee: OpenTee = (files) =>
  vendorTee('SevSnp', files, (machine, program) => {
    const chip = testAmd().machine({ name: machine })
    const measurement = concatBytes(program, new Uint8Array(16))
    return (reportData) => ({
      type: 'SevSnp',
      value: { report: chip.report({ measurement, reportData }), vek: chip.vek },
    })
  })

/** Sealing is that of the simulated TEE; the store stands for the machine. */
function vendorTee(
  kind: TeeDriver['kind'],
  files: TeeFiles,
  machineOf: (machine: string, program: Uint8Array) => Attest,
): TeeDriver {
  const { sealingKey } = simulatedTee(files)
  const attest = machineOf(
    toHex(sha256(readFileSync(`${files.store}/platform.seed`))),
    sha256(readFileSync(files.bundle)),
  )
  const claims = readClaims(attest(new Uint8Array(64)))
  if (!claims.ok) throw new Error(`simulated evidence is none: ${claims.reason}`)
  const { measurement } = claims.facts
  return {
    kind,
    isSimulated: true,
    measurement: () => measurement,
    quote: async (reportData) => attest(reportData),
    sealingKey,
  }
}
