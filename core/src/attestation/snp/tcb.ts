/** TCB_VERSION: 8 bytes whose meaning changed with Turin (AMD 56860, section 2.2). */
import type { SnpProduct, SnpTcb } from '../facts.ts'
import { demand } from '../refusal.ts'

/** The parts at the bytes at which a product has them; the other bytes are reserved. */
const LAYOUTS: { readonly [P in SnpProduct]: Readonly<Partial<Record<keyof SnpTcb, number>>> } = {
  Milan: { bootLoader: 0, tee: 1, snp: 6, microcode: 7 },
  Genoa: { bootLoader: 0, tee: 1, snp: 6, microcode: 7 },
  Turin: { fmc: 0, bootLoader: 1, tee: 2, snp: 3, microcode: 7 },
}

/** The parts of a TCB that is `bytes` on this product. A reserved byte that is not zero is a version that we do not know. */
export function readTcb(product: SnpProduct, bytes: Uint8Array): SnpTcb {
  const layout = LAYOUTS[product]
  const known: readonly (number | undefined)[] = Object.values(layout)
  demand(
    bytes.every((byte, at) => byte === 0 || known.includes(at)),
    'tcb-mismatch',
  )
  const at = (place: number): number => bytes[place] as number
  const { fmc, bootLoader = 0, tee = 0, snp = 0, microcode = 0 } = layout
  return {
    fmc: fmc === undefined ? undefined : at(fmc),
    bootLoader: at(bootLoader),
    tee: at(tee),
    snp: at(snp),
    microcode: at(microcode),
  }
}
