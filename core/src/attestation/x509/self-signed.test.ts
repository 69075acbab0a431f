/** The roots whose own signatures are taken as known: each is verified here, and nothing near them is taken for them. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '../../codec/index.ts'
import { readMap, readSign1 } from '../cose/sign1.ts'
import type { AttestationCollateral, AttestationEvidence } from '../evidence.ts'
import { readDocument } from '../nitro/document.ts'
import { nodeSignatures } from '../node/node-signatures.ts'
import { attestationCases, skip, VENDORS } from '../node/test-vectors.ts'
import { productionRoots } from '../production-roots.ts'
import { pureSignatures } from '../pure-signatures.ts'
import type { SignatureVerifier } from '../signatures.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { isPinned } from './chain.ts'
import { isSelfSigned } from './self-signed.ts'
import { isSignedBy } from './signed-by.ts'
import { testAuthority } from './test-pki.ts'

const NOTHING_HOLDS: SignatureVerifier = { ecdsa: () => false, rsaPkcs1: () => false, rsaPss: () => false }

const { intel, intelIas, amd, awsNitro, nvidiaGpu } = productionRoots
const pins = [...intel, ...intelIas, ...Object.values(amd).flat(), ...awsNitro, ...nvidiaGpu]

/** Last certificates of the chains of all cases that end in a vendor's root, each once. */
function vendorRoots(): readonly Certificate[] {
  const found = new Map<string, Certificate>()
  for (const { evidence, collateral } of VENDORS.filter((vendor) => vendor !== 'x509-crl').flatMap(attestationCases)) {
    for (const der of rootsIn(evidence, collateral)) {
      const root = parseCertificate(der)
      if (isPinned(root, pins)) found.set(toHex(der), root)
    }
  }
  return [...found.values()]
}

function rootsIn(evidence: AttestationEvidence, collateral: AttestationCollateral): readonly Uint8Array[] {
  if (collateral.type === 'Snp') return [collateral.snp.ark]
  if (collateral.type === 'Dcap') {
    const { tcbInfoIssuerChain, qeIdentityIssuerChain, pckCrlIssuerChain } = collateral.dcap
    return [tcbInfoIssuerChain, qeIdentityIssuerChain, pckCrlIssuerChain].flatMap((chain) => chain.slice(-1))
  }
  if (evidence.type === 'Ias' || evidence.type === 'NvidiaGpu') return evidence.certificates.slice(-1)
  if (evidence.type === 'Nitro') return readDocument(readMap(readSign1(evidence.document).payload)).caBundle.slice(0, 1)
  return []
}

describe('roots whose own signature is known', { skip }, () => {
  const roots = skip ? [] : vendorRoots()
  const known = roots.filter((root) => isSelfSigned(root, NOTHING_HOLDS))

  it('carry that signature, by every implementation', () => {
    equal(known.length, pins.length)
    for (const root of known) {
      ok(isSignedBy(root, root, nodeSignatures))
      ok(isSignedBy(root, root, pureSignatures))
    }
  })

  it('are those of all vendors: each pinned key has one, and evidence brings no other', () => {
    deepEqual(known, roots)
    for (const pin of pins) ok(known.some((root) => isPinned(root, [pin])))
  })

  it('are known by all their bytes: a change of any is verified and refused', () => {
    for (const root of known) {
      for (const part of [root.tbs, root.signature]) {
        const at = part.byteOffset - root.der.byteOffset + part.length - 1
        const der = root.der.with(at, (root.der[at] as number) ^ 1)
        ok(!isSelfSigned({ ...root, der, tbs: der.subarray(4, 4 + root.tbs.length) }, NOTHING_HOLDS))
      }
    }
  })
})

describe('another root', () => {
  const root = parseCertificate(testAuthority({ subject: 'Intel SGX Root CA' }).certificate)

  it('is verified', () => {
    ok(isSelfSigned(root, nodeSignatures))
    ok(!isSelfSigned(root, NOTHING_HOLDS))
  })
})
