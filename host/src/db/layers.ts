/** All tables with the writes over them that LMDB does not have yet. */
import { LayeredTable } from './layered-table.ts'
import type { TableName, Tables, Write } from './tables.ts'

export type LayeredTables = { readonly [N in TableName]: LayeredTable }

interface Amount {
  readonly blocks: number
  readonly bytes: number
}

const NOTHING: Amount = { blocks: 0, bytes: 0 }

/** Blocks that readers see and LMDB does not have: those that came last, and those on their way. */
export class Layers {
  readonly tables: LayeredTables
  #newest = NOTHING
  #leaving = NOTHING

  constructor(tables: Tables) {
    const layered = Object.entries(tables).map(([name, table]) => [name, new LayeredTable(table)] as const)
    this.tables = Object.fromEntries(layered) as unknown as LayeredTables
  }

  /** What nobody has begun to hand over. */
  get newest(): Amount {
    return this.#newest
  }

  get all(): Amount {
    return sum(this.#newest, this.#leaving)
  }

  /** Adds a block; the arrays of `writes` belong to the layers from then on. */
  add(writes: readonly Write[]): void {
    let bytes = 0
    for (const write of writes) {
      const [table, key, value] = write
      this.tables[table].set(write)
      bytes += key.length + (value?.length ?? 0)
    }
    this.#newest = sum(this.#newest, { blocks: 1, bytes })
  }

  /** The newest writes, the last of each key, which go into LMDB now; only once all before have been dropped. */
  hand(): Write[] {
    this.#leaving = this.#newest
    this.#newest = NOTHING
    return Object.values(this.tables).flatMap((table) => [...table.hand()])
  }

  /** LMDB has what was handed over. */
  drop(): void {
    this.#leaving = NOTHING
    for (const table of Object.values(this.tables)) table.drop()
  }
}

function sum(a: Amount, b: Amount): Amount {
  return { blocks: a.blocks + b.blocks, bytes: a.bytes + b.bytes }
}
