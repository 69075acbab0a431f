/**
 * What a dstack machine is told to run. Its guest hashes the file as it lies there (SHA-256 of `app-compose.json`) and
 * puts the hash into RTMR3; the vendor's SDKs hash the same document with sorted keys and no blanks. It is written in
 * that form, so both give one hash.
 */
import { createHash } from 'node:crypto'
import { utf8Encode } from '@pha/core/codec'
import type { EnclaveProgram } from '../../build/index.ts'
import { renderTemplate } from '../render-template.ts'

/** Who gives the machine its disk key: nobody (a new key at each boot), dstack's KMS, or an SGX enclave beside it. */
export type KeyProvider = 'none' | 'kms' | 'local'

export interface AppComposeParams {
  readonly kind: EnclaveProgram
  /** Where the machine pulls the image from, without tag or digest: `registry.example/pha-worker`. */
  readonly repository: string
  /** Of `buildImage`. */
  readonly imageDigest: string
  readonly keyProvider: KeyProvider
}

/** Bytes of `app-compose.json`. */
export async function appCompose(params: AppComposeParams): Promise<Uint8Array> {
  const { kind, repository, imageDigest, keyProvider } = params
  return canonicalJson({
    manifest_version: 2,
    name: `pha-${kind}`,
    runner: 'docker-compose',
    docker_compose_file: await renderTemplate('dstack-compose.template.yaml', {
      kind,
      image: `${repository}@${imageDigest}`,
    }),
    key_provider: keyProvider,
    key_provider_id: '',
    kms_enabled: keyProvider === 'kms',
    local_key_provider_enabled: keyProvider === 'local',
    gateway_enabled: false,
    allowed_envs: [],
    // With an id of its own in RTMR3, no two machines would have the same measurement.
    no_instance_id: true,
    public_logs: false,
    public_sysinfo: false,
    public_tcbinfo: true,
    secure_time: true,
  })
}

/** SHA-256 of the file's bytes. */
export function composeHash(file: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(file).digest())
}

/** JSON with sorted keys and without blanks. */
export function canonicalJson(value: unknown): Uint8Array {
  return utf8Encode(
    JSON.stringify(value, (_, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).toSorted(([left], [right]) => (left < right ? -1 : 1)))
        : item,
    ),
  )
}
