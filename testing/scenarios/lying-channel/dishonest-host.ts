/** A worker's host that tells lies, from the test that makes it tell them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LieName } from './lies.ts'

export interface DishonestHost {
  /** For `enclaveCommand` of the worker's host. */
  readonly command: readonly string[]
  /** From now on. */
  tell(lie: LieName): void
  /** Whether the enclave has got the lie that is told now. */
  wasTold(): boolean
  /** Whether its enclave has logged this code since it got the lie that is told now. */
  noticed(code: string): boolean
}

/** @param folder an empty one, for the lie and the log */
export function dishonestHost(folder: string): DishonestHost {
  let present: LieName = 'tells the truth'
  let from = 0
  const log = (): string => readFileSync(join(folder, 'log.txt'), 'utf8')

  function tell(lie: LieName): void {
    present = lie
    from = log().length
    writeFileSync(join(folder, 'lie'), lie)
  }
  /** The log since the enclave got the present lie; `undefined` until then. */
  function since(): string | undefined {
    const text = log().slice(from)
    const start = text.indexOf(JSON.stringify({ told: present }))
    return start < 0 ? undefined : text.slice(start)
  }

  writeFileSync(join(folder, 'log.txt'), '')
  tell('tells the truth')
  return {
    command: [process.execPath, fileURLToPath(new URL('main.ts', import.meta.url)), folder],
    tell,
    wasTold: () => since() !== undefined,
    noticed: (code) => since()?.includes(`"code":${JSON.stringify(code)}`) === true,
  }
}
