/**
 * Builds an enclave: one file without imports, the same bytes from the same sources wherever they lie. Its SHA-256 is
 * the measurement that the chain allows, so a byte more here is a program that nobody has approved.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from '@pha/core/crypto'
import { type BuildResult, build } from 'esbuild'

/** Root of the repository: paths inside the bundle are relative to it. */
const root = fileURLToPath(new URL('../../..', import.meta.url))

const folders = { worker: 'enclave/src/pruntime', gatekeeper: 'enclave/src/gatekeeper' } as const

/** Two programs of each kind: one has no simulated TEE in it, the other nothing else. */
const mains = { hardware: 'main.ts', simulated: 'simulated/main.ts' } as const

export type EnclaveProgram = keyof typeof folders

export type EnclaveTee = keyof typeof mains

export interface BuildEnclaveParams {
  readonly kind: EnclaveProgram
  /** What it runs in; `hardware` unless said otherwise. */
  readonly tee?: EnclaveTee
  /** Folder that the file is written to; made if it is missing. */
  readonly outDir: string
  /** Another entry than the product's: a test's own enclave, such as one that lies. */
  readonly entry?: string
}

export interface BuiltEnclave {
  /** `<outDir>/<kind>.mjs` */
  readonly file: string
  /** SHA-256 of the file. */
  readonly measurement: Uint8Array
}

/**
 * @throws esbuild's BuildFailure if the sources do not build
 * @example
 * const { file, measurement } = await buildEnclave({ kind: 'worker', outDir: 'dist/enclaves' })
 */
export async function buildEnclave(params: BuildEnclaveParams): Promise<BuiltEnclave> {
  const { kind, outDir, tee = 'hardware', entry = entryOf(kind, tee) } = params
  const { outputFiles } = await bundleEnclave(entry)
  const [bundle] = outputFiles
  if (bundle === undefined) throw new Error('esbuild made no file')
  const file = join(outDir, `${kind}.mjs`)
  await mkdir(outDir, { recursive: true })
  await writeFile(file, bundle.contents)
  return { file, measurement: sha256(bundle.contents) }
}

export type Bundle = BuildResult<{ write: false; metafile: true }>

/** The bundle in memory, and esbuild's list of what went into it. */
export function bundleEnclave(entry: string): Promise<Bundle> {
  return build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'enclave.mjs',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    // QuickJS travels inside the file that is measured.
    loader: { '.wasm': 'binary' },
    legalComments: 'none',
    charset: 'utf8',
    minify: false,
    sourcemap: false,
    logLevel: 'silent',
    // What the environment says must not change a measured program.
    define: { 'process.env.NODE_ENV': '"production"' },
  })
}

/** Entry of the product's program of a kind. */
export function entryOf(kind: EnclaveProgram, tee: EnclaveTee): string {
  return `${folders[kind]}/${mains[tee]}`
}
