/**
 * Whether a root carries its own signature. Only then are its dates and constraints those of the owner of the key that is
 * pinned: anybody can put that key into another certificate.
 */
import { equalBytes, fromHex } from '../../codec/index.ts'
import { sha256 } from '../../crypto/index.ts'
import type { SignatureVerifier } from '../signatures.ts'
import type { Certificate } from './certificate.ts'
import { isSignedBy } from './signed-by.ts'

/**
 * SHA-256 of the vendors' roots, whole certificates. That these bytes are signed by the key in them holds for ever, and a
 * test verifies it, so that evidence under them takes a signature less. It makes nobody trusted: pins do.
 */
const KNOWN: readonly Uint8Array[] = [
  // Intel SGX Root CA.
  '44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3',
  // Intel SGX Attestation Report Signing CA.
  '7b42e41ec43b91db834a065de4f98a13c44d695570e839cfa8921e584e40735d',
  // ARK-Milan, ARK-Genoa, ARK-Turin.
  '69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd',
  '4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1',
  '1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a',
  // aws.nitro-enclaves.
  '641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b',
  // NVIDIA Device Identity CA.
  '102bf659d5419614c9d8e6aecebc80454eb26b1df6a769ac720b9a690b167b48',
].map((hex) => fromHex(`0x${hex}`))

/** Says nothing of trust, names or dates. */
export function isSelfSigned(root: Certificate, signatures: SignatureVerifier): boolean {
  return isKnown(root) || isSignedBy(root, root, signatures)
}

/** By all bytes: one that differs from them in any is verified like every other. */
function isKnown({ der }: Certificate): boolean {
  const hash = sha256(der)
  return KNOWN.some((known) => equalBytes(known, hash))
}
