/**
 * Which TEE this machine is, by what its platform shows. An environment variable is never asked: whoever starts the
 * program sets it.
 */
import { codeOf } from '../log.ts'
import { TSM_KINDS, type TsmProvider } from './configfs-tsm.ts'
import { DSTACK_SOCKETS } from './dstack.ts'
import { GRAMINE_FOLDER } from './gramine.ts'
import { NITRO_SOCKET } from './nitro.ts'
import type { Sleep } from './retry-busy.ts'
import type { SystemCalls } from './system-calls.ts'
import { TeeError } from './tee-error.ts'
import { TSM_FOLDER, type TsmParts, tsmProvider } from './tsm-report.ts'

export type Interface =
  | { readonly via: 'gramine' }
  | { readonly via: 'dstack'; readonly socketPath: string }
  | { readonly via: 'nitro-sidecar'; readonly socketPath: string }
  | { readonly via: 'configfs-tsm'; readonly provider: TsmProvider }

/**
 * The interface to ask for evidence; `undefined` where there is none.
 *
 * An agent comes before the kernel that it stands on: it offers what the kernel does, and sometimes a sealing key.
 *
 * @throws TeeError if the kernel's interface is there and can't be used
 * @example
 * const found = await detectTee(nodeCalls())
 */
export async function detectTee(calls: SystemCalls, pause?: Sleep): Promise<Interface | undefined> {
  if (calls.exists(`${GRAMINE_FOLDER}/attestation_type`)) return { via: 'gramine' }
  const dstack = DSTACK_SOCKETS.find((path) => calls.exists(path))
  if (dstack !== undefined) return { via: 'dstack', socketPath: calls.socketPath(dstack) }
  if (calls.exists(NITRO_SOCKET)) return { via: 'nitro-sidecar', socketPath: calls.socketPath(NITRO_SOCKET) }
  const provider = await providerOf({ calls, ...(pause && { pause }) })
  return provider === undefined ? undefined : { via: 'configfs-tsm', provider }
}

async function providerOf(parts: TsmParts): Promise<TsmProvider | undefined> {
  if (!parts.calls.exists(TSM_FOLDER)) return undefined
  try {
    const name = await tsmProvider(parts)
    return isKnown(name) ? name : undefined
  } catch (error) {
    // ENXIO: no guest of a TEE, or its driver is not loaded.
    if (error instanceof TeeError && codeOf(error.cause) === 'ENXIO') return undefined
    throw error
  }
}

function isKnown(name: string): name is TsmProvider {
  return Object.hasOwn(TSM_KINDS, name)
}
