import type { CapturedConnection, CapturedMessage, WebSocketFacts } from '../../capture/captured-message.js'

/** A message that came whole on a WebSocket connection. */
export interface WebSocketMessage extends CapturedMessage {
  readonly connection: CapturedConnection
  readonly webSocket: WebSocketFacts
}

export const isWebSocketMessage = (message: CapturedMessage): message is WebSocketMessage =>
  message.webSocket !== undefined && message.connection !== undefined && !message.truncated && message.webSocket.begun
