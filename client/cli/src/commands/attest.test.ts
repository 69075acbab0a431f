/** `pha attest verify` as somebody at a terminal uses it. */
import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { compareAll, comparisonText, verifyEvidence } from './attest.ts'

const vectors = join(import.meta.dirname, '../../../../../shared/vectors/attestation')
const skip = existsSync(vectors) ? false : 'skipped: ../shared/vectors/attestation is absent'
if (skip) console.log(skip)

const main = join(import.meta.dirname, '../main.ts')
const folder = mkdtempSync(join(tmpdir(), 'pha-attest-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function pha(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** A copy that may be changed: files of the vectors are read-only. */
function copyOf(name: string): string {
  const copy = join(folder, name.replaceAll('/', '-'))
  cpSync(join(vectors, name), copy, { recursive: true, mode: 0 })
  return copy
}

describe('pha attest verify', { skip }, () => {
  it('prints one JSON line with what genuine evidence shows, in the words of the vectors', () => {
    const tdx = join(vectors, 'intel-tdx/near-tdx-module-outofdate')
    const { status, stdout } = pha('attest', 'verify', tdx)
    equal(status, 0)
    equal(stdout.trim().split('\n').length, 1)
    const shown = JSON.parse(stdout)
    const { expect } = JSON.parse(readFileSync(join(tdx, 'case.json'), 'utf8'))
    for (const name of Object.keys(expect).filter((each) => each !== 'measurements'))
      deepEqual(shown[name], expect[name])
    for (const name of Object.keys(expect.measurements)) equal(shown.measurements[name], expect.measurements[name])
    equal(shown.reason, undefined)
  })

  it('ends with 1 and names the reason of a refusal', () => {
    const { status, stdout } = pha('attest', 'verify', join(vectors, 'intel-tdx/neg-tdx-tampered-mrtd'))
    deepEqual([status, JSON.parse(stdout).reason], [1, 'quote-signature'])
  })

  it('refuses debug, and shows what such evidence says all the same', () => {
    const { ok: accepted, reason, debug } = verifyEvidence(join(vectors, 'amd-sev-snp/gsg-milan-debug'), {})
    deepEqual([accepted, reason, debug], [false, 'debug', true])
  })

  it('says when nobody could look whether a key is revoked, and refuses it if told to', () => {
    const chip = join(vectors, 'amd-sev-snp/virtee-milan-vcek')
    const lenient = verifyEvidence(chip, {})
    deepEqual([lenient.ok, lenient['crls']], [true, 'not supplied'])
    const strict = JSON.parse(pha('attest', 'verify', chip, '--require-crls').stdout)
    deepEqual([strict.ok, strict.reason], [false, 'crl-missing'])
  })

  it('compares every case below a folder with what it expects', () => {
    const { status, stdout } = pha('attest', 'verify', '--all', vectors)
    equal(status, 0, stdout)
    match(stdout, /\n88 of 88 agree\n$/)
  })

  it('ends with 1 where a case disagrees, says in what, and goes on after one that cannot be read', () => {
    const changed = copyOf('arm-psa/veraison-psa-good')
    const file = JSON.parse(readFileSync(join(changed, 'case.json'), 'utf8'))
    file.expect.lifecycle = 1
    rmSync(join(changed, 'case.json'), { force: true })
    writeFileSync(join(changed, 'case.json'), JSON.stringify(file))
    const broken = copyOf('arm-psa/neg-psa-tampered')
    for (const name of readdirSync(broken)) if (name !== 'case.json') rmSync(join(broken, name), { force: true })
    copyOf('arm-psa/psatoken-tfmp1sign1')
    const text = comparisonText(compareAll(folder, {}))
    match(text, /veraison-psa-good: lifecycle is 12288/)
    match(text, /neg-psa-tampered: ENOENT/)
    match(text, /\n1 of 3 agree$/)
    const { status, stdout } = pha('--json', 'attest', 'verify', '--all', folder)
    const { agree, total } = JSON.parse(stdout)
    deepEqual([status, agree, total], [1, 1, 3])
  })

  it('tells what is wrong with a folder that holds no case', () => {
    const { status, stderr } = pha('attest', 'verify', join(vectors, 'arm-psa'))
    equal(status, 1)
    match(stderr, /^error cli\.bad-case: .*arm-psa holds no case\.json\n {2}fix: with --all/)
    const absent = join(folder, 'absent')
    throws(() => verifyEvidence(absent, {}), { code: 'cli.bad-case', message: `there is no folder ${absent}` })
    throws(() => compareAll(absent, {}), { code: 'cli.bad-case' })
    const half = copyOf('arm-psa/neg-psa-tampered')
    for (const name of readdirSync(half)) if (name !== 'case.json') rmSync(join(half, name), { force: true })
    throws(() => verifyEvidence(half, {}), { code: 'cli.bad-case', message: /neg-psa-tampered: ENOENT/ })
  })
})
