import { deepEqual, equal, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { packagingLimits } from '../limits.ts'
import { replayEventLog } from './event-log.ts'

const vector: { eventLog: { [key: string]: unknown }[]; rtmrs: string[] } = JSON.parse(
  readFileSync(new URL('../../../../vectors/measurement/dstack-event-log.json', import.meta.url), 'utf8'),
)

describe('the event log of a machine', () => {
  it('gives the runtime registers of the quote that came with it', () => {
    const { rtmrs, events } = replayEventLog(JSON.stringify(vector.eventLog))
    deepEqual(rtmrs.map(toHex), vector.rtmrs)
    const composeHash = events.find(({ name }) => name === 'compose-hash')
    const appId = events.find(({ name }) => name === 'app-id')
    equal(composeHash?.payload.length, 32)
    deepEqual(composeHash?.payload.subarray(0, 20), appId?.payload)
  })

  it('is found in the answer of the agent', () => {
    const answer = JSON.stringify({ quote: '', event_log: JSON.stringify(vector.eventLog) })
    deepEqual(replayEventLog(answer).rtmrs.map(toHex), vector.rtmrs)
  })

  it('gives other registers if an event is edited, left out or moved', () => {
    const rtmr3 = (events: readonly object[]) =>
      toHex(replayEventLog(JSON.stringify(events)).rtmrs[3] ?? new Uint8Array())
    const events = vector.eventLog
    const edited = events.map((event) => (event['event'] === 'app-id' ? { ...event, event_payload: '00' } : event))
    for (const others of [edited, events.slice(0, -1), events.toReversed()])
      equal(rtmr3(others) === vector.rtmrs[3], false)
  })

  it('is refused if it is malformed, too long, of a newer version, or states another digest', () => {
    const [boot] = vector.eventLog
    const ours = { imr: 3, event_type: 0x0800_0001, event: 'app-id', event_payload: '00' }
    for (const malformed of [
      '',
      '{}',
      'null',
      '[null]',
      '{"event_log":"{}"}',
      JSON.stringify([{ ...boot, imr: 4 }]),
      JSON.stringify([{ ...boot, imr: -1 }]),
      JSON.stringify([{ ...boot, imr: 'length' }]),
      JSON.stringify([{ ...boot, digest: '' }]),
      JSON.stringify([{ ...boot, digest: '00'.repeat(49) }]),
      JSON.stringify([{ ...boot, digest: '0' }]),
      JSON.stringify([{ ...ours, event: 1 }]),
      JSON.stringify([{ ...ours, event_payload: undefined }]),
      JSON.stringify([{ ...ours, digest: '00'.repeat(48) }]),
      JSON.stringify(Array(packagingLimits.events + 1).fill(ours)),
    ]) {
      throws(() => replayEventLog(malformed), { code: 'packaging.bad-event-log' }, malformed.slice(0, 80))
    }
    throws(() => replayEventLog(JSON.stringify([{ ...ours, version: 2 }])), { code: 'packaging.event-version' })
  })
})
