/** Writes `docs/tcb.md`. */
import { mkdir, writeFile } from 'node:fs/promises'
import { describeTcb } from './describe-tcb.ts'

const docs = new URL('../../../docs/', import.meta.url)
await mkdir(docs, { recursive: true })
await writeFile(new URL('tcb.md', docs), await describeTcb())
