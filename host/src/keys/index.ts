/** Keys on disk. */
export { authorityKeypair } from './authority-keypair.ts'
export { readKeyFile, readOrCreateKeyFile } from './key-file.ts'
export type { KeyFileErrorCode } from './key-file-error.ts'
