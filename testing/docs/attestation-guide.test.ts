/** The commands of docs/guides/read-an-attestation-by-hand.md do what the page shows, on the evidence that it names. */
import { deepEqual, equal } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'

const root = join(import.meta.dirname, '../..')
const vectors = join(root, '../shared/vectors/attestation')
const tools = ['bash', 'xxd', 'openssl', 'jq', 'basenc', 'tac', 'awk']
const missing = tools.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
const skip = !existsSync(vectors)
  ? 'skipped: ../shared/vectors/attestation is absent'
  : missing.length > 0 && `skipped: this machine has no ${missing.join(', ')}`
if (skip) console.log(skip)

interface Example {
  /** Of the vectors; undefined before the page names one. */
  readonly folder: string | undefined
  readonly command: string
  readonly output: string
}

/** `$ command` and the lines that follow it, in blocks of kind `console`. */
function examplesOf(page: string): readonly Example[] {
  const examples: Example[] = []
  let folder: string | undefined
  for (const [, named, block] of page.matchAll(/<!-- folder: (.+?) -->|```console\n([\s\S]*?)```/g)) {
    folder = named ?? folder
    for (const part of block?.split(/^\$ /m).slice(1) ?? []) {
      const [command = '', ...output] = part.split('\n')
      examples.push({ folder, command, output: output.join('\n') })
    }
  }
  return examples
}

/** What each command prints, in one shell: later commands use what earlier ones left. */
function outputsOf(examples: readonly Example[], work: string): readonly string[] {
  const end = (at: number) => `--- end of ${at} ---\n`
  const steps = examples.map(({ folder, command }, at) => {
    const place = join(work, folder ?? '.')
    if (folder !== undefined && !existsSync(place)) {
      mkdirSync(place, { recursive: true })
      for (const name of readdirSync(join(vectors, folder))) {
        copyFileSync(join(vectors, folder, name), join(place, name))
      }
    }
    return `cd '${place}'\n${command}\nprintf %s '${end(at)}'`
  })
  // What OpenSSL says beside its answer ("verify OK") goes to the other stream.
  const { stdout } = spawnSync('bash', ['-c', `exec 2>&1\n${steps.join('\n')}`], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  })
  let rest = stdout
  return examples.map((_, at) => {
    const [output = '', ...more] = rest.split(end(at))
    rest = more.join(end(at))
    return output
  })
}

describe('the guide to reading an attestation by hand', { skip }, () => {
  const work = mkdtempSync(join(tmpdir(), 'pha-guide-'))
  after(() => rmSync(work, { recursive: true }))
  const examples = examplesOf(readFileSync(join(root, 'docs/guides/read-an-attestation-by-hand.md'), 'utf8'))
  const outputs = skip ? [] : outputsOf(examples, work)

  it('has examples for each TEE', () => {
    const folders = new Set(examples.map(({ folder }) => folder?.split('/')[0]))
    deepEqual([...folders], [undefined, 'intel-tdx', 'intel-sgx', 'amd-sev-snp', 'arm-cca', 'aws-nitro'])
  })

  examples.forEach(({ folder = '', command, output }, at) => {
    it(`${folder} ${command}`, () => equal(outputs[at]?.trimEnd(), output.trimEnd()))
  })
})
