/** Bytes that are cut or read before SCALE sees them: frames of the channel, hexadecimal and address text. */
import { CodecError, concatBytes, fromHex, ss58Decode, ss58Encode, toHex } from '@pha/core/codec'
import { encodeFrame, FrameSplitter } from '@pha/core/protocol'
import { refusedWith, sameBytes, type Target, type Verdict } from '../target.ts'

export function streamTargets(): Target[] {
  return [frames(), hexText(), addressText()]
}

/** However a stream falls into chunks, frames and what is left of it are the bytes that came. */
function frames(): Target {
  return {
    name: 'channel.frames',
    share: 1,
    sample(random) {
      const sent = Array.from({ length: random.below(4) }, () => encodeFrame(random.bytes(random.below(60))))
      return { bytes: concatBytes(...sent), marks: [0, 1, 2, 3] }
    },
    offer(input) {
      const splitter = new FrameSplitter()
      const received: Uint8Array[] = []
      const step = 1 + (input.length % 7)
      for (let at = 0; at < input.length; at += step) {
        const split = splitter.push(input.subarray(at, at + step))
        if (!split.ok) return refusedWith(split.reason, 'channel.')
        received.push(...split.frames.map(encodeFrame))
      }
      if (!splitter.atBoundary) return 'refused'
      return sameBytes(concatBytes(...received), input)
    },
  }
}

/** Parameters of RPC methods and of commands. */
function hexText(): Target {
  return textTarget(
    'text.hex',
    (bytes) => toHex(bytes),
    (text) => sameBytes(latin1(toHex(fromHex(text))), latin1(text.toLowerCase())),
  )
}

function addressText(): Target {
  return textTarget(
    'text.ss58',
    (bytes) => ss58Encode(concatBytes(bytes, new Uint8Array(32)).subarray(0, 32)),
    (text) => {
      const { account, prefix } = ss58Decode(text)
      return sameBytes(latin1(ss58Encode(account, prefix)), latin1(text))
    },
  )
}

function textTarget(name: string, write: (bytes: Uint8Array) => string, read: (text: string) => Verdict): Target {
  return {
    name,
    share: 1,
    sample: (random) => ({ bytes: latin1(write(random.bytes(random.below(40)))), marks: [0, 1] }),
    offer(input) {
      try {
        return read(String.fromCharCode(...input))
      } catch (error) {
        if (error instanceof CodecError) return refusedWith(error.code, 'codec.')
        throw error
      }
    },
  }
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
