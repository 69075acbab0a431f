/** `docs/limits.md` lists the bounds as the sources have them: that part of it is generated. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, root } from './check.ts'
import { generatedPage } from './generated-page.ts'

const page = 'docs/limits.md'
const marks = ['<!-- bounds: written by npm run check -- limits --write -->', '<!-- end of bounds -->'] as const

/** Files whose constants are bounds on what a stranger can send, each with its reason as a comment above it. */
const sources: readonly (readonly [title: string, file: string])[] = [
  ['Messages of the protocol', 'core/src/protocol/limits.ts'],
  ['Trie and proofs', 'core/src/trie/limits.ts'],
  ['Certificates of evidence', 'core/src/attestation/x509/limits.ts'],
  ['Reports of graphics cards', 'core/src/attestation/nvidia/limits.ts'],
  ["Reports of Intel's service for EPID", 'core/src/attestation/ias/limits.ts'],
  ['SGX and TDX evidence', 'core/src/attestation/dcap/limits.ts'],
  ['SEV-SNP evidence', 'core/src/attestation/snp/limits.ts'],
  ['Evidence of graphics cards', 'core/src/attestation/nvidia/limits.ts'],
  ['Attestation policies', 'core/src/attestation/policy/bounds.ts'],
  ['Tokens of attestation', 'core/src/attestation/cose/limits.ts'],
  ['Keys of which gatekeepers hold shares', 'core/src/threshold/limits.ts'],
  ['Calls inside calls', 'core/src/codec/limits.ts'],
  ['Batches', 'runtime/src/pallets/utility/limits.ts'],
  ['Delegates', 'runtime/src/pallets/proxy/limits.ts'],
  ['Gatekeepers', 'runtime/src/pallets/gatekeepers/limits.ts'],
  ['Permits', 'core/src/protocol/permits.ts'],
  ['Permits that were taken back', 'runtime/src/pallets/permits/limits.ts'],
  ['Multisigs', 'runtime/src/pallets/multisig/limits.ts'],
  ['Preimages', 'runtime/src/pallets/preimage/limits.ts'],
  ['Schedules', 'runtime/src/pallets/scheduler/limits.ts'],
  ['Node: pool and blocks', 'host/src/node/limits.ts'],
  ['Node: threads that validate', 'host/src/validation/limits.ts'],
  ['Node: signatures', 'host/src/signatures/limits.ts'],
  ['Node: upgrades of the runtime', 'host/src/runtime/limits.ts'],
  ['Node: RPC', 'host/src/rpc/limits.ts'],
  ['Node: metrics', 'host/src/metrics/limits.ts'],
  ["Worker's host", 'host/src/worker/limits.ts'],
  ['Enclaves', 'enclave/src/limits.ts'],
  ['Measuring packages', 'enclave/src/packaging/limits.ts'],
  ['Enclaves: kernels and agents of TEEs', 'enclave/src/tee/limits.ts'],
  ['Execution of contracts', 'enclave/src/executors/limits.ts'],
]

export const limits: Check = {
  name: 'limits',
  run() {
    const [before = '', rest = ''] = readFileSync(join(root, page), 'utf8').split(marks[0])
    const [, after = ''] = rest.split(marks[1])
    return generatedPage('limits', page, `${before}${marks[0]}\n\n${tables()}\n${marks[1]}${after}`)
  },
}

function tables(): string {
  return sources
    .map(([title, file]) => {
      const rows = boundsIn(readFileSync(join(root, file), 'utf8'))
      return `### ${title} (\`${file}\`)\n\n| bound | value | why |\n|---|---|---|\n${rows.join('\n')}\n`
    })
    .join('\n')
}

/** Rows of `name: value` and `const NAME = value`; a reason holds for the constants below it, up to the next one. */
function boundsIn(source: string): readonly string[] {
  const rows: string[] = []
  let reason = ''
  for (const match of source.matchAll(
    /\/\*\*([\s\S]*?)\*\/|^\s*(?:export const )?(\w+)(?::| =) ([\d_n* ./A-Z]+),?$/gm,
  )) {
    const [, comment, name, value] = match
    if (comment !== undefined) reason = comment.replaceAll(/\s*\n?\s*\*\s+/g, ' ').trim()
    else rows.push(`| ${name} | ${value?.replaceAll(/(?<=\d)_(?=\d)/g, ',').replace(/n$/, '')} | ${reason} |`)
  }
  return rows
}
