/** What changed between two policies, field by field and entry by entry, as events and people read it. */
import { toHex } from '../../codec/index.ts'
import { type Fields, type Infer, type Type, t } from '../../schema/index.ts'
import { policyBounds } from './bounds.ts'
import { AttestationPolicy } from './schema.ts'

export const PolicyChange = t.struct(
  'PolicyChange',
  {
    field: t.boundedText(policyBounds.changeField),
    before: t.option(t.boundedText(policyBounds.changeText)),
    after: t.option(t.boundedText(policyBounds.changeText)),
  },
  'A field by its path. Entries of lists come and go: then one side is absent.',
)
export type PolicyChange = Infer<typeof PolicyChange>

/** A change that a referendum can still be asked about; a larger one takes several. */
export const PolicyDiff = t.boundedVec(PolicyChange, policyBounds.changes)

/**
 * All differences: what is gone, then what is new or other. It walks the declaration itself, so no field is forgotten.
 *
 * @example
 * diffPolicies(before, after) // [{ field: 'snp.floors', before: undefined, after: '{product: Genoa, ...}' }]
 */
export function diffPolicies(before: AttestationPolicy, after: AttestationPolicy): readonly PolicyChange[] {
  const old = new Map(linesOf(before).map((line) => [line.key, line]))
  const current = new Map(linesOf(after).map((line) => [line.key, line]))
  const gone = [...old.values()].filter(({ key }) => !current.has(key))
  const come = [...current.values()].filter(({ key, text }) => old.get(key)?.text !== text)
  return [
    ...gone.map(({ field, text }) => ({ field, before: text, after: undefined })),
    ...come.map(({ field, key, text }) => ({ field, before: old.get(key)?.text, after: text })),
  ]
}

/** One value, or one entry of a list. */
interface Line {
  readonly field: string
  /** The field, and for an entry its text: an entry that changes is another one. */
  readonly key: string
  readonly text: string
}

function linesOf(policy: AttestationPolicy): readonly Line[] {
  const lines: Line[] = []
  collect(AttestationPolicy, policy, '')
  return lines

  function collect(type: Type<unknown>, value: unknown, field: string): void {
    const { shape } = type
    if (shape.kind === 'struct') {
      for (const [name, of] of Object.entries(shape.fields)) {
        collect(of, (value as Record<string, unknown>)[name], field === '' ? name : `${field}.${name}`)
      }
    } else if (shape.kind === 'option') {
      // "All" and "none of them" differ by this line only.
      lines.push({ field, key: field, text: value === undefined ? 'absent' : 'present' })
      if (value !== undefined) collect(shape.of, value, field)
    } else if (shape.kind === 'sequence') {
      for (const entry of value as readonly unknown[]) {
        const text = textOf(shape.of, entry)
        lines.push({ field, key: `${field} ${text}`, text })
      }
    } else {
      lines.push({ field, key: field, text: textOf(type, value) })
    }
  }
}

function textOf({ shape }: Type<unknown>, value: unknown): string {
  if (value instanceof Uint8Array) return toHex(value)
  if (shape.kind === 'struct') return fieldsText(shape.fields, value as Record<string, unknown>)
  // The enums of a policy are names only.
  if (shape.kind === 'enum') return (value as { readonly type: string }).type
  return String(value)
}

function fieldsText(fields: Fields, value: Readonly<Record<string, unknown>>): string {
  return `{${Object.entries(fields)
    .map(([name, type]) => `${name}: ${textOf(type, value[name])}`)
    .join(', ')}}`
}
