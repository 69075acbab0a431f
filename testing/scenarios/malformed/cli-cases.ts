/** Command lines that nobody means, from the words that the `pha` command knows and some that it does not. */
import type { Random } from '../../campaigns/scale/random.ts'

interface Shape {
  readonly words: readonly string[]
  /** How many arguments it takes. */
  readonly takes: number
  readonly options: readonly string[]
}

const CALL = ['--from', '--contract', '--source']

const COMMANDS: readonly Shape[] = [
  { words: ['status'], takes: 0, options: [] },
  { words: ['keys', 'new'], takes: 1, options: [] },
  { words: ['keys', 'list'], takes: 0, options: [] },
  { words: ['keys', 'show'], takes: 1, options: [] },
  { words: ['new'], takes: 1, options: [] },
  { words: ['build'], takes: 0, options: ['--source', '--out'] },
  { words: ['deploy'], takes: 0, options: ['--from', '--source', '--init', '--replicas'] },
  { words: ['send'], takes: 2, options: [...CALL, '--receipt'] },
  { words: ['query'], takes: 2, options: CALL },
  { words: ['verify', 'receipt'], takes: 1, options: [] },
  { words: ['verify'], takes: 0, options: [] },
  { words: ['help'], takes: 1, options: [] },
  { words: ['frobnicate'], takes: 0, options: [] },
]

const GLOBAL = ['--json', '--genesis', '--url']
const UNKNOWN = ['--frobnicate', '-x', '--', '-', '--help', '--data', '--once']

/**
 * Files that are named exist in the folder that the commands run in; `missing` does not. `--out` writes: nothing outside
 * of that folder may be named that can be written.
 */
const VALUES = [
  '',
  ' ',
  '..',
  '../..',
  '/proc/version',
  '/dev/null',
  'missing',
  'folder',
  'garbage.bin',
  'garbage.ts',
  'throwing.ts',
  'counter.ts',
  'receipt.json',
  '//Alice',
  '//',
  '//Alice///',
  '5GrwvaEF',
  'increment',
  'count',
  '__proto__',
  'constructor',
  '0x',
  '0xzz',
  `0x${'11'.repeat(32)}`,
  `0x${'22'.repeat(31)}`,
  '{}',
  '{"by":1}',
  '{',
  '[]',
  'null',
  '"\\u0000"',
  '1e999',
  '-1',
  '99999999999999999999',
  'a'.repeat(10_000),
  'naïve name',
  '\u202eevil',
  '%s%d%j',
  'file:///proc/version',
  'data:text/javascript,export default 1',
  'https://localhost/x.ts',
]

/** `--url` only with what is no address: waiting for a node that is not there takes seconds. */
const URLS = ['', 'nonsense', 'ftp://127.0.0.1', 'ws://', 'http://[', 'ws://127.0.0.1:99999', 'javascript:0']

/** `dev` and `study` start networks: they get an option that they do not know. */
export function argumentVectors(random: Random, count: number): readonly (readonly string[])[] {
  const value = (): string => random.pick(VALUES)
  const vectors = Array.from({ length: count }, () => {
    const { words, takes, options } = random.pick(COMMANDS)
    const given = random.oneIn(6) ? random.below(4) : takes
    const isCall = options.includes('--contract') && !random.oneIn(3)
    const args = [
      ...words,
      ...(isCall ? [random.pick(['increment', 'count']), '{}'] : Array.from({ length: given }, value)),
    ]
    for (const option of options) if (!random.oneIn(4)) args.push(option, random.oneIn(3) ? value() : likely(option))
    if (random.oneIn(2)) args.push('--json')
    if (random.oneIn(8)) args.push(...globalOption(random))
    if (random.oneIn(8)) args.splice(random.below(args.length + 1), 0, random.pick(UNKNOWN))
    return args
  })
  return [...vectors, ['dev', '--frobnicate'], ['study', '--frobnicate'], ['dev', 'x'], ['study', 'x'], ['--json'], []]
}

function globalOption(random: Random): readonly string[] {
  const option = random.pick(GLOBAL)
  if (option === '--json') return [option]
  return [option, random.pick(option === '--url' ? URLS : VALUES)]
}

/** With which a command gets further before it meets what it cannot use. */
function likely(option: string): string {
  switch (option) {
    case '--from':
      return '//Alice'
    case '--source':
      return 'counter.ts'
    case '--init':
      return '{}'
    case '--contract':
      return `0x${'11'.repeat(32)}`
    default:
      return '2'
  }
}
