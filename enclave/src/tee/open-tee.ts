/** The TEE of this machine, found and opened: what enclaves of production networks run with. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tsmPlatform } from './configfs-tsm.ts'
import { detectTee, type Interface } from './detect.ts'
import { dstackPlatform } from './dstack.ts'
import { graminePlatform } from './gramine.ts'
import { hardwareTee } from './hardware-tee.ts'
import { nitroPlatform } from './nitro.ts'
import type { Platform } from './platform.ts'
import { nodeCalls, type SystemCalls } from './system-calls.ts'
import type { TeeDriver } from './tee-driver.ts'
import { TeeError } from './tee-error.ts'

export interface TeeFiles {
  /** The running program: one file. */
  readonly bundle: string
  /** Folder of this enclave. */
  readonly store: string
}

/** How a program finds its TEE: a build has one such function, so that no argument can choose another. */
export type OpenTee = (files: TeeFiles) => TeeDriver | Promise<TeeDriver>

/** Certificate of a SEV-SNP chip, put into the store by an operator whose hypervisor hands none on. */
const CERTIFICATE = 'vek.der'

/**
 * @throws TeeError `tee.none` on a machine without a TEE; any other if it gives no evidence
 * @example
 * const tee = await openTee({ bundle, store })
 */
export const openTee: OpenTee = async ({ store }) => {
  const calls = nodeCalls()
  const found = await detectTee(calls)
  if (found === undefined) {
    throw new TeeError('tee.none', 'this machine shows no TEE', {
      fix: 'pha doctor says what is missing; development networks use the simulated TEE: pha dev',
    })
  }
  return hardwareTee(await platformOf(found, calls, store))
}

/** The platform behind an interface that was found; `store` may have what the platform lacks. */
export function platformOf(found: Interface, calls: SystemCalls, store?: string): Platform | Promise<Platform> {
  switch (found.via) {
    case 'gramine':
      return graminePlatform({ calls })
    case 'dstack':
      return dstackPlatform({ socketPath: found.socketPath })
    case 'nitro-sidecar':
      return nitroPlatform({ socketPath: found.socketPath })
    case 'configfs-tsm':
      return tsmPlatform(found.provider, { calls, certificate: store === undefined ? undefined : certificateIn(store) })
    default:
      return found satisfies never
  }
}

function certificateIn(store: string): Uint8Array | undefined {
  const file = join(store, CERTIFICATE)
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined
}
