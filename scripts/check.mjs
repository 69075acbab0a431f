/** `npm run check`: installs what is missing, then runs every check that is not a test. */
import { main, runWithNode26 } from './bootstrap.mjs'

await main(() => runWithNode26('scripts/checks/main.ts', process.argv.slice(2)))
