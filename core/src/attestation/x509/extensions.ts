/** Extensions of certificates, lists and their entries (RFC 5280, section 4.2). */
import { demand } from '../refusal.ts'
import { type DerReader, TAG } from './der.ts'
import { MAX_EXTENSIONS } from './limits.ts'

/**
 * Content of each extension by dotted OID, each at most once.
 *
 * A critical one that is not among `known` is refused: who marked it says that nobody may believe the rest without
 * understanding it (section 6.1.4 (o), and 6.1.5 (f) for the leaf).
 */
export function readExtensions(list: DerReader, known: readonly string[]): ReadonlyMap<string, Uint8Array> {
  const extensions = new Map<string, Uint8Array>()
  while (!list.atEnd) {
    demand(extensions.size < MAX_EXTENSIONS, 'malformed')
    const extension = list.sequence()
    const oid = extension.oid()
    const isCritical = extension.next(TAG.boolean) && extension.boolean()
    const content = extension.octets()
    extension.end()
    demand(!extensions.has(oid), 'malformed')
    demand(!isCritical || known.includes(oid), 'cert-chain')
    extensions.set(oid, content)
  }
  return extensions
}
