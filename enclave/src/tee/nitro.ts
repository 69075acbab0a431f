/** AWS Nitro Enclaves, through a sidecar in the same image: the module's device answers to ioctl only (docs/nitro-sidecar.md). */
import { createConnection, type Socket } from 'node:net'
import { type Evidence, encodeFrame } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { codeOf } from '../log.ts'
import type { Agent } from './ask-agent.ts'
import { teeLimits } from './limits.ts'
import { NitroRequest, NitroResponse } from './nitro-protocol.ts'
import type { Platform } from './platform.ts'
import { TeeError } from './tee-error.ts'

export const NITRO_SOCKET = '/run/pha/nsm.sock'

/**
 * @example
 * const platform = nitroPlatform({ socketPath: NITRO_SOCKET })
 */
export function nitroPlatform(sidecar: Agent): Platform {
  return {
    kind: 'Nitro',
    sealingSecret: undefined,
    async evidence(reportData): Promise<Evidence> {
      const none = new Uint8Array()
      const request = { type: 'Attest', value: { userData: reportData, nonce: none, publicKey: none } } as const
      const answer = tryDecode(NitroResponse, await ask(sidecar, NitroRequest.encode(request)))
      if (!answer.ok) throw new TeeError('tee.malformed', answer.reason)
      if (answer.value.type === 'Refused') throw new TeeError('tee.refused', answer.value.value.code)
      return { type: 'Nitro', value: answer.value.value }
    },
  }
}

async function ask({ socketPath, timeoutMs = teeLimits.agentMs }: Agent, question: Uint8Array): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(timeoutMs)
  const socket = createConnection({ path: socketPath, signal })
  try {
    socket.write(encodeFrame(question))
    return await oneFrame(socket)
  } catch (cause) {
    if (signal.aborted) throw new TeeError('tee.timeout', `no answer within ${timeoutMs} ms`, { cause })
    if (cause instanceof TeeError) throw cause
    throw new TeeError('tee.failed', codeOf(cause), { cause })
  } finally {
    socket.destroy()
  }
}

/** Length and body, and nothing after them; the length is looked at before the body is waited for. */
async function oneFrame(socket: Socket): Promise<Uint8Array> {
  let received = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    received = Buffer.concat([received, chunk])
    if (received.length < 4) continue
    const length = received.readUInt32LE(0)
    if (length > teeLimits.sidecarAnswer) throw new TeeError('tee.oversize', `answer of ${length} bytes`)
    if (received.length > 4 + length) throw new TeeError('tee.malformed', 'more than one answer')
    if (received.length === 4 + length) return new Uint8Array(received.subarray(4))
  }
  throw new TeeError('tee.malformed', 'the connection ended inside the answer')
}
