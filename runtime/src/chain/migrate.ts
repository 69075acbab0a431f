/** Storage versions of the pallets, and the migrations that a new runtime runs in its first block. */
import { concatBytes, utf8Encode } from '@pha/core/codec'
import { twox128 } from '@pha/core/crypto'
import { t } from '@pha/core/schema'
import type { RunningPallet } from '../frame/implement.ts'
import type { Overlay } from '../frame/overlay.ts'
import { RuntimeError } from '../frame/runtime-error.ts'
import { stateKey } from '../frame/state-key.ts'

/** Where Substrate keeps the version of a pallet's layout: u16, absent means 0. */
export function storageVersionKey(pallet: string): Uint8Array {
  return concatBytes(twox128(utf8Encode(pallet)), twox128(utf8Encode(':__STORAGE_VERSION__:')))
}

/** At genesis each pallet writes the layout that it declares. */
export function writeStorageVersions(pallets: readonly RunningPallet<unknown>[], overlay: Overlay): void {
  for (const { declaration } of pallets) writeVersion(declaration.name, declaration.storageVersion, overlay)
}

/**
 * Brings the state of each pallet to the layout it declares, a version at a time.
 * @throws RuntimeError `runtime.fault` if a step has no migration, or the state is newer than this runtime
 */
export function migrate(pallets: readonly RunningPallet<unknown>[], overlay: Overlay): void {
  for (const { declaration, migrations } of pallets) {
    const { name, storageVersion } = declaration
    const stored = overlay.get(stateKey(storageVersionKey(name)))
    const from = stored === undefined ? 0 : t.u16.decode(stored)
    if (from > storageVersion) throw new RuntimeError('runtime.fault', `${name}: the state has version ${from} already`)
    for (let version = from + 1; version <= storageVersion; version++) {
      const run = migrations[version]
      if (run === undefined) throw new RuntimeError('runtime.fault', `${name}: no migration to version ${version}`)
      run()
    }
    if (from < storageVersion) writeVersion(name, storageVersion, overlay)
  }
}

function writeVersion(pallet: string, version: number, overlay: Overlay): void {
  if (version > 0) overlay.set(stateKey(storageVersionKey(pallet)), t.u16.encode(version))
}
