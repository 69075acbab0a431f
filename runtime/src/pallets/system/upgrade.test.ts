import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { utf8Encode } from '@pha/core/codec'
import { blake2b256, deriveDevAccount } from '@pha/core/crypto'
import fc from 'fast-check'
import { TestChain } from '../../chain/test-chain.ts'
import type { AnyCall } from '../../frame/declare.ts'
import { CODE_KEY } from '../../frame/host-interface.ts'
import { sudo } from '../sudo/schema.ts'
import { MAX_CODE_BYTES } from './limits.ts'
import { readRuntimeCode, writeRuntimeCode } from './runtime-code.ts'
import { system } from './schema.ts'
import { RUNTIME_VERSION } from './version.ts'

const alice = deriveDevAccount('//Alice')
const bob = deriveDevAccount('//Bob')
const SCRIPT = '((host) => ({ runtime: {} }))'
const next = { ...RUNTIME_VERSION, specVersion: RUNTIME_VERSION.specVersion + 1 }
const withKey = () => new TestChain({ endowed: [alice, bob], sudo: { key: alice.accountId } })
const systemCall = (type: string, value: unknown): AnyCall => ({ type: 'System', value: { type, value } })
const asRoot = (type: string, value: unknown) => sudo.calls.sudo.encode({ call: systemCall(type, value) })

/** Makes a call as root and tells the name of its error, or `ok`. */
function root(chain: TestChain, type: string, value: unknown): string {
  deepEqual(chain.block([alice, asRoot(type, value)]), ['ok'])
  const [{ sudoResult }] = chain.events('Sudo', 'Sudid') as [{ sudoResult: { ok: boolean; error: unknown } }]
  if (sudoResult.ok) return 'ok'
  const { type: kind, value: error } = sudoResult.error as { type: string; value: { error: Uint8Array } }
  const index = error?.error[0]
  return Object.values(system.errors).find((candidate) => candidate.index === index)?.name ?? kind
}

describe('the code of a runtime', () => {
  it('tells its version in the first line, whatever follows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (script, specVersion) => {
        const version = { ...RUNTIME_VERSION, specVersion }
        deepEqual(readRuntimeCode(writeRuntimeCode(version, script)), version)
      }),
    )
  })

  it('is none without that line, with another host interface, or above its bound', () => {
    const code = writeRuntimeCode(next, SCRIPT)
    for (let end = 0; end < code.indexOf(10); end++) equal(readRuntimeCode(code.subarray(0, end)), undefined)
    for (const text of [
      '',
      '\n',
      '// phala-runtime 1 \n',
      '// phala-runtime 1 0x00\n',
      '// phala-runtime 2 0x00\n',
      SCRIPT,
    ]) {
      equal(readRuntimeCode(utf8Encode(text)), undefined)
    }
    equal(readRuntimeCode(utf8Encode(`// phala-runtime 1 0x${'00'.repeat(3_000)}\n`)), undefined)
    const padding = MAX_CODE_BYTES - writeRuntimeCode(next, '').length
    ok(readRuntimeCode(writeRuntimeCode(next, ' '.repeat(padding))) !== undefined)
    equal(readRuntimeCode(writeRuntimeCode(next, ' '.repeat(padding + 1))), undefined)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readRuntimeCode(bytes) === undefined))
  })
})

describe('an upgrade', () => {
  it('replaces what stands under :code, and says so', () => {
    const chain = withKey()
    const code = writeRuntimeCode(next, SCRIPT)
    equal(root(chain, 'setCode', { code }), 'ok')
    deepEqual(chain.host.get(CODE_KEY), code)
    deepEqual(chain.events('System', 'CodeUpdated'), [{}])
  })

  it('is refused to everyone but root', () => {
    const chain = withKey()
    const code = writeRuntimeCode(next, SCRIPT)
    const calls = [
      system.calls.setCode.encode({ code }),
      system.calls.setCodeWithoutChecks.encode({ code }),
      system.calls.authorizeUpgrade.encode({ codeHash: blake2b256(code) }),
      system.calls.authorizeUpgradeWithoutChecks.encode({ codeHash: blake2b256(code) }),
    ]
    for (const call of calls) deepEqual(chain.block([alice, call]), ['BadOrigin'])
    deepEqual(chain.block([bob, system.calls.applyAuthorizedUpgrade.encode({ code })]), ['System.NothingAuthorized'])
    equal(chain.host.get(CODE_KEY), undefined)
  })

  it('is refused, without effect, if the new runtime has another name, is not newer, or does not say', () => {
    const chain = withKey()
    const other = { ...next, specName: 'other' }
    const cases = [
      [{ code: writeRuntimeCode(other, SCRIPT) }, 'InvalidSpecName'],
      [{ code: writeRuntimeCode(RUNTIME_VERSION, SCRIPT) }, 'SpecVersionNeedsToIncrease'],
      [{ code: writeRuntimeCode({ ...next, specVersion: 0 }, SCRIPT) }, 'SpecVersionNeedsToIncrease'],
      [{ code: utf8Encode(SCRIPT) }, 'FailedToExtractRuntimeVersion'],
      [{ code: new Uint8Array() }, 'FailedToExtractRuntimeVersion'],
    ] as const
    for (const [value, error] of cases) equal(root(chain, 'setCode', value), error)
    equal(chain.host.get(CODE_KEY), undefined)
    deepEqual(chain.events('System', 'CodeUpdated'), [])
  })

  it('may go back or sideways without checks, but never to the code that is in force', () => {
    const chain = withKey()
    const code = writeRuntimeCode({ ...RUNTIME_VERSION, specVersion: 0 }, SCRIPT)
    equal(root(chain, 'setCodeWithoutChecks', { code }), 'ok')
    deepEqual(chain.host.get(CODE_KEY), code)
    equal(root(chain, 'setCodeWithoutChecks', { code }), 'CodeUnchanged')
    equal(root(chain, 'setCodeWithoutChecks', { code: utf8Encode(SCRIPT) }), 'FailedToExtractRuntimeVersion')
  })

  it('may be sent by anyone once root authorized its hash, once', () => {
    const chain = withKey()
    const code = writeRuntimeCode(next, SCRIPT)
    const apply = (bytes: Uint8Array) => system.calls.applyAuthorizedUpgrade.encode({ code: bytes })
    equal(root(chain, 'authorizeUpgrade', { codeHash: blake2b256(code) }), 'ok')
    deepEqual(chain.events('System', 'UpgradeAuthorized'), [{ codeHash: blake2b256(code), checkVersion: true }])
    deepEqual(chain.block([bob, apply(writeRuntimeCode(next, `${SCRIPT} `))]), ['System.Unauthorized'])
    deepEqual(chain.block([bob, apply(code)]), ['ok'])
    deepEqual(chain.host.get(CODE_KEY), code)
    deepEqual(chain.block([bob, apply(code)]), ['System.NothingAuthorized'])

    const old = writeRuntimeCode({ ...RUNTIME_VERSION, specVersion: 0 }, SCRIPT)
    equal(root(chain, 'authorizeUpgrade', { codeHash: blake2b256(old) }), 'ok')
    deepEqual(chain.block([bob, apply(old)]), ['System.SpecVersionNeedsToIncrease'])
    equal(root(chain, 'authorizeUpgradeWithoutChecks', { codeHash: blake2b256(old) }), 'ok')
    deepEqual(chain.block([bob, apply(old)]), ['ok'])
    deepEqual(chain.host.get(CODE_KEY), old)
  })
})
