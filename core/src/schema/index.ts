/** One declaration gives codec, TypeScript type and description. Strict both ways; see `docs/adr/0002`. */
export type { Result } from './containers.ts'
export type { EnumValue, IndexedVariant, Payload, Variants } from './enum.ts'
export { type GeneratedCodecs, generated } from './generated.ts'
export { type Codec, isType, type Layout, layoutOf, layoutText } from './layout.ts'
export { fieldsCodec } from './struct.ts'
export { t } from './t.ts'
export {
  type Decoded,
  type Fields,
  type Infer,
  type InferFields,
  type PrimitiveName,
  type Shape,
  type Type,
  tryDecode,
  type VariantShape,
} from './type.ts'
