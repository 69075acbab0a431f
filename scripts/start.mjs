/** `npm start`: installs what is missing, then runs the study on a network of its own. Options go to the study. */
import { main, runWithNode26 } from './bootstrap.mjs'

await main(() => runWithNode26('client/cli/src/main.ts', ['study', ...process.argv.slice(2)]))
