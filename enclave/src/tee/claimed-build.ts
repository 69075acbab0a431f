/**
 * Which build evidence speaks of, read without verifying anything: an enclave reads its own evidence to learn what the
 * chain calls it. Nobody else may believe it.
 */
import { utf8Encode } from '@pha/core/codec'
import { sha256 } from '@pha/core/crypto'
import { bind, contexts, type Evidence } from '@pha/core/protocol'
import { TeeError } from './tee-error.ts'

/** Bytes before the report in a quote (Intel TDX DCAP Quoting Library API, A.3): of version 5 also its type and size. */
const QUOTE_HEADER = 48
const TYPED_QUOTE_HEADER = 54

/**
 * @throws TeeError `tee.malformed`
 * @example
 * const measurement = claimedBuild(await platform.evidence(reportData))
 */
export function claimedBuild(evidence: Evidence): Uint8Array {
  switch (evidence.type) {
    case 'Sgx':
      // MRENCLAVE in the report of the enclave.
      return piece(evidence.value, QUOTE_HEADER + 64, 32)
    case 'Tdx': {
      const body = evidence.value[0] === 5 ? TYPED_QUOTE_HEADER : QUOTE_HEADER
      const mrTd = piece(evidence.value, body + 136, 48)
      const rtmrs = [0, 1, 2, 3].map((i) => piece(evidence.value, body + 328 + 48 * i, 48))
      return buildOf('Tdx', mrTd, ...rtmrs)
    }
    case 'SevSnp': {
      const { report } = evidence.value
      // MEASUREMENT and HOST_DATA (AMD 56860, table 23).
      return buildOf('SevSnp', piece(report, 0x90, 48), piece(report, 0xc0, 32))
    }
    case 'Cca':
    case 'Nitro':
    case 'Simulated':
      throw new TeeError('tee.unsupported', `this build does not read evidence of ${evidence.type}`)
    default:
      return evidence satisfies never
  }
}

function buildOf(tee: Evidence['type'], ...registers: readonly Uint8Array[]): Uint8Array {
  return sha256(bind(contexts.attestationBuild, utf8Encode(tee), ...registers))
}

function piece(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  if (bytes.length < offset + length) throw new TeeError('tee.malformed', `evidence of ${bytes.length} bytes`)
  return bytes.slice(offset, offset + length)
}
