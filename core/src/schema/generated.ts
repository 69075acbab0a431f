/** Types whose functions were generated: the bytes, values and refusals of the declared ones, without their loops. */
import { type Codec, layoutOf, layoutText } from './layout.ts'
import { defineType, type Type } from './type.ts'

/** What a file of generated code exports: for each layout, how its functions are made, given those that have none. */
export type GeneratedCodecs = ReadonlyMap<string, (...own: readonly Codec[]) => Codec>

/**
 * The type with the code that was generated for its layout; the type itself if there is none. A type whose declaration has
 * changed since has another layout, so it never gets code of another type.
 * @example
 * export const Header = generated(codecs, t.struct('Header', { number: t.u32 }))
 */
export function generated<T>(codecs: GeneratedCodecs, type: Type<T>): Type<T> {
  const { text, own } = layoutText(type)
  const make = codecs.get(text)
  if (make === undefined) return type
  const codec: Codec = make(...own.map((part) => withItself(part, type, () => codec)))
  return defineType<T>(type.shape, type.smallest, codec.write, codec.read as Type<T>['read'], layoutOf(type))
}

/** What `part` of `whole` is written with; generated code again, where the part is the whole inside itself. */
function withItself(part: Type<unknown>, whole: Type<unknown>, codec: () => Codec): Codec {
  const { shape } = part
  if (shape.kind !== 'lazy') return part
  const inside = (): Codec => {
    const type = shape.of()
    return type.shape === whole.shape ? codec() : type
  }
  return {
    write: (to, value) => to.nested(() => inside().write(to, value)),
    read: (from) => from.nested(() => inside().read(from)),
  }
}
