import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Keypair, keypairFromSeed, Secret } from '../crypto/index.ts'
import { SimulatedQuote } from '../protocol/index.ts'
import { simulatedPlatformBytes, simulatedQuoteBytes, verifySimulated } from './index.ts'

const key = (byte: number): Keypair => keypairFromSeed('ed25519', Secret.from(new Uint8Array(32).fill(byte)))
const root = key(1)
const platform = key(2)
const measurement = new Uint8Array(32).fill(3)
const reportData = new Uint8Array(64).fill(4)

interface Signers {
  readonly root?: Keypair
  readonly platform?: Keypair
  readonly signer?: Keypair
  readonly debug?: boolean
}

function quoteBy(signers: Signers = {}): Uint8Array {
  const by = signers.platform ?? platform
  const quoted = { measurement, reportData, debug: signers.debug ?? false, platform: by.publicKey }
  return SimulatedQuote.encode({
    ...quoted,
    platformCertificate: (signers.root ?? root).sign(simulatedPlatformBytes(by.publicKey)),
    signature: (signers.signer ?? by).sign(simulatedQuoteBytes(quoted)),
  })
}

const trust = { root: root.publicKey }

describe('evidence of the simulated TEE', () => {
  it('gives facts, and leaves what they are worth to the policy', () => {
    deepEqual(verifySimulated(quoteBy({ debug: true }), trust), {
      ok: true,
      facts: { tee: 'Simulated', measurement, reportData, debug: true, platform: platform.publicKey },
    })
  })

  it('is refused when another root certified the platform', () => {
    deepEqual(verifySimulated(quoteBy({ root: key(9) }), trust), { ok: false, reason: 'evidence.bad-certificate' })
  })

  it('is refused when somebody else signed the quote', () => {
    deepEqual(verifySimulated(quoteBy({ signer: key(9) }), trust), { ok: false, reason: 'evidence.bad-signature' })
  })

  it('is refused when the root itself poses as a platform', () => {
    const verdict = verifySimulated(quoteBy({ platform: root }), trust)
    deepEqual(verdict, { ok: false, reason: 'evidence.bad-certificate' })
  })

  it('is refused after any change of any byte, and at every truncation', () => {
    const quote = quoteBy()
    for (let at = 0; at < quote.length; at++) {
      const changed = Uint8Array.from(quote)
      changed[at] = (changed[at] as number) ^ 1
      equal(verifySimulated(changed, trust).ok, false, `byte ${at}`)
      equal(verifySimulated(quote.subarray(0, at), trust).ok, false, `length ${at}`)
    }
  })

  it('never throws on hostile bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => !verifySimulated(bytes, trust).ok))
  })
})
