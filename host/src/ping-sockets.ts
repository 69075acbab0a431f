/** Ends WebSockets whose other side is gone without a word. */
import type { WebSocket, WebSocketServer } from 'ws'

/**
 * Pings every socket, and ends those that did not answer the ping before.
 * @returns what stops it
 */
export function pingSockets(sockets: WebSocketServer, everyMs: number): () => void {
  const answered = new WeakSet<WebSocket>()
  sockets.on('connection', (socket) => {
    answered.add(socket)
    socket.on('pong', () => answered.add(socket))
  })
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (socket.isPaused) continue // its outlet waits for it, but not forever
      if (answered.delete(socket)) socket.ping()
      else socket.terminate()
    }
  }, everyMs)
  return () => clearInterval(timer)
}
