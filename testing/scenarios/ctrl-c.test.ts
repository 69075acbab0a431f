import { deepEqual, equal, ok } from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { after, afterEach, before, describe, it } from 'node:test'
import { type TemporaryFolder, temporaryFolder, until } from '../src/index.ts'
import { isRunning } from './processes.ts'
import { type RunningCommand, runCommand } from './run-command.ts'

/** An enclave, its host and their supervisor end one after the other. */
const GRACE_MS = 8_000
/** The supervisor, the node, and four hosts with an enclave each. */
const NETWORK = 10

describe('ending a command that runs a network', () => {
  let folder: TemporaryFolder
  let command: RunningCommand
  before(async () => {
    folder = await temporaryFolder()
  })
  afterEach(() => command[Symbol.asyncDispose]())
  after(() => folder[Symbol.asyncDispose]())

  /** Starts `pha dev`; resolves to the ids of its processes when it is ready. */
  async function dev(): Promise<readonly number[]> {
    command = await runCommand(['dev', '--data', 'network', '--ports', '0,0,0'], folder.path)
    await command.says(/^Ctrl-C ends it/)
    return command.children(NETWORK)
  }

  async function study(): Promise<void> {
    command = await runCommand(['study', '--ports', '0,0,0'], folder.path)
  }

  it('ends pha dev and all its processes on Ctrl-C', async () => {
    const children = await dev()
    await ends(children, () => command.interrupt())
    equal(await command.ended(), 0)
  })

  it('ends pha dev and all its processes on SIGTERM', async () => {
    const children = await dev()
    await ends(children, () => command.process.kill('SIGTERM'))
    equal(await command.ended(), 0)
  })

  it('leaves no process of pha dev behind after kill -9', async () => {
    const children = await dev()
    await ends(children, () => command.process.kill('SIGKILL'))
  })

  it('ends pha study on Ctrl-C while its network starts, and leaves no files', async () => {
    await study()
    await command.says(/^starting one node/)
    const children = await command.children(3)
    await ends(children, () => command.interrupt())
    equal(await command.ended(), 130)
    deepEqual(await readdir(command.temporary), [])
  })

  it('ends pha study on SIGTERM in the middle of the study, and leaves no files', async () => {
    await study()
    await command.says(/owners seal their rows/)
    const children = await command.children(NETWORK)
    await ends(children, () => command.process.kill('SIGTERM'))
    equal(await command.ended(), 143)
    deepEqual(await readdir(command.temporary), [])
  })

  /** The command and all below it end in time. */
  async function ends(children: readonly number[], signal: () => unknown): Promise<void> {
    const began = performance.now()
    signal()
    await command.ended()
    await until('all end', () => !children.some(isRunning))
    const took = performance.now() - began
    ok(took < GRACE_MS, `${Math.round(took)} ms`)
  }
})
