/**
 * Loaded by a worker's host before anything else (`--import`): puts the recorder between it and its enclave, which the
 * command line of a host offers nobody. Recordings go to `$PHA_RECORD_ENCLAVES/<process id of the host>-<spawn>`.
 */
import childProcess from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = process.env.PHA_RECORD_ENCLAVES ?? ''
const recorder = fileURLToPath(new URL('../src/record-channel-main.ts', import.meta.url))
const { spawn } = childProcess
let count = 0

childProcess.spawn = ((program: string, args: readonly string[], options: childProcess.SpawnOptions) => {
  if (!args.includes('--permission')) return spawn(program, args, options)
  const recordings = join(folder, `${process.pid}-${++count}`)
  mkdirSync(recordings)
  return spawn(process.execPath, [recorder, recordings, program, ...args], options)
}) as typeof spawn
syncBuiltinESMExports()
