import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CodecError } from '../codec/index.ts'
import { nodeSignatures } from './node/index.ts'
import { productionRoots } from './production-roots.ts'
import { refuse, verdictOf } from './refusal.ts'
import { testIntel } from './testing/index.ts'
import { verify } from './verify.ts'

describe('what ends a verification', () => {
  it('is a refusal with its reason, or bytes that do not decode', () => {
    deepEqual(
      verdictOf(() => refuse('cert-expired')),
      { ok: false, reason: 'cert-expired' },
    )
    const undecodable = () => {
      throw new CodecError('codec.unexpected-end')
    }
    deepEqual(verdictOf(undecodable), { ok: false, reason: 'malformed' })
  })

  it('is a fault of the verifier where no check foresaw it, and refuses all the same', () => {
    const fault = new TypeError('cannot read properties of undefined')
    const unforeseen = () => {
      throw fault
    }
    const intel = testIntel()
    const dcap = intel.collateral('Sgx')
    const quote = intel.platform().sgxQuote()
    const roots = { ...productionRoots, intel: [intel.pin] }
    const signatures = { ...nodeSignatures, ecdsa: unforeseen }
    const options = { now: 1_760_000_000, roots, signatures }
    const verdict = verify({ type: 'Sgx', quote }, { type: 'Dcap', dcap }, options)
    deepEqual(verdict, { ok: false, reason: 'malformed', fault })
    equal(!verdict.ok && verdict.fault, fault)
  })
})
