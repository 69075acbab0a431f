/** The ways to run the runtime that are compared. */
import vm from 'node:vm'
import { utf8Decode } from '@pha/core/codec'
import { blake2b64, blake2b128, blake2b256, sha256, sha512, twox64, twox128 } from '@pha/core/crypto'
import { startRuntime } from '@pha/host/runtime'
import { runtime } from '@pha/runtime/chain'
import type { Runtime } from '@pha/runtime/frame'

export const WAYS = ['imported', 'realm', 'lockdown', 'compartment'] as const
export type Way = (typeof WAYS)[number]

const hashes = { blake2b64, blake2b128, blake2b256, sha256, sha512, twox64, twox128 }

type Bundle = (given: typeof hashes) => { readonly runtime: Runtime }

/**
 * Makes this process ready for a way and gives what loads a runtime there. Once in a process: `lockdown()` changes it for good.
 * The bundle of `lockdown` and `compartment` asks the host and hashes directly, since they share a realm; nothing is copied.
 */
export async function prepare(way: Way): Promise<(code: Uint8Array) => Runtime> {
  if (way === 'imported') return () => runtime
  if (way === 'realm') return startRuntime
  await import('ses')
  lockdown({ reporting: 'none' })
  harden(hashes)
  const evaluate = (script: string): Bundle =>
    way === 'compartment' ? new Compartment().evaluate(script) : new vm.Script(script).runInThisContext()
  return (code) => evaluate(utf8Decode(code))(hashes).runtime
}
