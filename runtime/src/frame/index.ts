/** FRAME in TypeScript: declare a pallet (`declare.ts`), implement it (`implement.ts`), compose pallets (`@pha/runtime/chain`). */
export { checkedAdd, checkedMul, checkedSub } from './checked-math.ts'
export {
  type AnyCall,
  type AnyPallet,
  call,
  composeTypes,
  constant,
  doubleMap,
  map,
  pallet,
  type StorageItem,
  value,
} from './declare.ts'
export { arithmeticError, DispatchFailure, tokenError } from './dispatch-error.ts'
export { CODE_KEY, HOST_INTERFACE, type Runtime, type RuntimeHost } from './host-interface.ts'
export { implement, type PalletBody, type PalletContext } from './implement.ts'
export { RuntimeError, type RuntimeErrorCode } from './runtime-error.ts'
