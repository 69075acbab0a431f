/**
 * `node main.ts [--root DIR]`: what enclaves would find on this machine, as one line of JSON. Started by `pha doctor`: no
 * part of an enclave, and not measured.
 */
import { parseArgs } from 'node:util'
import { nodeCalls } from '../tee/system-calls.ts'
import { machineFindings } from './machine-findings.ts'
import { teeFindings } from './tee-findings.ts'

const { root = '/' } = parseArgs({ options: { root: { type: 'string' } } }).values
const calls = nodeCalls(root)
const { kind, findings } = await teeFindings(calls)
process.stdout.write(`${JSON.stringify({ kind, findings: [...findings, ...(await machineFindings(calls))] })}\n`)
