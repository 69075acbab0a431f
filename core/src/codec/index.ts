/** Bytes, text forms and the cursors that strict SCALE is read and written with. Types live in `@pha/core/schema`. */
export { compareBytes, concatBytes, copyBytes, equalBytes, fromHex, type Hex, lengthPrefixed, toHex } from './bytes.ts'
export { CodecError, type CodecErrorCode } from './codec-error.ts'
export { CodedError } from './coded-error.ts'
export { readCompact, readCompactNumber, readLength, writeCompact } from './compact.ts'
export { Reader } from './reader.ts'
export { SS58_PREFIX, ss58Decode, ss58Encode } from './ss58.ts'
export { utf8Decode, utf8Encode } from './utf8.ts'
export { Writer, written } from './writer.ts'
