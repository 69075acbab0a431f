/** Replacing the runtime, by code as large as it may be. */
import { concatBytes, utf8Decode, utf8Encode } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { currentRuntimeCode } from '@pha/host/runtime'
import { MAX_CODE_BYTES, writeRuntimeCode } from '@pha/runtime/chain'
import { CODE_KEY } from '@pha/runtime/frame'
import { RUNTIME_VERSION, RuntimeCall, sudo, system } from '@pha/runtime/pallets'
import type { TestChain } from '@pha/runtime/testkit'
import { alice, bob, chainOfFriends, type Prepared, put, type Scenarios } from '../scenario.ts'

const NEWLINE = 0x0a
const current = await currentRuntimeCode()
const script = utf8Decode(current.subarray(current.indexOf(NEWLINE) + 1))
const version = { ...RUNTIME_VERSION, specVersion: RUNTIME_VERSION.specVersion + 1 }

const [HEAD, FILLER, TAIL] = ['(() => {\n', '  ;(left, right) => left + right\n', `}, ${script})\n`]
const room = MAX_CODE_BYTES - writeRuntimeCode(version, HEAD + TAIL).length
/** The runtime of these sources beside code that is read and does nothing. */
const largest = writeRuntimeCode(version, HEAD + FILLER.repeat(Math.floor(room / FILLER.length) - 1) + TAIL)

/** That code, up to the bound: what tells one number from another comes last, where a comparison sees it last. */
function largestCode(number: number): Uint8Array {
  const rest = utf8Encode(`${number}\n`)
  const comment = utf8Encode(`//${' '.repeat(MAX_CODE_BYTES - largest.length - rest.length - 2)}`)
  return concatBytes(largest, comment, rest)
}

let made = 0
/** Each is another one: a node does not load the same code twice. */
function newCode(): Uint8Array {
  made++
  return largestCode(made)
}

const inForce = largestCode(0)

function chainWithCode(): TestChain {
  const chain = chainOfFriends()
  chain.host.set(CODE_KEY, inForce)
  return chain
}

function byRoot(call: Uint8Array): Prepared {
  return { chain: chainWithCode(), sender: alice, call: sudo.calls.sudo.encode({ call: RuntimeCall.decode(call) }) }
}

const { calls } = system
const LARGEST = 'the largest code, written and loaded; its rehearsal is not in it'
const ANY_HASH = { worst: 'any hash' }

export const upgradeScenarios: Pick<
  Scenarios<typeof system>,
  'setCode' | 'setCodeWithoutChecks' | 'authorizeUpgrade' | 'authorizeUpgradeWithoutChecks' | 'applyAuthorizedUpgrade'
> = {
  setCode: {
    worst: LARGEST,
    isMeasuredOnDisk: true,
    prepare: () => byRoot(calls.setCode.encode({ code: newCode() })),
  },
  setCodeWithoutChecks: {
    worst: LARGEST,
    isMeasuredOnDisk: true,
    prepare: () => byRoot(calls.setCodeWithoutChecks.encode({ code: newCode() })),
  },
  authorizeUpgrade: {
    ...ANY_HASH,
    prepare: () => byRoot(calls.authorizeUpgrade.encode({ codeHash: blake2b256(inForce) })),
  },
  authorizeUpgradeWithoutChecks: {
    ...ANY_HASH,
    prepare: () => byRoot(calls.authorizeUpgradeWithoutChecks.encode({ codeHash: blake2b256(inForce) })),
  },
  applyAuthorizedUpgrade: {
    worst: LARGEST,
    isMeasuredOnDisk: true,
    prepare() {
      const chain = chainWithCode()
      const code = newCode()
      put(chain, system.storage.authorizedUpgrade, { codeHash: blake2b256(code), checkVersion: true })
      return { chain, sender: bob, call: calls.applyAuthorizedUpgrade.encode({ code }) }
    },
  },
}
