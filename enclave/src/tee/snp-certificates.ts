/**
 * The certificate table that a hypervisor hands to its SEV-SNP guests (GHCB 2.03, section 4.1.8.1): entries of GUID,
 * offset and length, the last one of zeros. The hypervisor writes it, so every number in it is hostile.
 */
import { equalBytes, fromHex } from '@pha/core/codec'
import { limits } from '@pha/core/protocol'
import { teeLimits } from './limits.ts'
import { TeeError } from './tee-error.ts'

const ENTRY = 24
const GUID = 16
/** Bytes in the order of the text, as AMD's own tools write them. */
const GUIDS = {
  VCEK: fromHex('0x63da758de6644564adc5f4b93be8accd'),
  VLEK: fromHex('0xa8074bc2a25a483eaae639c045a0b8a1'),
}

/** KEY_INFO of the report; bits 2 to 4 say which key signed (AMD 56860, table 23). */
const KEY_INFO = 0x48

/**
 * The certificate of the key that signed `report`: out of the table, or the one from outside.
 * @throws TeeError `tee.malformed`, `tee.oversize`, `tee.no-certificate`
 */
export function snpCertificate(report: Uint8Array, table: Uint8Array, fromOutside: Uint8Array | undefined): Uint8Array {
  const signer = signerOf(report)
  const certificate = entryOf(table, GUIDS[signer]) ?? fromOutside
  if (certificate === undefined) {
    throw new TeeError('tee.no-certificate', `neither the hypervisor nor the store has the ${signer}`, {
      fix: `give the ${signer} as DER to the hypervisor (qemu: certs-path of sev-snp-guest), or as vek.der in the store`,
    })
  }
  if (certificate.length > limits.evidenceCertificate) {
    throw new TeeError('tee.oversize', `${signer} of ${certificate.length} bytes`)
  }
  return certificate
}

function signerOf(report: Uint8Array): keyof typeof GUIDS {
  const key = ((report[KEY_INFO] ?? 0) >> 2) & 7
  if (key === 0) return 'VCEK'
  if (key === 1) return 'VLEK'
  throw new TeeError('tee.unsupported', `the report is signed by key ${key}, neither VCEK nor VLEK`)
}

function entryOf(table: Uint8Array, guid: Uint8Array): Uint8Array | undefined {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  for (let i = 0; i < teeLimits.certificateEntries; i++) {
    const at = i * ENTRY
    // Hypervisors without certificates hand on nothing at all, or a table of zeros.
    if (at + ENTRY > table.length) return endOf(table, at)
    const name = table.subarray(at, at + GUID)
    if (name.every((byte) => byte === 0)) return undefined
    if (!equalBytes(name, guid)) continue
    const offset = view.getUint32(at + GUID, true)
    const length = view.getUint32(at + GUID + 4, true)
    if (length === 0 || offset + length > table.length) throw new TeeError('tee.malformed', 'certificate table')
    return table.slice(offset, offset + length)
  }
  throw new TeeError('tee.malformed', 'certificate table without an end')
}

function endOf(table: Uint8Array, at: number): undefined {
  if (table.length !== 0) throw new TeeError('tee.malformed', `certificate table ends inside entry ${at / ENTRY}`)
  return undefined
}
