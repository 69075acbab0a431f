/**
 * Replacing the runtime. Here it is only asked what everyone can check without running the new code; whether it runs at
 * all is each node's question, before it lets the extrinsic into a block (docs/adr/0010-runtime-on-chain.md).
 */
import { equalBytes } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import type { Logics, PalletBody, PalletContext } from '../../frame/implement.ts'
import { readRuntimeCode } from './runtime-code.ts'
import type { system } from './schema.ts'
import { RUNTIME_VERSION } from './version.ts'

type Calls = PalletBody<typeof system, unknown>['calls']
type UpgradeCalls = Pick<
  Calls,
  'setCode' | 'setCodeWithoutChecks' | 'authorizeUpgrade' | 'authorizeUpgradeWithoutChecks' | 'applyAuthorizedUpgrade'
>

export function upgradeCalls({ storage, events, errors, env }: PalletContext<typeof system, Logics>): UpgradeCalls {
  function replace(code: Uint8Array, checkVersion: boolean): void {
    if (!env.inExtrinsic()) throw errors.UpgradeOutsideExtrinsic()
    const version = readRuntimeCode(code)
    if (version === undefined) throw errors.FailedToExtractRuntimeVersion()
    if (checkVersion) {
      if (version.specName !== RUNTIME_VERSION.specName) throw errors.InvalidSpecName(version.specName)
      if (version.specVersion <= RUNTIME_VERSION.specVersion) throw errors.SpecVersionNeedsToIncrease()
    }
    if (env.isCode(code)) throw errors.CodeUnchanged()
    env.replaceCode(code)
    events.CodeUpdated({})
  }

  function authorize(codeHash: Uint8Array, checkVersion: boolean): void {
    storage.authorizedUpgrade.set({ codeHash, checkVersion })
    events.UpgradeAuthorized({ codeHash, checkVersion })
  }

  return {
    setCode: (_, { code }) => replace(code, true),
    setCodeWithoutChecks: (_, { code }) => replace(code, false),
    authorizeUpgrade: (_, { codeHash }) => authorize(codeHash, true),
    authorizeUpgradeWithoutChecks: (_, { codeHash }) => authorize(codeHash, false),
    applyAuthorizedUpgrade(_, { code }) {
      const authorized = storage.authorizedUpgrade.get()
      if (authorized === undefined) throw errors.NothingAuthorized()
      if (!equalBytes(blake2b256(code), authorized.codeHash)) throw errors.Unauthorized()
      replace(code, authorized.checkVersion)
      storage.authorizedUpgrade.remove()
    },
  }
}
