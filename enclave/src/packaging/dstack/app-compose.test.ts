import { deepEqual, equal, match } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex, utf8Decode, utf8Encode } from '@pha/core/codec'
import { appCompose, canonicalJson, composeHash } from './app-compose.ts'

const imageDigest = `sha256:${'ab'.repeat(32)}`
const params = { kind: 'worker', repository: 'registry.example/pha-worker', imageDigest, keyProvider: 'none' } as const

describe('app-compose.json', () => {
  it('names the image by its digest, lets no environment in and has no id of the machine', async () => {
    const text = utf8Decode(await appCompose(params))
    const compose = JSON.parse(text)
    match(compose.docker_compose_file, new RegExp(`image: registry.example/pha-worker@${imageDigest}\n`))
    equal(compose.docker_compose_file.includes('{{'), false)
    deepEqual([compose.allowed_envs, compose.no_instance_id], [[], true])
  })

  it('has one hash, by its bytes and by the rule of the vendor: sorted keys, no blanks', async () => {
    const file = await appCompose(params)
    deepEqual(canonicalJson(JSON.parse(utf8Decode(file))), file)
    equal(toHex(composeHash(await appCompose(params))), toHex(composeHash(file)))
  })

  it('has another hash for another image, repository or key provider', async () => {
    const hashes = await Promise.all(
      [
        params,
        { ...params, imageDigest: `sha256:${'cd'.repeat(32)}` },
        { ...params, repository: 'elsewhere' },
        { ...params, keyProvider: 'kms' } as const,
        { ...params, kind: 'gatekeeper' } as const,
      ].map(async (changed) => toHex(composeHash(await appCompose(changed)))),
    )
    equal(new Set(hashes).size, hashes.length)
  })
})

describe('the compose hash', () => {
  it("is that of the vendor's SDKs", () => {
    // Dstack-TEE/dstack, sdk/tests/compose-hash-fixture.json, server_valid_compact_manifest (Apache-2.0)
    const compose = {
      allowed_envs: [],
      docker_compose_file: 'services:\n  web:\n    image: nginx\n',
      key_provider: 'none',
      key_provider_id: '',
      manifest_version: 2,
      name: 'example',
      runner: 'docker-compose',
    }
    const expected = '0x57e019ac8ed2e7c1d1f2b1cf7f22e4d1b48222e9426007e9d6da42e424c71a33'
    equal(toHex(composeHash(canonicalJson(compose))), expected)
  })
})

describe('canonical JSON', () => {
  it('sorts keys at every depth and leaves lists as they are', () => {
    const value = { b: [3, { d: 1, c: null }, 1], a: 'é\n' }
    deepEqual(canonicalJson(value), utf8Encode('{"a":"é\\n","b":[3,{"c":null,"d":1},1]}'))
  })
})
