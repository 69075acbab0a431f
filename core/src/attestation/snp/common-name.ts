/** The common name in a DER Name (RFC 5280, section 4.1.2.4): AMD tells its authorities apart by nothing else. */
import { utf8Decode } from '../../codec/index.ts'
import { demand } from '../refusal.ts'
import { DerReader, TAG } from '../x509/der.ts'
import { MAX_NAME_ATTRIBUTES } from './limits.ts'

const COMMON_NAME = '2.5.4.3'
const TEXT_TAGS = [/* UTF8String */ 0x0c, /* PrintableString */ 0x13]

export function commonNameOf(name: Uint8Array): string | undefined {
  const attributes = new DerReader(name).sequence()
  for (let i = 0; !attributes.atEnd; i++) {
    demand(i < MAX_NAME_ATTRIBUTES, 'malformed')
    const attribute = attributes.inside(TAG.set).sequence()
    if (attribute.oid() !== COMMON_NAME) continue
    const tag = TEXT_TAGS.find((each) => attribute.next(each))
    return tag === undefined ? undefined : utf8Decode(attribute.content(tag))
  }
  return undefined
}
