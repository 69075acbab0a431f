/** Certificates and revocation lists out of PEM (RFC 7468), without explanatory text around them. */
import { base64 } from '@scure/base'
import { demand, refuse } from '../refusal.ts'
import { MAX_CHAIN_CERTIFICATES, MAX_PEM_CHARACTERS } from './limits.ts'

const BLOCK =
  /^[ \t\r\n]*-----BEGIN ([A-Z0-9 ]{1,20})-----[ \t]*\r?\n([A-Za-z0-9+/=\r\n]*)-----END ([A-Z0-9 ]{1,20})-----/

/**
 * DER of each block, in order, at most as many as a chain may have. Quotes end their chain with a zero byte, which is let pass.
 *
 * @example
 * const [leaf, ca, root] = derFromPem(chain).map(parseCertificate)
 */
export function derFromPem(pem: string | Uint8Array): Uint8Array[] {
  demand(pem.length <= MAX_PEM_CHARACTERS, 'malformed')
  let rest = typeof pem === 'string' ? pem : latin1(pem)
  const blocks: Uint8Array[] = []
  for (let block = BLOCK.exec(rest); block !== null; block = BLOCK.exec(rest)) {
    const [whole, label, text, closing] = block as unknown as [string, string, string, string]
    demand(label === closing && blocks.length < MAX_CHAIN_CERTIFICATES, 'malformed')
    blocks.push(fromBase64(text.replace(/[\r\n]/g, '')))
    rest = rest.slice(whole.length)
  }
  demand(/^[ \t\r\n]*\0?$/.test(rest), 'malformed')
  return blocks
}

function fromBase64(text: string): Uint8Array {
  try {
    return base64.decode(text)
  } catch {
    return refuse('malformed')
  }
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
