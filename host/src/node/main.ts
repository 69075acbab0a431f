/** Entry point: `node main.ts [run|check|export|import|purge] ...`; without a command, `run`. */
import { restartWithFlags } from './process-flags.ts'

restartWithFlags()
await import('./command-line.ts')
