/**
 * What stands under `:code`: one script whose first line tells which runtime it is, so that this can be known without running
 * it. Substrate keeps the same in a section of the WebAssembly file (`runtime_version`).
 */
import { CodecError, fromHex, toHex, utf8Decode, utf8Encode } from '@pha/core/codec'
import { HOST_INTERFACE } from '../../frame/host-interface.ts'
import { MAX_CODE_BYTES } from './limits.ts'
import { RuntimeVersion } from './version.ts'

const TITLE = `// phala-runtime ${HOST_INTERFACE} `
/** Longer than any version: the names in it are short. */
const MAX_TITLE_BYTES = 2_048
const NEWLINE = 0x0a

/**
 * The code of a runtime: the script after the line that names it.
 * @example
 * const code = writeRuntimeCode(version, script)
 * readRuntimeCode(code)?.specVersion
 */
export function writeRuntimeCode(version: RuntimeVersion, script: string): Uint8Array {
  return utf8Encode(`${TITLE}${toHex(RuntimeVersion.encode(version))}\n${script}`)
}

/** The version that the first line tells; `undefined` if this is no runtime that this host interface can run. */
export function readRuntimeCode(code: Uint8Array): RuntimeVersion | undefined {
  if (code.length > MAX_CODE_BYTES) return undefined
  const end = code.subarray(0, MAX_TITLE_BYTES).indexOf(NEWLINE)
  if (end < 0) return undefined
  try {
    const title = utf8Decode(code.subarray(0, end))
    return title.startsWith(TITLE) ? RuntimeVersion.decode(fromHex(title.slice(TITLE.length))) : undefined
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}
