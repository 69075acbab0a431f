/** `@phala/dcap-qvl`, another verifier in JavaScript, measured in the same run. It takes collateral as the vectors have it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The part of its API that is used. */
interface Peer {
  readonly QuoteVerifier: {
    newProd(): { verify(quote: Buffer, collateral: unknown, now: number): unknown }
  }
}

/**
 * @param module name of the package, or path of one that is installed elsewhere
 * @returns what verifies the quote in a folder, and throws if it is refused; undefined where the package is absent
 */
export async function loadPeer(module: string): Promise<((folder: string, now: number) => () => void) | undefined> {
  const peer = await import(module).then(
    (loaded: Peer) => loaded.QuoteVerifier.newProd(),
    () => undefined,
  )
  if (peer === undefined) return undefined
  return (folder, now) => {
    const quote = readFileSync(join(folder, 'quote.bin'))
    const collateral: unknown = JSON.parse(readFileSync(join(folder, 'collateral.json'), 'utf8'))
    return () => void peer.verify(quote, collateral, now)
  }
}
