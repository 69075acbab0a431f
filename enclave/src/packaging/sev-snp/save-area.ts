/**
 * First state of a virtual processor, as QEMU and KVM set it and SEV-SNP measures it: one page (AMD64 Architecture
 * Programmer's Manual, volume 2, table B-4, "VMSA Layout, State Save Area for SEV-ES").
 */

export interface ProcessorState {
  /** Where it starts. */
  readonly startAddress: number
  /** Family, model and stepping as CPUID Fn0000_0001_EAX gives them: QEMU leaves them in RDX. */
  readonly signature: number
  /** SEV_FEATURES; bit 0 is SNP itself. */
  readonly features: bigint
}

interface Segment {
  readonly offset: number
  readonly selector?: number
  readonly attributes: number
  readonly base?: number
}

export function saveArea({ startAddress, signature, features }: ProcessorState): Uint8Array {
  const page = new Uint8Array(4_096)
  const fields = new DataView(page.buffer)
  const segments: readonly Segment[] = [
    { offset: 0x00, attributes: 0x93 }, // ES
    { offset: 0x10, attributes: 0x9b, selector: 0xf000, base: (startAddress & 0xffff_0000) >>> 0 }, // CS
    { offset: 0x20, attributes: 0x93 }, // SS
    { offset: 0x30, attributes: 0x93 }, // DS
    { offset: 0x40, attributes: 0x93 }, // FS
    { offset: 0x50, attributes: 0x93 }, // GS
    { offset: 0x60, attributes: 0 }, // GDTR
    { offset: 0x70, attributes: 0x82 }, // LDTR
    { offset: 0x80, attributes: 0 }, // IDTR
    { offset: 0x90, attributes: 0x8b }, // TR
  ]
  for (const { offset, selector = 0, attributes, base = 0 } of segments) {
    fields.setUint16(offset, selector, true)
    fields.setUint16(offset + 2, attributes, true)
    fields.setUint32(offset + 4, 0xffff, true)
    fields.setBigUint64(offset + 8, BigInt(base), true)
  }
  const registers: readonly (readonly [offset: number, value: bigint])[] = [
    [0x0d0, 0x1000n], // EFER: SVME, set by KVM
    [0x148, 0x40n], // CR4: MCE, set by KVM
    [0x158, 0x10n], // CR0: ET
    [0x160, 0x400n], // DR7
    [0x168, 0xffff_0ff0n], // DR6
    [0x170, 0x2n], // RFLAGS
    [0x178, BigInt(startAddress & 0xffff)], // RIP
    [0x268, 0x0007_0406_0007_0406n], // G_PAT
    [0x310, BigInt(signature)], // RDX
    [0x3b0, features], // SEV_FEATURES
    [0x3e8, 0x1n], // XCR0
  ]
  for (const [offset, value] of registers) fields.setBigUint64(offset, value, true)
  fields.setUint32(0x408, 0x1f80, true) // MXCSR
  fields.setUint16(0x410, 0x37f, true) // X87_FCW
  return page
}

/** Processors of QEMU, by the names that its `-cpu` takes: family, model, stepping. */
export const PROCESSORS = {
  'EPYC-v4': signature(0x17, 0x01, 2),
  'EPYC-Rome': signature(0x17, 0x31, 0),
  'EPYC-Milan': signature(0x19, 0x01, 1),
  'EPYC-Genoa': signature(0x19, 0x11, 0),
  'EPYC-Turin': signature(0x1a, 0x00, 0),
} as const
export type ProcessorName = keyof typeof PROCESSORS

/** CPUID Fn0000_0001_EAX of a family above 15 (AMD publication 25481). */
function signature(family: number, model: number, stepping: number): number {
  return ((family - 0xf) << 20) | ((model >> 4) << 16) | (0xf << 8) | ((model & 0xf) << 4) | stepping
}
