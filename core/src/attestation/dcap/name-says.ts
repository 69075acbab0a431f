/** The role that a certificate's name tells. Names are compared whole elsewhere, to link chains. */

/** Whether these words, in ASCII, stand in a DER Name. */
export function nameSays(name: Uint8Array, words: string): boolean {
  for (let at = 0; at + words.length <= name.length; at++) {
    let same = 0
    while (same < words.length && name[at + same] === words.charCodeAt(same)) same++
    if (same === words.length) return true
  }
  return false
}
