/**
 * Doors of `core/src/attestation` beside `verify`: a list of revoked authorities that comes by itself, evidence whose
 * claims or platform are only read, Azure's blob, keys as text. Each answers, whatever the bytes, and never throws.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AttestationEvidence,
  anchorKeyFromJwk,
  checkRootList,
  quotedPlatform,
  readClaims,
  readHclReport,
  simulatedPlatformBytes,
  simulatedQuoteBytes,
  verifySimulated,
} from '@pha/core/attestation'
import { readCase } from '@pha/core/attestation/node'
import { testIntel } from '@pha/core/attestation/testing'
import { utf8Encode } from '@pha/core/codec'
import { keypairFromSeed, Secret } from '@pha/core/crypto'
import { type Evidence, SimulatedQuote } from '@pha/core/protocol'
import { evidenceFolders } from '../../evidence-folders.ts'
import type { Target, Verdict } from '../target.ts'
import { byteFields, bytesAt, withBytesAt } from './byte-fields.ts'
import { judged, TRUSTING } from './verifier-targets.ts'

/** Most of what is behind these doors is a reader that gets inputs of its own. */
const SHARE = 0.02
/** Two Ed25519 signatures in JavaScript, each with numbers of some 750 KB. */
const VERIFY_SHARE = 0.002
const ED25519_GARBAGE_BYTES = 2 ** 21

/** In the validity of everything that a vendor of our own makes. */
const NOW = 1_760_000_000

/** Those whose samples are in the vectors are left out where these are absent. */
export function entryTargets(): readonly Target[] {
  return [
    ...rootListTargets(),
    ...claimsTargets(),
    ...platformTargets(),
    ...hclTargets(),
    simulatedTarget(),
    anchorKeyTarget(),
  ]
}

function rootListTargets(): readonly Target[] {
  const intel = testIntel('Campaign')
  const list = { root: intel.root.certificate, crl: intel.root.crl({ revoked: [1, 300, 65_536] }) }
  const rules = { now: NOW, signatures: TRUSTING }
  return byteFields(list).map((path) =>
    entryTarget(`root-list.${path}`, SHARE, [bytesAt(list, path)], (input) =>
      judged(checkRootList(withBytesAt(list, path, input), [intel.pin], rules)),
    ),
  )
}

/** What a worker tells the chain, in which one byte string is changed. */
function claimsTargets(): readonly Target[] {
  return protocolEvidence().flatMap((evidence) =>
    byteFields(evidence)
      // A claim is read out of evidence alone; certificates beside it are not looked at.
      .filter((path) => !path.endsWith('vek'))
      .map((path) =>
        entryTarget(`claims.${evidence.type}`, SHARE, [bytesAt(evidence, path)], (input) =>
          judged(readClaims(withBytesAt(evidence, path, input))),
        ),
      ),
  )
}

/** Header and report of versions 3 and 4. */
const SGX_SIGNED_BYTES = 48 + 384
const TDX_SIGNED_BYTES = 48 + 584

function protocolEvidence(): readonly Evidence[] {
  const platform = testIntel('Campaign').platform()
  const own: readonly Evidence[] = [
    { type: 'Simulated', value: simulated().quote },
    // As far as claims are read.
    { type: 'Sgx', value: platform.sgxQuote().slice(0, SGX_SIGNED_BYTES) },
    { type: 'Tdx', value: platform.tdxQuote().slice(0, TDX_SIGNED_BYTES) },
  ]
  return [...own, ...['amd-sev-snp', 'arm-cca', 'aws-nitro'].flatMap(firstOf)]
}

/** The first genuine evidence of a vendor. */
function firstOf(vendor: string): readonly Evidence[] {
  const found = evidenceFolders(vendor)
    .map(readCase)
    .find(({ expect }) => expect.ok)
  return found === undefined ? [] : asEvidence(found.evidence)
}

function asEvidence(evidence: AttestationEvidence): readonly Evidence[] {
  switch (evidence.type) {
    case 'SevSnp':
      return [{ type: 'SevSnp', value: { report: evidence.report, vek: evidence.vek } }]
    case 'Cca':
      return [{ type: 'Cca', value: evidence.token }]
    case 'Nitro':
      return [{ type: 'Nitro', value: evidence.document }]
    default:
      return []
  }
}

function platformTargets(): readonly Target[] {
  const platform = testIntel('Campaign').platform()
  const quotes = { Sgx: platform.sgxQuote(), Tdx: platform.tdxQuote() }
  return (['Sgx', 'Tdx'] as const).map((tee) =>
    entryTarget(`quoted-platform.${tee}`, SHARE, [quotes[tee]], (quote) => judged(quotedPlatform({ tee, quote }))),
  )
}

/** Azure's evidence in the vectors has the blob that it came in. */
function hclTargets(): readonly Target[] {
  const blobs = evidenceFolders('amd-sev-snp')
    .filter((folder) => folder.includes('trustee-az'))
    .map((folder) => new Uint8Array(readFileSync(join(folder, 'hcl-report.bin'))))
  if (blobs.length === 0) return []
  return [entryTarget('hcl-report', SHARE, blobs, (blob) => judged(readHclReport(blob)))]
}

function simulatedTarget(): Target {
  const { root, quote } = simulated()
  const target = entryTarget('verify.simulated', VERIFY_SHARE, [quote], (input) =>
    judged(verifySimulated(input, { root })),
  )
  return { ...target, garbageBytes: 2 * ED25519_GARBAGE_BYTES }
}

function simulated(): { readonly root: Uint8Array; readonly quote: Uint8Array } {
  const key = (byte: number) => keypairFromSeed('ed25519', Secret.from(new Uint8Array(32).fill(byte)))
  const [root, platform] = [key(1), key(2)]
  const quoted = {
    measurement: new Uint8Array(32).fill(3),
    reportData: new Uint8Array(64).fill(4),
    debug: false,
    platform: platform.publicKey,
  }
  const quote = SimulatedQuote.encode({
    ...quoted,
    platformCertificate: root.sign(simulatedPlatformBytes(platform.publicKey)),
    signature: platform.sign(simulatedQuoteBytes(quoted)),
  })
  return { root: root.publicKey, quote }
}

/** RFC 7517, appendix A.1. */
const JWK =
  '{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",' +
  '"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}'

function anchorKeyTarget(): Target {
  return entryTarget('anchor-key', SHARE, [utf8Encode(JWK)], (input) => {
    const text = Array.from(input, (byte) => String.fromCharCode(byte)).join('')
    return anchorKeyFromJwk(text) === undefined ? 'refused' : 'accepted'
  })
}

function entryTarget(
  name: string,
  share: number,
  valid: readonly Uint8Array[],
  offer: (input: Uint8Array) => Verdict,
): Target {
  return {
    name: `attestation.${name}`,
    share,
    sample: (random) => ({ bytes: random.pick(valid), marks: [] }),
    offer,
  }
}
