/** Seeds of operators and authorities on disk: 32 bytes as `0x` and hexadecimal digits, readable by their owner only. */
import { randomUUID } from 'node:crypto'
import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fromHex, toHex } from '@pha/core/codec'
import { type RandomBytes, Secret } from '@pha/core/crypto'
import { KeyFileError } from './key-file-error.ts'

const SEED_BYTES = 32
/** `0x`, 64 digits and a line break; one more byte tells a longer file from a right one. */
const MOST_BYTES = 2 + 2 * SEED_BYTES + 2
const KEY_TEXT = /^0x[0-9a-f]{64}\r?\n?$/
const OTHERS = 0o077

/**
 * Reads the seed in a key file.
 *
 * @throws KeyFileError `keys.unreadable`, `keys.open-to-others`, `keys.malformed`
 * @example
 * const operator = keypairFromSeed('sr25519', await readKeyFile('/etc/pha/operator.key'))
 */
export async function readKeyFile(path: string): Promise<Secret> {
  const { mode, bytes } = await readBounded(path)
  if ((mode & OTHERS) !== 0) {
    throw new KeyFileError('keys.open-to-others', `${path} can be used by other users`, `chmod 600 ${path}`)
  }
  const text = Buffer.from(bytes).toString('latin1')
  bytes.fill(0)
  if (!KEY_TEXT.test(text)) {
    throw new KeyFileError(
      'keys.malformed',
      `${path} does not hold 0x and 64 lower-case hexadecimal digits`,
      'restore the file from its backup, or remove it to let a new key be made',
    )
  }
  const seed = fromHex(text.trim())
  const secret = Secret.from(seed)
  seed.fill(0)
  return secret
}

/**
 * Reads the seed in a key file, which is made first if there is none. A crash leaves no half a key, and of two
 * processes that make one at once both get the same.
 *
 * @param random randomness fit for keys
 * @throws KeyFileError as `readKeyFile` does; the file system's error when the file cannot be made
 * @example
 * const seed = await readOrCreateKeyFile(join(dataDir, 'operator.key'), randomBytes)
 */
export async function readOrCreateKeyFile(path: string, random: RandomBytes): Promise<Secret> {
  try {
    return await readKeyFile(path)
  } catch (error) {
    if (!(error instanceof KeyFileError && error.code === 'keys.unreadable' && isMissing(error.cause))) throw error
  }
  await createKeyFile(path, random)
  return readKeyFile(path)
}

/** Writes beside and links into place: unlike a rename, a link fails when another process was faster. */
async function createKeyFile(path: string, random: RandomBytes): Promise<void> {
  const beside = `${path}.${randomUUID()}.new`
  const file = await open(beside, 'wx', 0o600)
  try {
    const seed = random(SEED_BYTES)
    await file.writeFile(`${toHex(seed)}\n`)
    seed.fill(0)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(beside, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(beside, { force: true })
  }
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}

async function readBounded(path: string): Promise<{ readonly mode: number; readonly bytes: Uint8Array }> {
  try {
    const file = await open(path, 'r')
    try {
      const { mode } = await file.stat()
      const buffer = Buffer.alloc(MOST_BYTES)
      const { bytesRead } = await file.read(buffer, 0, MOST_BYTES, 0)
      return { mode, bytes: buffer.subarray(0, bytesRead) }
    } finally {
      await file.close()
    }
  } catch (cause) {
    const error = new KeyFileError('keys.unreadable', `${path} cannot be read`, 'give the path of an existing key file')
    error.cause = cause
    throw error
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}
