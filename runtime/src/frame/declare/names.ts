/** The two spellings of one name: camelCase in TypeScript, PascalCase and snake_case in metadata. */

/** `maxEvidence` -> `MaxEvidence`: storage items, constants. */
export function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** `transferKeepAlive` -> `transfer_keep_alive`: calls, arguments, fields. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter, at: number) => (at === 0 ? '' : '_') + letter.toLowerCase())
}

/** `TransactionPayment` -> `transactionPayment`: a pallet inside the genesis configuration. */
export function uncapitalize(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
