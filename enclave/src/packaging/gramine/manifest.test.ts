import { equal, notEqual, ok, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { utf8Encode } from '@pha/core/codec'
import { readImageLock } from '../oci/runtime-files.ts'
import { renderTemplate } from '../render-template.ts'
import { gramineManifest } from './manifest.ts'

const bundle = utf8Encode('a program')

describe("Gramine's manifest", () => {
  it('trusts the program, Node and libraries by hash, and nothing unmeasured', async () => {
    const lock = await readImageLock()
    const manifest = await gramineManifest('worker', bundle, lock)
    const hash = createHash('sha256').update(bundle).digest('hex')
    ok(manifest.includes(`{ uri = "file:worker.mjs", sha256 = "${hash}" }`))
    ok(manifest.includes(`{ uri = "file:node", sha256 = "${lock.node.sha256}" }`))
    ok(manifest.includes('uri = "file:lib/libstdc++.so.6"'))
    equal(manifest.includes('lib/libc.so.6'), false, "Gramine's own C library")
    equal(/allowed_files|insecure__|passthrough|use_host_env/.test(manifest), false)
    for (const line of ['sgx.debug = false', 'sgx.remote_attestation = "dcap"', 'sgx.file_check_policy = "strict"']) {
      ok(manifest.includes(`\n${line}\n`), line)
    }
    ok(/type = "encrypted", path = "\/store", .*key_name = "_sgx_mrenclave"/.test(manifest))
  })

  it('is the same again, and another one for another program or kind', async () => {
    const lock = await readImageLock()
    const manifest = await gramineManifest('worker', bundle, lock)
    equal(await gramineManifest('worker', bundle, lock), manifest)
    notEqual(await gramineManifest('worker', utf8Encode('another'), lock), manifest)
    notEqual(await gramineManifest('gatekeeper', bundle, lock), manifest)
  })
})

describe('a template', () => {
  it('has all its places filled, by values that it has places for', async () => {
    const name = 'dstack-compose.template.yaml'
    await rejects(renderTemplate(name, { kind: 'worker' }), { code: 'packaging.bad-template' })
    await rejects(renderTemplate(name, { kind: 'worker', image: 'x', more: '' }), { code: 'packaging.bad-template' })
  })
})
