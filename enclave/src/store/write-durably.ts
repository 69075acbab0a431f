/** Replaces a file so that after a crash it is either the old one or the new one, whole. */
import { closeSync, constants, openSync, renameSync, writeSync } from 'node:fs'

/** Each write returns when it is on disk: Node's permission model, under which enclaves run, offers no fsync. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_SYNC

/** Readable by the owner of the process only. */
const MODE = 0o600

/**
 * Writes beside the file, then renames over it.
 * @example
 * writeDurably(join(store, 'platform.seed'), randomBytes(32))
 */
export function writeDurably(file: string, bytes: Uint8Array): void {
  const next = `${file}.next`
  const descriptor = openSync(next, FLAGS, MODE)
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written)
  } finally {
    closeSync(descriptor)
  }
  renameSync(next, file)
}
