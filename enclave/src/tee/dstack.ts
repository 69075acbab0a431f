/**
 * TDX through the guest agent of dstack (Dstack-TEE/dstack, guest-agent/rpc/proto/agent_rpc.proto), where containers
 * don't see the kernel's own interface.
 */
import { fromHex, utf8Decode } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import { contexts, limits } from '@pha/core/protocol'
import { type Agent, askAgent, type JsonObject } from './ask-agent.ts'
import type { Platform } from './platform.ts'
import { TeeError } from './tee-error.ts'

/** In the order in which they are tried. */
export const DSTACK_SOCKETS = [
  '/var/run/dstack.sock',
  '/run/dstack.sock',
  '/var/run/dstack/dstack.sock',
  '/run/dstack/dstack.sock',
] as const

const KEY_BYTES = 32

/**
 * @throws TeeError
 * @example
 * const platform = await dstackPlatform({ socketPath: '/var/run/dstack.sock' })
 */
export async function dstackPlatform(agent: Agent): Promise<Platform> {
  return {
    kind: 'Tdx',
    sealingSecret: await sealingSecret(agent),
    async evidence(reportData) {
      const answer = await askAgent(agent, '/GetQuote', { report_data: hexOf(reportData) })
      return { type: 'Tdx', value: bytesOf(answer, 'quote', limits.evidence) }
    },
  }
}

/**
 * The app's key, if it follows the program. The key of a KMS follows the app's identifier instead, and the app's owner,
 * from whom we keep secrets, may let another program take that identifier (docs/adr/0019-sealing-keys.md).
 */
async function sealingSecret(agent: Agent): Promise<Secret | undefined> {
  if (keyProviderOf(await askAgent(agent, '/Info', {})) !== 'local-sgx') return undefined
  const answer = await askAgent(agent, '/GetKey', { path: contexts.teeSealing, purpose: 'sealing' })
  const key = bytesOf(answer, 'key', KEY_BYTES)
  if (key.length !== KEY_BYTES) throw new TeeError('tee.malformed', `key of ${key.length} bytes`)
  const secret = Secret.from(key)
  key.fill(0)
  return secret
}

/** `key_provider_info` is hexadecimal text of JSON `{"name", "id"}`: none, local-sgx, tpm or kms. */
function keyProviderOf(info: JsonObject): string | undefined {
  try {
    const { name } = JSON.parse(utf8Decode(bytesOf(info, 'key_provider_info', 4_096))) as { readonly name?: unknown }
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}

/** Agents write bytes as hexadecimal text without 0x. */
function bytesOf(answer: JsonObject, field: string, bound: number): Uint8Array {
  const text = answer[field]
  if (typeof text !== 'string' || !/^(?:[0-9a-fA-F]{2})+$/.test(text)) {
    throw new TeeError('tee.malformed', `${field} is not hexadecimal text`)
  }
  if (text.length > 2 * bound) throw new TeeError('tee.oversize', `${field} has more than ${bound} bytes`)
  return fromHex(`0x${text}`)
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
