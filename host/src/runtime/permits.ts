/**
 * What a runtime finds in its realm: the part of ECMAScript that gives the same results in every engine, on every machine,
 * at any time. Everything else is removed, also what a later V8 may add.
 *
 * Left out and why: clocks (Date, Temporal), randomness, threads (Atomics, SharedArrayBuffer), the collector (WeakRef,
 * FinalizationRegistry), locales (Intl, toLocale..., localeCompare, normalize: they follow the ICU data of the build), functions
 * of Math that are approximations, floats in memory (bits of NaN are free), jobs (Promise: nothing runs after a call),
 * code from strings (eval, Function), legacy state of RegExp, stack traces.
 */

/** Intrinsic -> its own properties. `name`, `length` and `prototype` of functions are kept without being listed. */
export const PERMITS: { readonly [intrinsic: string]: string } = {
  global:
    'globalThis Infinity NaN undefined isFinite isNaN parseFloat parseInt Object Array Number Boolean String Symbol RegExp Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError JSON Math ArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Uint8ClampedArray BigUint64Array BigInt64Array DataView Map Set WeakMap WeakSet BigInt Proxy Reflect',
  Object:
    'assign getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols hasOwn is preventExtensions seal create defineProperties defineProperty freeze getPrototypeOf setPrototypeOf isExtensible isFrozen isSealed keys entries fromEntries values',
  'Object.prototype': 'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf __proto__',
  'Function.prototype': 'constructor apply bind call toString @@hasInstance',
  Array: 'isArray from of @@species',
  'Array.prototype':
    'constructor at concat copyWithin fill find findIndex findLast findLastIndex lastIndexOf pop push reverse shift unshift slice sort splice includes indexOf join keys entries values forEach filter flat flatMap map every some reduce reduceRight toString toReversed toSorted toSpliced with @@iterator @@unscopables',
  'Array.prototype.@@unscopables':
    'at copyWithin entries fill find findIndex findLast findLastIndex flat flatMap includes keys values toReversed toSorted toSpliced',
  Number:
    'isFinite isInteger isNaN isSafeInteger parseFloat parseInt MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY MAX_SAFE_INTEGER MIN_SAFE_INTEGER EPSILON',
  'Number.prototype': 'constructor toExponential toFixed toPrecision toString valueOf',
  'Boolean.prototype': 'constructor toString valueOf',
  String: 'fromCharCode fromCodePoint raw',
  'String.prototype':
    'constructor at charAt charCodeAt codePointAt concat endsWith includes indexOf isWellFormed lastIndexOf match matchAll padEnd padStart repeat replace replaceAll search slice split substr substring startsWith toString toWellFormed trim trimStart trimEnd toLowerCase toUpperCase valueOf @@iterator',
  Symbol:
    'for keyFor asyncDispose asyncIterator dispose hasInstance isConcatSpreadable iterator match matchAll replace search species split toPrimitive toStringTag unscopables',
  'Symbol.prototype': 'constructor toString valueOf description @@toStringTag @@toPrimitive',
  RegExp: '@@species',
  'RegExp.prototype':
    'constructor exec dotAll flags global hasIndices ignoreCase multiline source sticky unicode unicodeSets toString test @@match @@matchAll @@replace @@search @@split',
  'Error.prototype': 'constructor name message toString',
  'AggregateError.prototype': 'constructor name message',
  'EvalError.prototype': 'constructor name message',
  'RangeError.prototype': 'constructor name message',
  'ReferenceError.prototype': 'constructor name message',
  'SyntaxError.prototype': 'constructor name message',
  'TypeError.prototype': 'constructor name message',
  'URIError.prototype': 'constructor name message',
  JSON: 'parse stringify @@toStringTag',
  Math: 'abs ceil clz32 floor imul max min round sign sqrt trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 @@toStringTag',
  ArrayBuffer: 'isView @@species',
  'ArrayBuffer.prototype': 'constructor byteLength slice @@toStringTag',
  '%TypedArray%': 'of from @@species',
  '%TypedArray%.prototype':
    'constructor buffer byteLength byteOffset length entries keys values at copyWithin every fill filter find findIndex findLast findLastIndex forEach includes indexOf join lastIndexOf map reverse reduce reduceRight set slice some sort subarray toString toReversed toSorted with @@toStringTag @@iterator',
  ...Object.fromEntries(
    ['Uint8', 'Int8', 'Uint16', 'Int16', 'Uint32', 'Int32', 'Uint8Clamped', 'BigUint64', 'BigInt64'].flatMap((kind) => [
      [`${kind}Array`, 'BYTES_PER_ELEMENT'],
      [`${kind}Array.prototype`, 'constructor BYTES_PER_ELEMENT'],
    ]),
  ),
  'DataView.prototype':
    'constructor buffer byteLength byteOffset getInt8 setInt8 getUint8 setUint8 getInt16 setInt16 getUint16 setUint16 getInt32 setInt32 getUint32 setUint32 getBigInt64 setBigInt64 getBigUint64 setBigUint64 @@toStringTag',
  Map: '@@species',
  'Map.prototype': 'constructor get set has delete clear entries forEach keys size values @@toStringTag @@iterator',
  Set: '@@species',
  'Set.prototype': 'constructor has add delete clear entries forEach size values keys @@toStringTag @@iterator',
  'WeakMap.prototype': 'constructor delete get set has @@toStringTag',
  'WeakSet.prototype': 'constructor delete has add @@toStringTag',
  BigInt: 'asUintN asIntN',
  'BigInt.prototype': 'constructor toString valueOf @@toStringTag',
  Proxy: 'revocable',
  Reflect:
    'defineProperty deleteProperty apply construct get getOwnPropertyDescriptor getPrototypeOf has isExtensible ownKeys preventExtensions set setPrototypeOf @@toStringTag',
  '%Iterator%.prototype': '@@iterator',
  '%ArrayIterator%.prototype': 'next @@toStringTag',
  '%StringIterator%.prototype': 'next @@toStringTag',
  '%MapIterator%.prototype': 'next @@toStringTag',
  '%SetIterator%.prototype': 'next @@toStringTag',
  '%RegExpStringIterator%.prototype': 'next @@toStringTag',
  '%GeneratorFunction%.prototype': 'constructor @@toStringTag',
  '%Generator%.prototype': 'constructor next return throw @@toStringTag',
  '%AsyncFunction%.prototype': 'constructor @@toStringTag',
  '%AsyncGeneratorFunction%.prototype': 'constructor @@toStringTag',
  '%AsyncGenerator%.prototype': 'constructor @@toStringTag',
  '%AsyncIterator%.prototype': '@@asyncIterator',
  'Promise.prototype': 'constructor @@toStringTag',
}
