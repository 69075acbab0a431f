/** Genuine evidence after one change, whatever it is, and before and after its time: it is refused or says the same. */
import { deepEqual, equal, fail, notEqual, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { equalBytes } from '../../codec/index.ts'
import type { DcapCollateral } from '../evidence.ts'
import { nodeSignatures } from '../node/index.ts'
import { type DcapCase, genuineDcapCases, verifyCase } from '../node/test-dcap-cases.ts'
import { skip } from '../node/test-vectors.ts'
import { productionRoots } from '../production-roots.ts'
import type { SignatureVerifier } from '../signatures.ts'
import type { Verdict } from '../verdict.ts'
import { type CheckedDcapCollateral, checkDcapCollateral, recheckDcapCollateral } from './check-collateral.ts'
import { readQuote } from './quote.ts'
import { type DcapFacts, verifyDcapQuote } from './verify-quote.ts'

const cases = genuineDcapCases()

/** One of each form: SGX, TDX version 4, TDX version 5. */
const forms = [...new Map(cases.map((each) => [each.evidence.quote[0], each])).values()]

/** OpenSSL's answers, each asked for once: most changes leave most signatures as they are. */
function rememberingSignatures(): SignatureVerifier {
  const answers = new Map<string, boolean>()
  const ecdsa: SignatureVerifier['ecdsa'] = (curve, hash, point, message, signature) => {
    const question = [point, message, signature].map((bytes) => Buffer.from(bytes).toString('latin1')).join('|')
    const answer = answers.get(question) ?? nodeSignatures.ecdsa(curve, hash, point, message, signature)
    answers.set(question, answer)
    return answer
  }
  return { ...nodeSignatures, ecdsa }
}

const signatures = rememberingSignatures()
const noSignatures: SignatureVerifier = { ecdsa: () => fail(), rsaPkcs1: () => fail(), rsaPss: () => fail() }

function checked({ evidence, collateral, now }: DcapCase): CheckedDcapCollateral {
  const verdict = checkDcapCollateral(evidence.type, collateral, { now, roots: productionRoots, signatures })
  ok(verdict.ok)
  return verdict.facts
}

function verifierOf(each: DcapCase, by = signatures): (quote: Uint8Array) => Verdict<DcapFacts> {
  const collateral = checked(each)
  const context = { now: each.now, roots: productionRoots, signatures: by }
  return (quote) => verifyDcapQuote({ tee: each.evidence.type, quote }, collateral, context)
}

function flipped(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] as number) ^ mask
  return copy
}

function signedLength({ evidence: { type, quote } }: DcapCase): number {
  return quote.length - readQuote(type, quote).trailingBytes
}

/** Where the certificates begin, as text. */
function pemStart({ evidence: { quote } }: DcapCase): number {
  return Buffer.from(quote).indexOf('-----BEGIN')
}

describe('a genuine quote', { skip }, () => {
  it('is refused at every length but its own, before any signature is looked at', () => {
    for (const each of forms) {
      const verify = verifierOf(each, noSignatures)
      const certificates = pemStart(each)
      for (let length = 0; length < signedLength(each); length += length < certificates ? 1 : 17) {
        deepEqual(verify(each.evidence.quote.subarray(0, length)), { ok: false, reason: 'malformed' }, each.id)
      }
    }
  })

  it('is refused after any change of a byte that means something', () => {
    equal(forms.length, 3)
    for (const each of forms) {
      const verify = verifierOf(each)
      const { quote } = each.evidence
      const original = verify(quote)
      ok(original.ok)
      const certificates = pemStart(each)
      // A sample, since each of them is a signature or two; `npm run campaign` changes all of it.
      for (let at = 0; at < signedLength(each); at += at < certificates ? 3 : 61) {
        const verdict = verify(flipped(quote, at, 1 << (at & 7)))
        if (!verdict.ok) continue
        ok(at >= certificates, `${each.id}, byte ${at}`)
        deepEqual(verdict, original, `${each.id}, byte ${at}`)
      }
    }
  })

  it('is refused with any other length in it', () => {
    for (const each of forms) {
      const verify = verifierOf(each, noSignatures)
      const { quote } = each.evidence
      for (const [at, size] of lengthFields(each)) {
        for (let bit = 0; bit < 8 * size; bit++) {
          const verdict = verify(flipped(quote, at + (bit >> 3), 1 << (bit & 7)))
          deepEqual(verdict, { ok: false, reason: 'malformed' }, `${each.id}, bit ${bit} of the length at ${at}`)
        }
      }
    }
  })
})

