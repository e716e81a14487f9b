/** HTTP as bytes on a socket: for requests that no well-behaved client sends, and for answers compared byte by byte. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  statusLine: string;
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface RawConnection {
  socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** The next whole answer; fails when the connection ends before it is complete. */
  answer(): Promise<RawAnswer>;
  /** Waits until the other side has closed the connection. */
  closed(): Promise<void>;
}

export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  await once(socket, 'connect');
  let received = Buffer.alloc(0);
  let ended = false;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const go of waiting) go();
    waiting.clear();
  };
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    wake();
  });
  socket.on('close', () => {
    ended = true;
    wake();
  });
  const more = () => new Promise<void>((resolve) => waiting.add(resolve));
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    async answer() {
      for (;;) {
        const parsed = readAnswer(received, ended);
        if (parsed) {
          received = received.subarray(parsed.used);
          return parsed.answer;
        }
        if (ended) throw new Error(`the connection ended; received: ${received.toString('latin1').slice(0, 500)}`);
        await more();
      }
    },
    async closed() {
      while (!ended) await more();
    },
  };
}

/** One request on a connection of its own. */
export async function exchange(port: number, bytes: string | Uint8Array): Promise<RawAnswer> {
  const connection = await openRaw(port);
  connection.send(bytes);
  try {
    return await connection.answer();
  } finally {
    connection.socket.destroy();
  }
}

function readAnswer(received: Buffer, ended: boolean): { answer: RawAnswer; used: number } | undefined {
  const split = received.indexOf('\r\n\r\n');
  if (split < 0) return undefined;
  const [statusLine = '', ...lines] = received.toString('latin1', 0, split).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const start = split + 4;
  if (status === 100) {
    const next = readAnswer(received.subarray(start), ended);
    return next && { answer: next.answer, used: next.used + start };
  }
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const length = headers['content-length'];
  const end = length === undefined ? received.length : start + Number(length);
  if (length === undefined ? !ended : received.length < end) return undefined;
  return { answer: { statusLine, status, headers, body: received.subarray(start, end) }, used: end };
}
