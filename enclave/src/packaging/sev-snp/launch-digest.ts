/**
 * MEASUREMENT of an SEV-SNP report, computed before the guest is started (SEV Secure Nested Paging Firmware ABI,
 * section 8.17.2): the firmware's pages, the pages that its metadata asks for, and the first state of each processor,
 * chained by SHA-384 over PAGE_INFO. In the order of QEMU with KVM; clouds with another hypervisor differ.
 */
import { createHash } from 'node:crypto'
import { packagingLimits } from '../limits.ts'
import { PackagingError } from '../packaging-error.ts'
import { type Firmware, parseFirmware, type Section } from './firmware.ts'
import { type Boot, kernelHashesPage } from './kernel-hashes.ts'
import { PROCESSORS, type ProcessorName, saveArea } from './save-area.ts'

const PAGE = 4_096
const PAGE_INFO_BYTES = 0x70
const PAGE_TYPE = { normal: 1, processor: 2, zero: 3, secrets: 5, cpuid: 6 } as const
/** Save areas are measured at this address: the highest page below 2^48. */
const PROCESSOR_ADDRESS = 0xffff_ffff_f000n
/** The first processor starts where all x86 processors do. */
const RESET_VECTOR = 0xffff_fff0

export interface LaunchParams {
  readonly firmware: Uint8Array
  /** Measured boot of a kernel; without it, the firmware loads what it finds on the disk. */
  readonly boot?: Boot | undefined
  readonly processors: number
  readonly processor: ProcessorName
  readonly features: bigint
}

/**
 * @returns 48 bytes
 * @throws PackagingError `packaging.bad-firmware`, `packaging.kernel-unmeasured`, `packaging.bad-arguments`
 * @example
 * launchDigest({ firmware, boot: { kernel, initrd, commandLine: 'console=ttyS0' }, processors: 4, processor: 'EPYC-Milan', features: 1n })
 */
export function launchDigest({ firmware: bytes, boot, processors, processor, features }: LaunchParams): Uint8Array {
  const firmware = parseFirmware(bytes)
  if (!(processors >= 1 && processors <= packagingLimits.guestProcessors)) {
    throw new PackagingError('packaging.bad-arguments', `${processors} processors`)
  }
  const hashesKernel = firmware.sections.some(({ type }) => type === 'kernel-hashes')
  if (boot !== undefined && (!hashesKernel || firmware.kernelHashesAddress === undefined)) {
    throw new PackagingError('packaging.kernel-unmeasured', 'this firmware has no place for the hash of a kernel', {
      fix: 'take the firmware that edk2 builds from OvmfPkg/AmdSev/AmdSevX64.dsc',
    })
  }
  const digest = new LaunchDigest()
  digest.pages(firmware.address, firmware.bytes)
  for (const section of firmware.sections) addSection(digest, section, firmware, boot)
  const signature = PROCESSORS[processor]
  for (let i = 0; i < processors; i++) {
    const startAddress = i === 0 ? RESET_VECTOR : firmware.resetAddress
    if (startAddress === undefined) {
      throw new PackagingError('packaging.bad-firmware', 'it does not say where further processors start')
    }
    digest.add(PAGE_TYPE.processor, PROCESSOR_ADDRESS, sha384(saveArea({ startAddress, signature, features })))
  }
  return digest.value
}

function addSection(digest: LaunchDigest, section: Section, firmware: Firmware, boot: Boot | undefined): void {
  const { type, address, size } = section
  switch (type) {
    case 'memory':
    case 'calling-area':
      return digest.zeroPages(address, size)
    case 'secrets':
      return digest.add(PAGE_TYPE.secrets, BigInt(address))
    case 'cpuid':
      return digest.add(PAGE_TYPE.cpuid, BigInt(address))
    case 'kernel-hashes': {
      const table = firmware.kernelHashesAddress
      if (boot === undefined || table === undefined) return digest.zeroPages(address, size)
      if (size !== PAGE || table - (table % PAGE) !== address) {
        throw new PackagingError('packaging.bad-firmware', 'its table of kernel hashes is not in the page for it')
      }
      return digest.pages(address, kernelHashesPage(boot, table % PAGE))
    }
    default:
      return type satisfies never
  }
}

const ZEROS = new Uint8Array(48)

class LaunchDigest {
  value: Uint8Array = ZEROS

  pages(address: number, bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; offset += PAGE) {
      this.add(PAGE_TYPE.normal, BigInt(address + offset), sha384(bytes.subarray(offset, offset + PAGE)))
    }
  }

  zeroPages(address: number, size: number): void {
    for (let offset = 0; offset < size; offset += PAGE) this.add(PAGE_TYPE.zero, BigInt(address + offset))
  }

  /** PAGE_INFO: digest so far, contents, length, page type, flags and permissions (all 0 here), address. */
  add(type: number, address: bigint, contents: Uint8Array = ZEROS): void {
    const info = new Uint8Array(PAGE_INFO_BYTES)
    const fields = new DataView(info.buffer)
    info.set(this.value, 0)
    info.set(contents, 48)
    fields.setUint16(96, PAGE_INFO_BYTES, true)
    fields.setUint8(98, type)
    fields.setBigUint64(104, address, true)
    this.value = sha384(info)
  }
}

function sha384(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha384').update(bytes).digest())
}
