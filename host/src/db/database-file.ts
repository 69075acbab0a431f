/** Looks at the database's file before LMDB does: LMDB ends the whole process over a file that is none of its own. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { DbError } from './db-error.ts'

/** Of lmdb.h, little-endian, behind the head of the first page. */
const MAGIC = 0xbeefc0de
const MAGIC_AT = 24
const HEAD_BYTES = MAGIC_AT + 4

/** @throws DbError `db.corrupt` if there is a file that does not begin as a database; the system's error if it cannot be read */
export function expectDatabaseFile(directory: string): void {
  const file = join(directory, 'data.mdb')
  if (!existsSync(file)) return
  const head = Buffer.alloc(HEAD_BYTES)
  const descriptor = openSync(file, 'r')
  const length = readSync(descriptor, head, 0, head.length, 0)
  closeSync(descriptor)
  // An empty file is what is left of a creation that was cut short.
  if (length === 0) return
  if (length === head.length && head.readUInt32LE(MAGIC_AT) === MAGIC) return
  throw new DbError('db.corrupt', `${file} is no database`, 'restore a copy of the base path, or remove it')
}
