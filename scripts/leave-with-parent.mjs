/**
 * Loaded before a program that `runWithNode26` starts: ends it when its starter was killed without a chance to pass
 * the signal on, so that `kill -9` leaves no process behind.
 *
 * Workers and grandchildren are not watched: each process answers for its own children.
 */
import { isMainThread } from 'node:worker_threads'

const { PHA_PARENT: parent } = process.env

if (isMainThread && parent === String(process.ppid)) {
  setInterval(() => {
    if (String(process.ppid) !== parent) process.kill(process.pid, 'SIGTERM')
  }, 500).unref()
}
