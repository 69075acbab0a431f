/** A driver over a real platform's interface: what holds for every TEE, whatever it is asked through. */
import { concatBytes, lengthPrefixed, utf8Encode } from '@pha/core/codec'
import { CryptoError, deriveSecret } from '@pha/core/crypto'
import { contexts, type Evidence } from '@pha/core/protocol'
import { claimedBuild } from './claimed-build.ts'
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

  async function quote(reportData: Uint8Array): Promise<Evidence> {
    if (reportData.length !== REPORT_DATA_BYTES) {
      throw new CryptoError('crypto.wrong-length', `report data has ${REPORT_DATA_BYTES} bytes`)
    }
    const evidence = await platform.evidence(reportData)
    if (!carries(evidence, reportData)) throw new TeeError('tee.other-report-data', kind)
    return evidence
  }

  const measurement = claimedBuild(await quote(new Uint8Array(REPORT_DATA_BYTES)))
  return {
    kind,
    measurement: () => measurement,
    quote,
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

/** Every format has the report data as they are, in one piece. Evidence for others costs a fee on chain and tells nothing. */
function carries({ value }: Evidence, reportData: Uint8Array): boolean {
  const bytes = value instanceof Uint8Array ? value : value.report
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(reportData)
}
