import { equal, notEqual, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fromHex, toHex } from '@pha/core/codec'
import { PackagingError } from '../packaging-error.ts'
import { launchDigest } from './launch-digest.ts'
import type { ProcessorName } from './save-area.ts'

interface Case {
  readonly description: string
  readonly firmware: 'amdSev' | 'ovmfX64'
  readonly features: string
  readonly processors: number
  readonly processor: ProcessorName
  readonly boot?: { readonly kernel: string; readonly initrd: string; readonly commandLine: string }
  readonly measurement?: string
  readonly reason?: string
}
const { firmwares, cases }: { firmwares: { amdSev: string; ovmfX64: string }; cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../../../../vectors/measurement/sev-snp.json', import.meta.url), 'utf8'),
)

function measured({ firmware, features, processors, processor, boot }: Case): string {
  return toHex(
    launchDigest({
      firmware: fromHex(firmwares[firmware]),
      features: BigInt(features),
      processors,
      processor,
      boot: boot && { kernel: fromHex(boot.kernel), initrd: fromHex(boot.initrd), commandLine: boot.commandLine },
    }),
  )
}

describe('the launch digest of an SEV-SNP guest', () => {
  for (const vector of cases) {
    it(`is that of other implementations: ${vector.description}`, () => {
      if (vector.measurement !== undefined) equal(measured(vector), vector.measurement)
      else throws(() => measured(vector), { code: vector.reason })
    })
  }

  it('changes with firmware, kernel, initrd, command line, and the number and kind of processors', () => {
    const firmware = fromHex(firmwares.amdSev)
    const boot = { kernel: Uint8Array.of(1), initrd: Uint8Array.of(2), commandLine: 'quiet' }
    const params = { firmware, boot, processors: 2, processor: 'EPYC-Milan', features: 1n } as const
    const digest = toHex(launchDigest(params))
    const edited = firmware.slice()
    edited[0] = (edited[0] ?? 0) ^ 1
    for (const changed of [
      { firmware: edited },
      { boot: { ...boot, kernel: Uint8Array.of(2) } },
      { boot: { ...boot, initrd: new Uint8Array() } },
      { boot: { ...boot, commandLine: 'quiet init=/bin/sh' } },
      { boot: undefined },
      { processors: 3 },
      { processor: 'EPYC-Genoa' } as const,
      { features: 0x21n },
    ]) {
      notEqual(toHex(launchDigest({ ...params, ...changed })), digest)
    }
  })

  it('refuses every cut firmware and every edited byte of its tables with a code, or measures it', () => {
    const firmware = fromHex(firmwares.amdSev)
    const measure = (bytes: Uint8Array) =>
      launchDigest({ firmware: bytes, processors: 2, processor: 'EPYC-v4', features: 1n }).length
    for (let length = 0; length < firmware.length; length += 13) {
      throws(() => measure(firmware.subarray(firmware.length - length)), { code: 'packaging.bad-firmware' })
    }
    let refused = 0
    for (let at = firmware.length - 400; at < firmware.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const edited = firmware.slice()
        edited[at] = value
        try {
          equal(measure(edited), 48)
        } catch (error) {
          if (!(error instanceof PackagingError)) throw error
          refused++
        }
      }
    }
    notEqual(refused, 0)
  })
})
