import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { productionRoots, pureSignatures, verifyCca, verifyNitro } from '@pha/core/attestation'
import { testCcaMachine, testNitroInstance } from '@pha/core/attestation/testing'
import { registry } from './schema.ts'
import { testEnclave } from './test-enclave.ts'
import { clockOf, HardwareChain } from './test-hardware.ts'

const arm = testCcaMachine({ name: 'arm' })
const instance = testNitroInstance()
const realm = testEnclave('realm')
const enclave = testEnclave('nitro')

const token = verifyCca(arm.attest(), [arm.anchor], { signatures: pureSignatures })
if (!token.ok) throw new Error(token.reason)
const { measurement, measurements } = token.facts

const MADE_AT = 1_700_000_000
const nitroContext = {
  now: MADE_AT,
  roots: { ...productionRoots, awsNitro: [instance.pin] },
  signatures: pureSignatures,
}
const document = verifyNitro(instance.attest({ madeAt: MADE_AT }), nitroContext)
if (!document.ok) throw new Error(document.reason)
const nitroBuild = document.facts.measurement

function start(): HardwareChain {
  return new HardwareChain({
    endowed: [realm.operator, enclave.operator],
    policy: { cca: { level: 3 }, nitro: { level: 2, maxDocumentSeconds: 300 } },
    testRoots: { awsNitro: [instance.pin] },
    builds: [
      ['Cca', measurement],
      ['Nitro', nitroBuild],
    ],
  })
}

describe('registry.register with a token of Arm CCA', () => {
  const setKey = (key: Parameters<typeof registry.calls.setAnchorKey.encode>[0]['key']) =>
    registry.calls.setAnchorKey.encode({ instance: measurements.instanceId, key })
  const key = { curve: { type: 'P384' }, point: arm.anchor.point } as const
  const register = (chain: HardwareChain) =>
    chain.register(realm, (challenge) => ({ type: 'Cca', value: arm.attest({ challenge }) }))

  it('believes a platform whose key governance named, at the level of the policy', () => {
    const chain = start()
    equal(register(chain), 'Registry.EvidenceRefused')
    equal(chain.try(realm.operator, setKey(key)), 'BadOrigin')
    equal(chain.govern(setKey(key)), true)
    equal(register(chain), 'ok')
    equal(chain.worker(realm)?.level, 3)
    deepEqual(chain.broken(), [])
  })

  it('refuses it as soon as its key is another one or none', () => {
    const chain = start()
    for (const other of [undefined, { ...key, point: testCcaMachine({ name: 'other' }).anchor.point }]) {
      equal(chain.govern(setKey(key)), true)
      equal(register(chain), 'ok')
      equal(chain.govern(setKey(other)), true)
      equal(chain.refusal(realm), 'unknown-key')
      equal(register(chain), 'Registry.EvidenceRefused')
    }
  })

  it('takes no key that is no point of its curve', () => {
    const chain = start()
    equal(chain.govern(setKey({ ...key, point: key.point.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) })), true)
    equal(register(chain), 'Registry.EvidenceRefused')
  })
})

describe('registry.register with a Nitro document', () => {
  it('believes it until the policy wants a newer one, strictly by itself (N13)', () => {
    const chain = start()
    const madeAt = clockOf(chain)
    const made = (userData: Uint8Array) => ({ type: 'Nitro', value: instance.attest({ madeAt, userData }) }) as const
    equal(chain.register(enclave, made), 'ok')
    const record = chain.worker(enclave)
    equal(record?.level, 2)
    const blocksLeft = Math.floor((madeAt + 300 - clockOf(chain)) / 3)
    equal(record?.expiresAt, chain.number + blocksLeft)
    while (clockOf(chain) <= madeAt + 300) chain.block()
    chain.block()
    equal(chain.refusal(enclave), 'evidence-too-old')
  })

  it('takes none under another root (N2)', () => {
    const chain = start()
    const other = testNitroInstance({ name: 'i-other' })
    const madeAt = clockOf(chain)
    const outcome = chain.register(enclave, (userData) => ({
      type: 'Nitro',
      value: other.attest({ madeAt, userData }),
    }))
    equal(outcome, 'Registry.EvidenceRefused')
  })
})
