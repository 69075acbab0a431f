/** `build` of a machine's registers is what verifiers make of its evidence, which is what the chain compares. */
import { equal, match, ok, rejects } from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Facts } from '@pha/core/attestation'
import { verifyCase } from '@pha/core/attestation/node'
import { toHex } from '@pha/core/codec'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { measure } from './measure.ts'

const vectors = join(import.meta.dirname, '../../../../../shared/vectors/attestation')
const skip = existsSync(vectors) ? false : 'skipped: ../shared/vectors/attestation is absent'
if (skip) console.log(skip)

/** What a person would type who has read the registers, or undefined for TEEs that have none. */
function argumentsFor(facts: Facts): string[] | undefined {
  switch (facts.tee) {
    case 'Tdx': {
      const { mrTd: mrtd, rtmr0, rtmr1, rtmr2, rtmr3 } = facts.measurements
      return typed('tdx', { mrtd, rtmr0, rtmr1, rtmr2, rtmr3 })
    }
    case 'SevSnp': {
      const { measurement, hostData } = facts.measurements
      return typed('snp', { measurement, 'host-data': hostData })
    }
    case 'Nitro': {
      // Verifiers leave out registers of zeros.
      const pcr = (index: number) => facts.measurements.pcrs.get(index) ?? new Uint8Array(48)
      return typed('nitro', { pcr0: pcr(0), pcr1: pcr(1), pcr2: pcr(2) })
    }
    default:
      return undefined
  }
}

function typed(tee: string, registers: { readonly [name: string]: Uint8Array }): string[] {
  return ['--tee', tee, ...Object.entries(registers).flatMap(([name, value]) => [`--${name}`, toHex(value)])]
}

describe('the build that is measured', { skip }, () => {
  for (const [vendor, least] of [
    ['intel-tdx', 13],
    ['amd-sev-snp', 6],
    ['aws-nitro', 2],
  ] as const) {
    it(`is what the verifier finds in genuine evidence: ${vendor}`, async () => {
      const facts = readdirSync(join(vectors, vendor)).flatMap((name) => {
        const outcome = verifyCase(join(vectors, vendor, name), {})
        return outcome.facts === undefined ? [] : [outcome.facts]
      })
      ok(facts.length >= least, `${facts.length} cases`)
      for (const each of facts) {
        const { build } = await measure(argumentsFor(each) ?? [])
        equal(toHex(build as Uint8Array), toHex(each.measurement))
      }
    })
  }

  it('is MRENCLAVE itself for SGX', () => {
    const { facts } = verifyCase(join(vectors, 'intel-sgx/dcapqvl-sgx-2025-07'), {})
    if (facts?.tee !== 'Sgx') throw new Error('no facts of SGX')
    equal(toHex(facts.measurement), toHex(facts.measurements.mrEnclave))
  })
})

const dstack: { eventLog: { imr: number }[]; rtmrs: string[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../vectors/measurement/dstack-event-log.json'), 'utf8'),
)
const mrtd = 'ab'.repeat(48)
const [rtmr0 = '', rtmr1 = '', rtmr2 = '', rtmr3 = ''] = dstack.rtmrs
const usage = { code: 'packaging.bad-arguments' }

function logOf(events: readonly object[]): string {
  const file = join(temporaryFolder(), 'log.json')
  writeFileSync(file, JSON.stringify(events))
  return file
}

describe('the build of a dstack machine', () => {
  const given = ['--rtmr0', rtmr0, '--rtmr1', rtmr1, '--rtmr2', rtmr2]

  it('is the same from its event log as from its registers', async () => {
    const written = await measure(['--tee', 'tdx', '--mrtd', mrtd, ...given, '--rtmr3', rtmr3])
    const replayed = await measure(['--tee', 'tdx', '--mrtd', mrtd, '--event-log', logOf(dstack.eventLog)])
    equal(toHex(replayed['build'] as Uint8Array), toHex(written['build'] as Uint8Array))
  })

  it('takes what the log leaves out from who published the guest', async () => {
    const log = logOf(dstack.eventLog.filter(({ imr }) => imr === 3))
    const found = await measure(['--tee', 'tdx', '--mrtd', mrtd, '--event-log', log, ...given])
    equal(toHex(found['rtmr3'] as Uint8Array), rtmr3)
    equal(toHex(found['rtmr1'] as Uint8Array), rtmr1)
    await rejects(measure(['--tee', 'tdx', '--mrtd', mrtd, '--event-log', log]), { ...usage, message: /--rtmr0/ })
  })

  it('is refused if the log gives another register than the one that was published', async () => {
    const args = ['--tee', 'tdx', '--mrtd', mrtd, '--event-log', logOf(dstack.eventLog), '--rtmr1', rtmr2]
    await rejects(measure(args), { ...usage, message: /--rtmr1 is not what the event log gives/ })
  })
})

describe('registers that are typed', () => {
  it('have the length of their TEE, and none is forgotten', async () => {
    await rejects(measure(['--tee', 'tdx', '--mrtd', 'ab']), { ...usage, message: /48 bytes/ })
    await rejects(measure(['--tee', 'tdx', '--mrtd', `${mrtd.slice(1)}g`]), { ...usage, message: /hexadecimal/ })
    await rejects(measure(['--tee', 'tdx', '--mrtd', mrtd]), { ...usage, message: /--rtmr0 is missing/ })
    await rejects(measure(['--tee', 'nitro', '--pcr0', mrtd]), { ...usage, message: /--pcr1 is missing/ })
    await rejects(measure(['--tee', 'nitro']), { ...usage, message: /--eif is missing/ })
    await rejects(measure(['--tee', 'snp', '--measurement', mrtd, '--host-data', '00']), { ...usage, message: /32/ })
    await rejects(measure(['--tee']), { ...usage, message: /names no TEE/ })
  })

  it('are not given beside files that say them', async () => {
    await rejects(measure(['--tee', 'snp', '--measurement', mrtd, '--kernel', 'vmlinuz']), usage)
    await rejects(measure(['--tee', 'nitro', '--eif', 'an.eif', '--pcr0', mrtd]), usage)
  })

  it('have no host data unless it is given, and another build with it', async () => {
    const none = await measure(['--tee', 'snp', '--measurement', mrtd])
    match(toHex(none['hostData'] as Uint8Array), /^0x0{64}$/)
    const some = await measure(['--tee', 'snp', '--measurement', mrtd, '--host-data', '12'.repeat(32)])
    ok(toHex(none['build'] as Uint8Array) !== toHex(some['build'] as Uint8Array))
  })
})
