/** What a WebSocket carried, read from the bytes of its connection: clients mask their frames (RFC 6455 section 5.3). */

const HEAD_END = '\r\n\r\n'

/** Whether these are the first bytes of a connection that became a WebSocket. */
export function isWebSocket(stream: Buffer): boolean {
  return /^upgrade: *websocket\r?$/im.test(head(stream))
}

/**
 * The payloads of all complete frames, unmasked and joined: a search finds what crosses a frame's border, too.
 * @param stream everything one side sent, from its HTTP head on
 */
export function webSocketPayloads(stream: Buffer): Buffer {
  const payloads: Buffer[] = []
  let rest = stream.subarray(head(stream).length)
  for (;;) {
    const frame = readFrame(rest)
    if (frame === undefined) return Buffer.concat(payloads)
    payloads.push(frame.payload)
    rest = rest.subarray(frame.end)
  }
}

function head(stream: Buffer): string {
  const end = stream.indexOf(HEAD_END)
  return end < 0 ? '' : stream.toString('latin1', 0, end + HEAD_END.length)
}

function readFrame(bytes: Buffer): { readonly payload: Buffer; readonly end: number } | undefined {
  if (bytes.length < 2) return undefined
  const second = bytes.readUInt8(1)
  const short = second & 0x7f
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  const maskAt = 2 + lengthBytes
  const payloadAt = maskAt + (second & 0x80 ? 4 : 0)
  if (bytes.length < payloadAt) return undefined
  const length =
    lengthBytes === 2 ? bytes.readUInt16BE(2) : lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : short
  const end = payloadAt + length
  if (bytes.length < end) return undefined
  const payload = Buffer.from(bytes.subarray(payloadAt, end))
  if (payloadAt > maskAt) {
    for (let i = 0; i < payload.length; i++) payload[i] = (payload[i] ?? 0) ^ (bytes[maskAt + (i & 3)] ?? 0)
  }
  return { payload, end }
}
