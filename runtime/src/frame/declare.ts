/** What a `schema.ts` needs: declare a pallet, without logic, so that clients and enclaves can use it too. */
export { AnyCall, tieAnyCall } from './declare/any-call.ts'
export {
  type CallValue,
  type ComposedTypes,
  composeTypes,
  type EventRecordValue,
  type EventValue,
  type GenesisValue,
} from './declare/compose-types.ts'
export { pascalCase, snakeCase } from './declare/names.ts'
export {
  type AnyPallet,
  type Call,
  type CallSpec,
  type Constant,
  call,
  constant,
  type Event,
  type OriginKind,
  type Pallet,
  type PalletError,
  pallet,
} from './declare/pallet.ts'
export {
  doubleMap,
  type HasherName,
  type KeyOf,
  map,
  type StorageItem,
  value,
  withGenerated,
} from './declare/storage-item.ts'
export { type CallWeight, Weight } from './declare/weight.ts'
