/** The trusted base as a page: every file that is inside an enclave's bundle, with the bytes it contributes. */
import { bundleEnclave, type EnclaveProgram, entryOf } from './build-enclave.ts'

interface Part {
  readonly path: string
  readonly bytes: number
}

const titles = { worker: 'Worker', gatekeeper: 'Gatekeeper' } as const satisfies { [K in EnclaveProgram]: string }

/**
 * @returns Markdown for `docs/tcb.md`
 * @example
 * await writeFile('docs/tcb.md', await describeTcb())
 */
export async function describeTcb(): Promise<string> {
  const sections = await Promise.all([section('worker'), section('gatekeeper')])
  return `# Trusted computing base

What is measured: every file inside the bundle of each enclave, with the bytes it contributes. A new line here is a
security review. Written by \`npm run check -- tcb --write\`. The bundle also trusts Node 26 and, in production, the TEE.

${sections.join('\n')}`
}

async function section(kind: EnclaveProgram): Promise<string> {
  const { metafile } = await bundleEnclave(entryOf(kind, 'hardware'))
  const [output] = Object.values(metafile.outputs)
  const parts = Object.entries(output?.inputs ?? {})
    .map(([path, { bytesInOutput }]): Part => ({ path, bytes: bytesInOutput }))
    .filter(({ bytes }) => bytes > 0)
    .sort((left, right) => (left.path < right.path ? -1 : 1))
  const builtins = [...new Set((output?.imports ?? []).map(({ path }) => path))].sort()
  const packages = byPackage(parts)
  return [
    `## ${titles[kind]}: ${output?.bytes ?? 0} bytes`,
    '',
    `Modules of Node: ${builtins.map((name) => `\`${name}\``).join(', ')}`,
    '',
    '| package | bytes | files |',
    '|---|---:|---:|',
    ...packages.map(({ name, bytes, files }) => `| ${name} | ${bytes} | ${files} |`),
    '',
    '| file | bytes |',
    '|---|---:|',
    ...parts.map(({ path, bytes }) => `| ${path} | ${bytes} |`),
    '',
  ].join('\n')
}

function byPackage(parts: readonly Part[]): { name: string; bytes: number; files: number }[] {
  const packages = new Map<string, { name: string; bytes: number; files: number }>()
  for (const { path, bytes } of parts) {
    const name = packageOf(path)
    const known = packages.get(name) ?? { name, bytes: 0, files: 0 }
    packages.set(name, { name, bytes: known.bytes + bytes, files: known.files + 1 })
  }
  return [...packages.values()]
}

/** `node_modules/@noble/hashes/blake2.js` -> `@noble/hashes`; our own files by zone. */
function packageOf(path: string): string {
  const inside = path.split('node_modules/').at(-1) ?? path
  const [first = '', second = ''] = inside.split('/')
  if (inside === path) return `${first} (ours)`
  return first.startsWith('@') ? `${first}/${second}` : first
}
