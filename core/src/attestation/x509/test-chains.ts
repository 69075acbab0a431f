/** Chains of the test PKI as verifiers get them. */
import { type Certificate, parseCertificate } from './certificate.ts'
import type { TestAuthority } from './test-pki.ts'

export function chainOf(...parts: readonly TestAuthority[]): readonly Certificate[] {
  return parts.map(({ certificate }) => parseCertificate(certificate))
}
