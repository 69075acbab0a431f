/** The firmware that a device's key was made for (TCG DICE Attestation Architecture 1.1, section 6.1.1: FWID). */
import { concatBytes, equalBytes, fromHex } from '../../codec/index.ts'
import type { Certificate } from '../x509/certificate.ts'

/** Hopper has the older extension, Blackwell the newer; both hold FWIDs in one form. */
const EXTENSIONS = ['2.23.133.5.4.1', '2.23.133.5.4.1.1']
/** SEQUENCE of the OID of SHA-384 and an OCTET STRING of 48 bytes, which follow. */
const FWID_HEADER = fromHex('0x303d06096086480165030402020430')
const FWID_BYTES = 48

/** Whether the certificate names this firmware. Its issuer signed the whole extension, so where it stands there is no matter. */
export function isOfFirmware({ extensions }: Certificate, firmwareId: Uint8Array): boolean {
  if (firmwareId.length !== FWID_BYTES) return false
  const named = concatBytes(FWID_HEADER, firmwareId)
  return EXTENSIONS.some((oid) => {
    const content = extensions.get(oid) ?? new Uint8Array(0)
    for (let at = 0; at + named.length <= content.length; at++) {
      if (equalBytes(content.subarray(at, at + named.length), named)) return true
    }
    return false
  })
}
