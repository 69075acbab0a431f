/** Which product a machine is, by the names that its CPUID, its certificate and AMD's authorities have for it. */
import type { SnpProduct } from '../facts.ts'
import type { SnpReport } from './report.ts'

export const SNP_PRODUCTS: readonly SnpProduct[] = ['Milan', 'Genoa', 'Turin']

/** Siena and Bergamo are certified by the root of Genoa (AMD 57230). */
const NAMES: ReadonlyMap<string, SnpProduct> = new Map([
  ['Milan', 'Milan'],
  ['Genoa', 'Genoa'],
  ['Siena', 'Genoa'],
  ['Bergamo', 'Genoa'],
  ['Turin', 'Turin'],
])

/** From the productName of a certificate, with or without the stepping: `Milan-B0`. */
export function productOfName(name: string): SnpProduct | undefined {
  return NAMES.get(name.split('-')[0] as string)
}

/** From CPUID family and model, extended parts included. */
export function productOfCpuid({ family, model }: NonNullable<SnpReport['cpuid']>): SnpProduct | undefined {
  if (family === 0x19) {
    if (model <= 0x0f) return 'Milan'
    // Genoa; Siena and Bergamo.
    return (model >= 0x10 && model <= 0x1f) || (model >= 0xa0 && model <= 0xaf) ? 'Genoa' : undefined
  }
  return family === 0x1a && model <= 0x11 ? 'Turin' : undefined
}
