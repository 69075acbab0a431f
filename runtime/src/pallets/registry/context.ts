/** What the parts of this pallet work with. */
import type { PalletBody, PalletContext } from '../../frame/implement.ts'
import { systemLogic } from '../system/logic.ts'
import { timestampLogic } from '../timestamp/logic.ts'
import type { registry } from './schema.ts'

export const dependencies = { system: systemLogic, timestamp: timestampLogic }

export type RegistryContext = PalletContext<typeof registry, typeof dependencies>

export type RegistryCalls = PalletBody<typeof registry, unknown>['calls']

/** Seconds since 1970, as the author of the newest block said. */
export function secondsNow({ deps }: RegistryContext): number {
  return Number(deps.timestamp.now() / 1_000n)
}
