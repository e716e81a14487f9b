/** What is answered where HTTP itself goes wrong: a request that takes too long, or cannot be read. The door it was meant for says it, where that is known. */

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

export type ConnectionFault = 400 | 408 | 431;

const messages: Record<ConnectionFault, string> = {
  400: 'Client Error',
  408: 'Client Timeout',
  431: 'Exceeded maximum allowed HTTP header size',
};

/** What a door says itself. */
export interface ConnectionAnswer {
  type: string;
  text: string;
}

/** `answerFor` gives a door's own words for the request that was under way, or undefined where it has none. */
export function openConnectionFaults(
  answerFor: (status: ConnectionFault, request: IncomingMessage) => ConnectionAnswer | undefined,
) {
  const underWay = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();
  return {
    /** Call it when a request's head has been read. */
    began: (request: IncomingMessage, response: ServerResponse) =>
      void underWay.set(request.socket, { request, response }),
    /** For the server's `clientError`. */
    refuse(error: NodeJS.ErrnoException, socket: Socket): void {
      if (error.code === 'ECONNRESET' || socket.destroyed) return;
      const status = statusOf(error.code);
      const reason = STATUS_CODES[status] as string;
      const { request, response } = underWay.get(socket) ?? {};
      // Already answered, or in the middle of it: a second answer would be taken for that of the next request.
      if (response?.headersSent && !(request?.complete && response.writableEnded))
        return void (response.writableEnded ? socket.destroySoon() : socket.destroy(error));
      const own = request && !request.complete ? answerFor(status, request) : undefined;
      const { type, text } = own ?? inJson({ error: reason, message: messages[status], statusCode: status });
      const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Length: ${Buffer.byteLength(text)}\r\nContent-Type: ${type}`;
      if (socket.writable) socket.write(`${head}\r\n\r\n${text}`);
      socket.destroy(error);
    },
  };
}

export type ConnectionFaults = ReturnType<typeof openConnectionFaults>;

/** The answer of a door that speaks JSON. */
export const inJson = (body: object): ConnectionAnswer => ({ type: 'application/json', text: JSON.stringify(body) });

function statusOf(code: string | undefined): ConnectionFault {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
}
