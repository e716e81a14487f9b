/** One connection: what was sent, and everything that came back until the other side hung up or the answers were complete. */

import { once } from 'node:events';
import { connect } from 'node:net';

export interface Conversation {
  statuses: number[];
  text: string;
  /** The server closed it. */
  hungUp: boolean;
}

export interface Said {
  bytes: string | Uint8Array;
  /** Answers after which nobody waits any longer; without it until the server hangs up. */
  answers?: number;
  /** How the client leaves once it has sent everything; it does not wait for an answer then. */
  leaves?: 'end' | 'reset';
}

/** A deadline, far beyond the server's own. */
const patience = 20_000;

export async function converse(port: number, { bytes, answers, leaves }: Said): Promise<Conversation> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let received = '';
  let hungUp = false;
  const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no end; came: ${received.slice(0, 500)}`)), patience);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.on('data', (piece) => {
      received += piece.toString('latin1');
      if (answers !== undefined && finalStatuses(statuses()).length >= answers) done();
    });
    socket.on('close', () => {
      hungUp = true;
      done();
    });
    socket.write(bytes, () => {
      if (leaves === 'end') socket.end();
      if (leaves === 'reset') socket.resetAndDestroy();
    });
  });
  socket.destroy();
  return { statuses: finalStatuses(statuses()), text: received, hungUp };
}

/** Without `100 Continue`. */
const finalStatuses = (statuses: number[]) => statuses.filter((status) => status >= 200);
