/** Entry of the bundle that stands under `:code`: what a node may ask the runtime in its realm. */
export { runtime } from '../chain/runtime.ts'
