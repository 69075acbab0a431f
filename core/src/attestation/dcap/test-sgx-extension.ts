/** The SGX extension of a PCK certificate, written. */
import { der, derInteger, derOctets, derOid, derSequence, type TestExtension } from '../x509/test-pki.ts'
import { PCE_SVN_FIELD, PCK_FIELDS, SGX_EXTENSION } from './pck-extension.ts'

export interface TestPck {
  readonly ppid: Uint8Array
  readonly fmspc: Uint8Array
  readonly pceId: Uint8Array
  readonly components: readonly number[]
  readonly pceSvn: number
}

const ENUMERATED = 0x0a
const STANDARD_SGX = 0

export function sgxExtension({ ppid, fmspc, pceId, components, pceSvn }: TestPck): TestExtension {
  const field = (name: string, value: Uint8Array) => derSequence(derOid(name), value)
  const tcb = `${SGX_EXTENSION}.${PCK_FIELDS.tcb}`
  const content = derSequence(
    field(`${SGX_EXTENSION}.${PCK_FIELDS.ppid}`, derOctets(ppid)),
    field(
      tcb,
      derSequence(
        ...components.map((svn, i) => field(`${tcb}.${i + 1}`, derInteger(svn))),
        field(`${tcb}.${PCE_SVN_FIELD}`, derInteger(pceSvn)),
        field(`${tcb}.${PCE_SVN_FIELD + 1}`, derOctets(Uint8Array.from(components))),
      ),
    ),
    field(`${SGX_EXTENSION}.${PCK_FIELDS.pceId}`, derOctets(pceId)),
    field(`${SGX_EXTENSION}.${PCK_FIELDS.fmspc}`, derOctets(fmspc)),
    field(`${SGX_EXTENSION}.5`, der(ENUMERATED, Uint8Array.of(STANDARD_SGX))),
  )
  return { oid: SGX_EXTENSION, content }
}
