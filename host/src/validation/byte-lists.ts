/** Lists of bytes in one buffer, which a thread can be handed without a copy. Only our own threads exchange them. */

const ABSENT = 0xffff_ffff
const LENGTH_BYTES = 4

export type ByteList = readonly (Uint8Array | undefined)[]

/** Each item's length (u32 LE; the largest one for `undefined`), then its bytes. The buffer is its own and may be transferred. */
export function packList(items: ByteList): Uint8Array<ArrayBuffer> {
  let size = 0
  for (const item of items) size += LENGTH_BYTES + (item?.length ?? 0)
  const packed = new Uint8Array(size)
  const view = new DataView(packed.buffer)
  let at = 0
  for (const item of items) {
    view.setUint32(at, item?.length ?? ABSENT, true)
    at += LENGTH_BYTES
    if (item === undefined) continue
    packed.set(item, at)
    at += item.length
  }
  return packed
}

/** What `packList` packed; views of the same bytes. */
export function unpackList(packed: Uint8Array): (Uint8Array | undefined)[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const items: (Uint8Array | undefined)[] = []
  let at = 0
  while (at < packed.length) {
    const length = view.getUint32(at, true)
    at += LENGTH_BYTES
    items.push(length === ABSENT ? undefined : packed.subarray(at, at + length))
    if (length !== ABSENT) at += length
  }
  return items
}
