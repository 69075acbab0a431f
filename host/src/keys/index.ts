/** Keys on disk. */
export { readKeyFile, readOrCreateKeyFile } from './key-file.ts'
export type { KeyFileErrorCode } from './key-file-error.ts'
