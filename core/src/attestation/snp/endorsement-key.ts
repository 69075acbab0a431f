/** What a VCEK or VLEK certificate says about its machine (AMD 57230: extensions under 1.3.6.1.4.1.3704.1). */
import { utf8Decode } from '../../codec/index.ts'
import type { SnpProduct, SnpTcb } from '../facts.ts'
import { demand, refuse } from '../refusal.ts'
import type { Certificate } from '../x509/certificate.ts'
import { DerReader } from '../x509/der.ts'
import { productOfName } from './product.ts'

const AMD = '1.3.6.1.4.1.3704.1'
const PRODUCT_NAME = `${AMD}.2`
const HARDWARE_ID = `${AMD}.4`
const PROVIDER_ID = `${AMD}.5`
const PARTS = { bootLoader: `${AMD}.3.1`, tee: `${AMD}.3.2`, snp: `${AMD}.3.3`, microcode: `${AMD}.3.8` } as const
const FMC = `${AMD}.3.9`
/** `spl_4` to `spl_7`: for parts that may come. */
const RESERVED_PARTS = [4, 5, 6, 7].map((n) => `${AMD}.3.${n}`)
const IA5_STRING = 0x16

export interface EndorsementKey {
  /** P-384, uncompressed. */
  readonly point: Uint8Array
  readonly product: SnpProduct
  /** For this version of the firmware, and no other. */
  readonly tcb: SnpTcb
  /** Of the chip, in a VCEK only: 64 bytes, 8 on Turin. */
  readonly hardwareId: Uint8Array | undefined
  /** Of the cloud provider, in a VLEK only. */
  readonly providerId: Uint8Array | undefined
}

export function endorsementKeyOf({ publicKey, extensions }: Certificate): EndorsementKey {
  demand(publicKey.type === 'ec' && publicKey.curve === 'P-384', 'chain:vek')
  const product = productOfName(ia5Text(extensions.get(PRODUCT_NAME) ?? refuse('product-mismatch')))
  if (product === undefined) return refuse('product-mismatch')
  const version = (oid: string): number => securityVersion(extensions.get(oid) ?? refuse('tcb-mismatch'))
  for (const oid of RESERVED_PARTS) demand(!extensions.has(oid) || version(oid) === 0, 'tcb-mismatch')
  return {
    point: publicKey.point,
    product,
    tcb: {
      fmc: product === 'Turin' ? version(FMC) : undefined,
      bootLoader: version(PARTS.bootLoader),
      tee: version(PARTS.tee),
      snp: version(PARTS.snp),
      microcode: version(PARTS.microcode),
    },
    hardwareId: extensions.get(HARDWARE_ID),
    providerId: extensions.get(PROVIDER_ID),
  }
}

function securityVersion(content: Uint8Array): number {
  const whole = new DerReader(content)
  const version = whole.smallNatural()
  whole.end()
  return version
}

function ia5Text(content: Uint8Array): string {
  const whole = new DerReader(content)
  const text = whole.content(IA5_STRING)
  whole.end()
  return utf8Decode(text)
}
