/** Bundles a contract into the one script that the JavaScript executor loads. Same sources, same bytes. */
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blake2b256 } from '@pha/core/crypto'
import { limits } from '@pha/core/protocol'
import { build } from 'esbuild'

export interface ContractBundle {
  readonly code: Uint8Array
  /** H(code), what the chain and every receipt name. */
  readonly codeHash: Uint8Array
}

export class ContractBuildError extends Error {
  override readonly name = 'ContractBuildError'
  readonly code: 'build.no-contract' | 'build.too-large' | 'build.failed'

  constructor(code: ContractBuildError['code'], message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options)
    this.code = code
  }
}

/**
 * Builds the contract that `sourceFile` exports.
 * @param sourceFile path of a module that exports exactly one contract
 * @throws ContractBuildError if it does not compile, exports no contract, or is larger than the chain accepts
 * @example
 * const { code, codeHash } = await buildContract('src/contract.ts')
 */
export async function buildContract(sourceFile: string): Promise<ContractBundle> {
  const source = resolve(sourceFile)
  const code = await bundle(source)
  if (code.length > limits.code) {
    throw new ContractBuildError('build.too-large', `${code.length} bytes, the chain takes ${limits.code}`)
  }
  return { code, codeHash: blake2b256(code) }
}

async function bundle(source: string): Promise<Uint8Array> {
  const guest = resolve(dirname(fileURLToPath(import.meta.url)), 'guest.ts')
  const entry = `
    import * as exported from ${JSON.stringify(source)}
    import { serve } from ${JSON.stringify(guest)}
    const found = Object.values(exported).filter((value) => typeof value?.method === 'function' && 'interface' in value)
    if (found.length !== 1) throw new Error('build.no-contract')
    serve(found[0])`
  try {
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: dirname(source), loader: 'ts' },
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2023',
      minify: true,
      legalComments: 'none',
      charset: 'ascii',
      logLevel: 'silent',
    })
    return outputFiles[0]?.contents ?? new Uint8Array()
  } catch (cause) {
    throw new ContractBuildError('build.failed', cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
