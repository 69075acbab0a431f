/**
 * Builds the code of a runtime: one script without imports, the same bytes from the same sources wherever they lie. It is not
 * made smaller: what stands on chain can be read. Its hash is what governance approves.
 */
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MemoryHost, writeRuntimeCode } from '@pha/runtime/interface'
import { RuntimeVersion } from '@pha/runtime/pallets'
import { build } from 'esbuild'
import { startRuntime } from './load-runtime.ts'

/** Root of the repository: paths inside the bundle are relative to it. */
const root = fileURLToPath(new URL('../../..', import.meta.url))

const ENTRY = 'runtime/src/bundle/main.ts'
/** Files of core, and what the bundle has in their place: the same functions, from the host or quicker there. */
const STAND_INS = {
  'core/src/crypto/hash.ts': 'runtime/src/bundle/hash.ts',
  'core/src/codec/allocate.ts': 'runtime/src/bundle/allocate.ts',
}

export interface BuildRuntimeParams {
  /** Another entry than the product's, which exports `runtime`: a test's own runtime. */
  readonly entry?: string
  /** Sources that others stand in for, both as paths from the root: a test's newer version. */
  readonly replaced?: Readonly<Record<string, string>>
}

let built: Promise<Uint8Array> | undefined

/** The code of the runtime of these sources, built once in a process. */
export function currentRuntimeCode(): Promise<Uint8Array> {
  built ??= buildRuntime()
  return built
}

/**
 * @throws esbuild's BuildFailure if the sources do not build; RuntimeCodeError if what they make is no runtime
 * @example
 * const code = await buildRuntime()
 */
export async function buildRuntime({ entry = ENTRY, replaced = {} }: BuildRuntimeParams = {}): Promise<Uint8Array> {
  const script = await bundleRuntime(entry, { ...replaced, ...STAND_INS })
  // The script itself says which version it is: it is asked under a placeholder first.
  const asked = startRuntime(writeRuntimeCode(UNKNOWN_VERSION, script))
  const version = RuntimeVersion.decode(asked.call(new MemoryHost(), 'Core_version', new Uint8Array()))
  return writeRuntimeCode(version, script)
}

const UNKNOWN_VERSION: RuntimeVersion = {
  specName: '',
  implName: '',
  authoringVersion: 0,
  specVersion: 0,
  implVersion: 0,
  apis: [],
  transactionVersion: 0,
  systemVersion: 0,
}

async function bundleRuntime(entry: string, replaced: Readonly<Record<string, string>>): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'runtime.js',
    bundle: true,
    write: false,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import', 'default'],
    format: 'iife',
    globalName: 'bundle',
    target: 'es2024',
    banner: { js: '((hostHashes) => {\n"use strict";' },
    footer: { js: 'return bundle\n})' },
    legalComments: 'none',
    charset: 'utf8',
    minify: false,
    sourcemap: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'stand-ins',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, async ({ path }) => {
            const standIn = replaced[relative(root, path).replaceAll(sep, '/')]
            if (standIn === undefined) return undefined
            return { contents: await readFile(join(root, standIn), 'utf8'), loader: 'ts', resolveDir: dirname(path) }
          })
        },
      },
    ],
  })
  const [script] = outputFiles
  if (script === undefined) throw new Error('esbuild made no file')
  return script.text
}