/** Offset and size of each length in a quote. */
function lengthFields({ evidence: { type, quote } }: DcapCase): readonly (readonly [at: number, size: number])[] {
  const { version, signed, certification } = readQuote(type, quote)
  const outer = version === 3 ? 0 : 6
  const authentication = signed.length + 4 + 128 + outer + 384 + 64
  const chain = authentication + 2 + certification.qeAuthentication.length + 2
  return [
    ...(version === 5 ? [[50, 4] as const] : []),
    [signed.length, 4],
    ...(outer === 0 ? [] : [[signed.length + 4 + 128 + 2, 4] as const]),
    [authentication, 2],
    [chain, 4],
  ]
}

describe('genuine collateral', { skip }, () => {
  it('counts from the second at which all of it is in force to the one at which the first part is not', () => {
    for (const each of cases) {
      const { validities } = checked(each)
      const from = Math.max(...validities.map((validity) => validity.from))
      const until = Math.min(...validities.map((validity) => validity.until))
      const isAccepted = [from - 1, from, until, until + 1].map((now) => verifyCase({ ...each, now }).ok)
      deepEqual(isAccepted, [false, true, true, false], each.id)
    }
  })

  it('verifies quotes of its own TEE and platform family only', () => {
    for (const quoted of forms) {
      for (const { collateral, now } of cases) {
        const verdict = verifyCase({ evidence: quoted.evidence, collateral, now })
        if (!verdict.ok) continue
        const { tcbInfo } = checked({ ...quoted, collateral, now })
        deepEqual([verdict.facts.tee, verdict.facts.fmspc], [tcbInfo.tee, tcbInfo.fmspc])
      }
    }
  })

  it('is refused with a part of another, but for lists and chains that are good for both', () => {
    const parts = ['tcbInfo', 'tcbInfoSignature', 'qeIdentity', 'qeIdentitySignature'] as const
    for (const each of forms) {
      for (const other of cases) {
        for (const part of parts) {
          if (equalBytes(each.collateral[part], other.collateral[part])) continue
          const collateral: DcapCollateral = { ...each.collateral, [part]: other.collateral[part] }
          const verdict = verifyCase({ ...each, collateral })
          notEqual(verdict.ok, true, `${each.id} with ${part} of ${other.id}`)
        }
      }
    }
  })

  it('is refused after any change of a byte in its texts, signatures and lists', () => {
    const parts = ['tcbInfo', 'tcbInfoSignature', 'qeIdentity', 'qeIdentitySignature', 'rootCaCrl', 'pckCrl'] as const
    for (const { evidence, collateral, now } of forms) {
      const context = { now, roots: productionRoots, signatures }
      for (const part of parts) {
        const bytes = collateral[part] as Uint8Array
        for (let at = 0; at < bytes.length; at += 1 + (bytes.length >> 6)) {
          const changed = { ...collateral, [part]: flipped(bytes, at, 1 << (at & 7)) }
          equal(checkDcapCollateral(evidence.type, changed, context).ok, false, `${part}, byte ${at}`)
        }
      }
    }
  })

  it('is refused at every truncation of its texts and lists, without looking at signatures', () => {
    const parts = ['tcbInfo', 'qeIdentity', 'rootCaCrl', 'pckCrl'] as const
    for (const { evidence, collateral, now } of forms) {
      for (const part of parts) {
        const bytes = collateral[part] as Uint8Array
        for (let length = 0; length < bytes.length; length += 1 + (bytes.length >> 7)) {
          const cut = { ...collateral, [part]: bytes.subarray(0, length) }
          const verdict = recheckDcapCollateral(evidence.type, cut, { now, roots: productionRoots })
          deepEqual(verdict, { ok: false, reason: 'malformed' }, `${part}, ${length} bytes`)
        }
      }
    }
  })
})
