/** A driver over a real platform's interface: what holds for every TEE, whatever it is asked through. */
import { type Claims, readClaims } from '@pha/core/attestation'
import { concatBytes, equalBytes, lengthPrefixed, utf8Encode } from '@pha/core/codec'
import { CryptoError, deriveSecret } from '@pha/core/crypto'
import { contexts, type Evidence } from '@pha/core/protocol'
import type { Platform } from './platform.ts'
import type { TeeDriver } from './tee-driver.ts'
import { TeeError } from './tee-error.ts'

const REPORT_DATA_BYTES = 64

/**
 * Asks for evidence once, over zeros, which stand for no registration: a TEE that can't attest is found at the start,
 * and the build learns what it is called.
 *
 * @throws TeeError
 * @example
 * const tee = await hardwareTee(await graminePlatform({ calls: nodeCalls() }))
 */
export async function hardwareTee(platform: Platform): Promise<TeeDriver> {
  const { kind, sealingSecret } = platform

  async function attest(reportData: Uint8Array): Promise<{ readonly evidence: Evidence; readonly claims: Claims }> {
    if (reportData.length !== REPORT_DATA_BYTES) {
      throw new CryptoError('crypto.wrong-length', `report data has ${REPORT_DATA_BYTES} bytes`)
    }
    const evidence = await platform.evidence(reportData)
    const claims = readClaims(evidence)
    if (!claims.ok) throw new TeeError('tee.malformed', `evidence of ${kind}: ${claims.reason}`)
    // Evidence for others would cost a fee on chain, and be refused.
    if (!equalBytes(claims.facts.reportData, reportData)) throw new TeeError('tee.other-report-data', kind)
    return { evidence, claims: claims.facts }
  }

  const { measurement } = (await attest(new Uint8Array(REPORT_DATA_BYTES))).claims
  return {
    kind,
    measurement: () => measurement,
    quote: async (reportData) => (await attest(reportData)).evidence,
    sealingKey: (context) =>
      sealingSecret &&
      deriveSecret(
        sealingSecret,
        contexts.teeSealing,
        concatBytes(...[utf8Encode(kind), measurement, utf8Encode(context)].map(lengthPrefixed)),
        32,
      ),
  }
}
