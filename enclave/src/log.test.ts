import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { logger } from './log.ts'

describe('logger', () => {
  it('writes one JSON object a line, and gives nothing back, whatever its stream says', () => {
    const lines: string[] = []
    const log = logger((line) => lines.push(line), { tee: 'SIMULATED' })
    for (const level of ['error', 'warn', 'info', 'debug'] as const) equal(log[level]('told', { block: 7n }), undefined)
    deepEqual(
      lines.map((line) => JSON.parse(line)),
      ['error', 'warn', 'info', 'debug'].map((level) => ({ level, event: 'told', tee: 'SIMULATED', block: '7' })),
    )
  })
})
