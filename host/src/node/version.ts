/** Version of the node's software. */
export const VERSION = '0.1.0'
