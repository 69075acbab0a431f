/** Files of generated code say how the types of these sources are written and read (docs/adr/0012-reads-stay-in-the-realm.md). */
import { spawnSync } from 'node:child_process'
import { Header } from '@pha/core/protocol'
import { type Type, t } from '@pha/core/schema'
import { type Imports, printCodecs, type Root } from '@pha/core/schema/print-codecs'
import { ApplyExtrinsicResult, TransactionValidity } from '@pha/runtime/chain'
import { chainTypes, Extra, Implicit, Signed } from '@pha/runtime/pallets'
import { type Check, root } from './check.ts'
import { generatedPage } from './generated-page.ts'

const PUBLIC: Imports = { codec: '@pha/core/codec', schema: '@pha/core/schema', parts: '@pha/core/schema/parts' }
const INSIDE_CORE: Imports = {
  codec: '../codec/index.ts',
  schema: '../schema/index.ts',
  parts: '../schema/parts.ts',
}

interface GeneratedFile {
  readonly file: string
  readonly about: string
  readonly imports: Imports
  readonly roots: readonly Root[]
}

/** What a block of transfers, batches and messages touches; what others store is read too seldom to be worth code. */
const BUSY_PALLETS = new Set(['System', 'Balances', 'TransactionPayment', 'Messages', 'Contracts', 'Utility'])

const files: readonly GeneratedFile[] = [
  {
    file: 'core/src/protocol/codecs.ts',
    about: 'Straight-line code for headers.',
    imports: INSIDE_CORE,
    roots: [{ name: 'Header', type: Header }],
  },
  {
    file: 'runtime/src/transaction/codecs.ts',
    about: 'Straight-line code for what surrounds the call of a transaction.',
    imports: PUBLIC,
    roots: [
      { name: 'Extra', type: Extra },
      { name: 'Signed', type: Signed },
      { name: 'Implicit', type: Implicit },
    ],
  },
  {
    file: 'runtime/src/chain/codecs.ts',
    about: 'Straight-line code for what the runtime stores, deposits, dispatches and answers.',
    imports: PUBLIC,
    roots: [
      { name: 'TransactionValidity', type: TransactionValidity },
      { name: 'ApplyExtrinsicResult', type: ApplyExtrinsicResult },
      { name: 'RuntimeCall', type: chainTypes.RuntimeCall },
      ...chainTypes.pallets
        .filter(({ name }) => BUSY_PALLETS.has(name))
        .flatMap(({ name, storage, events }) => [
          ...stored(name, storage),
          ...Object.entries(events)
            .filter(([, { fields }]) => Object.keys(fields).length > 0)
            .map(([event, { fields }]) => ({ name: `${name}${event}`, type: t.struct('', fields) })),
        ]),
    ],
  },
]

/** Values with parts: for a number or bytes there is nothing to unroll. */
function stored(pallet: string, items: { readonly [name: string]: { readonly type: Type<unknown> } }): Root[] {
  return Object.entries(items)
    .filter(([, { type }]) => isRecord(type))
    .map(([item, { type }]) => ({ name: `${pallet}${item.charAt(0).toUpperCase()}${item.slice(1)}`, type }))
}

function isRecord({ shape }: Type<unknown>): boolean {
  return shape.kind === 'named' ? isRecord(shape.of) : shape.kind === 'struct' || shape.kind === 'enum'
}

export const codecs: Check = {
  name: 'codecs',
  run() {
    const findings = files.map(({ file, about, imports, roots }) =>
      generatedPage('codecs', file, formatted(file, printCodecs(about, roots, imports))),
    )
    return findings.find(({ ok }) => !ok) ?? { ok: true, summary: files.map(({ file }) => file).join(', ') }
  },
}

function formatted(file: string, source: string): string {
  const args = ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', `--stdin-file-path=${file}`]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', input: source })
  if (status !== 0) throw new Error(`${file} could not be formatted: ${stderr}\n${source}`)
  return stdout
}
