import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, it } from 'node:test'
import { registry } from '@pha/runtime/pallets'
import { type BuiltEnclave, buildEnclave } from '../../build/index.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { bytesOf } from '../../testing/test-chain.ts'
import { TestHost } from '../../testing/test-host.ts'
import { TestSettlement } from '../../testing/test-settlement.ts'
import { buildImage, type RuntimeFile } from './image.ts'
import { type ImageLock, readImageLock, runtimeFiles } from './runtime-files.ts'

const bundle = bytesOf('a program')

/** Three small files in the places of Node and two libraries. */
function smallRuntime(): readonly RuntimeFile[] {
  const folder = temporaryFolder()
  return ['/pha/node', '/lib64/ld.so', '/lib/x86_64-linux-gnu/libc.so'].map((path) => {
    const file = join(folder, basename(path))
    writeFileSync(file, path)
    return { path, file, size: path.length }
  })
}

interface Described {
  readonly digest: string
  readonly size: number
}

function blob({ digest, size }: Described, image: string): Buffer {
  const bytes = readFileSync(join(image, 'blobs/sha256', digest.slice('sha256:'.length)))
  equal(`sha256:${createHash('sha256').update(bytes).digest('hex')}`, digest)
  equal(bytes.length, size)
  return bytes
}

function readImage(image: string) {
  const index: { manifests: Described[] } = JSON.parse(readFileSync(join(image, 'index.json'), 'utf8'))
  const [named] = index.manifests
  ok(named)
  const manifest: { config: Described; layers: Described[] } = JSON.parse(blob(named, image).toString())
  const config = JSON.parse(blob(manifest.config, image).toString())
  return { named, config, layers: manifest.layers.map((layer) => ({ ...layer, bytes: blob(layer, image) })) }
}

describe('an image', () => {
  it('is an image layout: each blob has the hash and size that name it, and the layers are as the configuration says', async () => {
    const outDir = join(temporaryFolder(), 'image')
    const digest = await buildImage({ kind: 'worker', bundle, runtime: smallRuntime(), outDir })
    const { named, config, layers } = readImage(outDir)
    equal(named.digest, digest)
    deepEqual(JSON.parse(readFileSync(join(outDir, 'oci-layout'), 'utf8')), { imageLayoutVersion: '1.0.0' })
    deepEqual(
      config.rootfs.diff_ids,
      layers.map((layer) => layer.digest),
    )
    equal(readdirSync(join(outDir, 'blobs/sha256')).length, 4)
    equal(JSON.stringify(config).includes('Env'), false)
  })

  it('is measured without being written, and built again in the place of an older one', async () => {
    const outDir = join(temporaryFolder(), 'image')
    const params = { kind: 'worker', bundle, runtime: smallRuntime() } as const
    await buildImage({ ...params, bundle: bytesOf('an older program'), outDir })
    const digest = await buildImage({ ...params, outDir })
    equal(await buildImage(params), digest)
    equal(readImage(outDir).named.digest, digest)
    equal(readdirSync(join(outDir, 'blobs/sha256')).length, 4)
  })

  it('is another one for another program, kind or library', async () => {
    const runtime = smallRuntime()
    const params = { kind: 'worker', bundle, runtime } as const
    const [node, ...libraries] = runtime
    ok(node)
    const digests = await Promise.all([
      buildImage(params),
      buildImage({ ...params, bundle: bytesOf('another program') }),
      buildImage({ ...params, kind: 'gatekeeper' }),
      buildImage({ ...params, runtime: libraries }),
    ])
    equal(new Set(digests).size, 4)
  })
})

describe("Node's files of an image", () => {
  it('are refused if one is not the one of its package', async () => {
    const lock = await readImageLock()
    const node = join(temporaryFolder(), 'node')
    writeFileSync(node, 'another program')
    await rejects(runtimeFiles(lock, { node }), { code: 'packaging.file-differs', message: /is not the one of node@/ })
    await rejects(runtimeFiles(lock, { libraries: temporaryFolder() }), { code: 'packaging.no-file' })
  })

  it('are the Node that the sources run on', async () => {
    const { node } = await readImageLock()
    equal(node.package, `node@${process.versions.node}`)
  })
})

/** The lock file's paths, with the hashes of what this machine has: the test is of the image, not of the machine. */
async function lockOfThisMachine(): Promise<ImageLock> {
  const { node, libraries } = await readImageLock()
  const hashed = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')
  return {
    node,
    libraries: libraries.map((file) => ({ ...file, sha256: hashed(file.path) })),
  }
}

function unpacked(image: string): string {
  const root = join(temporaryFolder(), 'root')
  mkdirSync(root)
  for (const { bytes } of readImage(image).layers) {
    execFileSync('tar', ['-xpf', '-', '--no-same-owner', '-C', root], { input: bytes, maxBuffer: 1 << 20 })
  }
  return root
}

describe('a container of the image', () => {
  it('holds all that the enclave needs: with its loader and libraries alone it starts and registers', async (test) => {
    if (!existsSync('/lib/x86_64-linux-gnu/libc.so.6')) return test.skip('needs Debian or a child of it, on x86-64')
    const built: BuiltEnclave = await buildEnclave({ kind: 'worker', tee: 'simulated', outDir: temporaryFolder() })
    const outDir = join(temporaryFolder(), 'image')
    const runtime = await runtimeFiles(await lockOfThisMachine())
    await buildImage({ kind: 'worker', bundle: new Uint8Array(readFileSync(built.file)), runtime, outDir })
    const root = unpacked(outDir)

    const settlement = new TestSettlement()
    settlement.allow(built.measurement, 'Worker')
    const [program = '', ...args] = readImage(outDir).config.config.Entrypoint as string[]
    const inRoot = args.map((arg) => arg.replace(/(?<==|^)\/(?=pha|store)/, `${root}/`))
    const loader = join(root, 'lib64/ld-linux-x86-64.so.2')
    const loaded = ['--library-path', join(root, 'lib/x86_64-linux-gnu'), join(root, program)]
    const libraries = execFileSync(loader, ['--list', ...loaded], { env: {}, encoding: 'utf8' })
    const outside = [...libraries.matchAll(/=> (\S+)/g)].filter(([, path]) => !path?.startsWith(root))
    deepEqual(outside, [], 'libraries of the machine')
    const child = spawn(loader, [...loaded, ...inRoot], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] })
    const host = new TestHost(child.stdout, child.stdin, settlement.host())
    const { genesisHeader, genesisProof } = settlement.chain
    const start = { operator: bytesOf('operator'), genesisHeader, genesisProof }
    const { identity, measurement } = await host.request({ type: 'Start', value: start })
    deepEqual(measurement, built.measurement)
    for (let i = 0; i < 50 && !(await host.request({ type: 'Status' })).registered; i++) {
      await host.request({ type: 'Finalised', value: settlement.seal() })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    deepEqual(settlement.chain.get(registry.storage.workers, identity)?.measurement, built.measurement)
    child.stdin.end()
    deepEqual(await once(child, 'exit'), [0, null])
  })
})
