/**
 * Makes a worker's host dishonest: stands between it and its enclave and tells the lie that the file `lie` in FOLDER
 * names at that moment. `node main.ts FOLDER COMMAND...`. Every lie that is told, and every line that the enclave logs,
 * is appended to `log.txt`, in this order.
 */
import { spawn } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { equalBytes } from '@pha/core/codec'
import { EnclaveRequest, encodeFrame, Frame, FrameSplitter, HostRequest } from '@pha/core/protocol'
import { type Lie, type LieName, makeLies } from './lies.ts'

const [folder = '', program = '', ...args] = process.argv.slice(2)
const log = join(folder, 'log.txt')
const enclave = spawn(program, args, { stdio: 'pipe', env: {} })
const lies = makeLies()
const UNIT = new Uint8Array(0)
const asked = new Map<number, EnclaveRequest>()

type Send = (frame: Uint8Array) => void

function eachFrame(from: Readable, receive: Send, end: () => void): void {
  const splitter = new FrameSplitter()
  from.on('data', (chunk: Uint8Array) => {
    const split = splitter.push(chunk)
    if (split.ok) split.frames.forEach(receive)
    else process.exit(1)
  })
  from.on('end', end)
}

const sender =
  (to: Writable): Send =>
  (frame) =>
    to.write(encodeFrame(frame))
const toEnclave = sender(enclave.stdin)
const toHost = sender(process.stdout)

eachFrame(
  process.stdin,
  (frame) => {
    const [name, lie] = present()
    const changed = toldOrAnswered(frame, lie)
    const frames = changed === undefined ? [] : (lie.framed?.(changed) ?? [changed])
    // Written before it is sent: what the enclave says of it comes after it.
    if (frames.length !== 1 || !equalBytes(frames[0] ?? UNIT, frame)) note(name)
    frames.forEach(toEnclave)
  },
  () => enclave.stdin.end(),
)

eachFrame(
  enclave.stdout,
  (frame) => {
    const { id, body } = Frame.decode(frame)
    if (body.type !== 'Request') return toHost(frame)
    const request = EnclaveRequest.decode(body.value)
    const [name, lie] = present()
    const answer = lie.swallowed?.(request)
    if (answer === undefined) {
      asked.set(id, request)
      return toHost(frame)
    }
    note(name)
    toEnclave(Frame.encode({ id, body: { type: 'Response', value: answer } }))
  },
  () => {},
)

enclave.stderr.on('data', (chunk: Buffer) => {
  appendFileSync(log, chunk)
  process.stderr.write(chunk)
})
// An enclave that has ended by itself is told by its exit, not by a broken pipe.
enclave.stdin.on('error', () => {})
enclave.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))

/** The frame as the enclave gets it; `undefined` if it gets none. */
function toldOrAnswered(frame: Uint8Array, lie: Lie): Uint8Array | undefined {
  const { id, body } = Frame.decode(frame)
  if (body.type === 'Failure') return frame
  if (body.type === 'Response') {
    const request = asked.get(id)
    asked.delete(id)
    const value = request && lie.answered?.(request, body.value)
    return value === undefined ? frame : Frame.encode({ id, body: { type: 'Response', value } })
  }
  if (lie.told === undefined) return frame
  const told = lie.told(HostRequest.decode(body.value))
  if (told !== undefined) return Frame.encode({ id, body: { type: 'Request', value: HostRequest.encode(told) } })
  toHost(Frame.encode({ id, body: { type: 'Response', value: UNIT } }))
  return undefined
}

function present(): readonly [LieName, Lie] {
  const name = readFileSync(join(folder, 'lie'), 'utf8') as LieName
  return [name, lies[name]]
}

function note(lie: LieName): void {
  appendFileSync(log, `${JSON.stringify({ told: lie })}\n`)
}
