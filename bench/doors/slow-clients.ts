/** Clients who keep a server waiting: in silence, with a byte now and then, or by not reading what they asked for. */

import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Server } from './server.ts';

export interface SlowKind {
  name: string;
  /** Sent at once. */
  opening(server: Server, certificateId: string): string;
  /** A byte of it is sent every three seconds. */
  drips: boolean;
  /** `never`, or a little every three seconds. */
  reads: 'at once' | 'a little' | 'never';
}

const line = '\r\n';
const head = (first: string, ...more: string[]) => [first, 'host: slow.example', ...more].join(line) + line;

/** Many documents in one connection, because one fits into the buffers of the machine. */
const manyDownloads = ({ token }: Server, id: string) =>
  (head(`GET /business/certificates/${id}/download HTTP/1.1`, `authorization: Bearer ${token}`) + line).repeat(100);

export const slowKinds: SlowKind[] = [
  { name: 'says nothing', opening: () => '', drips: false, reads: 'at once' },
  {
    name: 'headers, a byte every 3 s',
    opening: () => `${head('GET / HTTP/1.1')}x-slow: `,
    drips: true,
    reads: 'at once',
  },
  {
    name: 'upload, a byte every 3 s',
    opening: ({ token }) =>
      `${head(
        'POST /business/batches HTTP/1.1',
        `authorization: Bearer ${token}`,
        'content-type: multipart/form-data; boundary=slow',
        'content-length: 1000000',
      )}${line}--slow${line}content-disposition: form-data; name="csv_file"; filename="a.csv"${line}${line}`,
    drips: true,
    reads: 'at once',
  },
  { name: 'reads 4 KB every 3 s', opening: manyDownloads, drips: false, reads: 'a little' },
  { name: 'asks and never reads', opening: manyDownloads, drips: false, reads: 'never' },
];

export interface SlowFigures {
  kind: string;
  opened: number;
  dropped: number;
  /** Seconds after which the first and the last were dropped; null where none was. */
  first: number | null;
  last: number | null;
}

interface SlowClient {
  socket: Socket;
  kind: SlowKind;
  since: number;
  droppedAfter: number | undefined;
  /** Of this end. */
  port: number | undefined;
}

const periodMs = 3_000;
const ticks = 30;

/** `count` of each kind until stopped; their bytes are spread evenly over the time. */
export function openSlowClients(server: Server, certificateId: string, count: number): { stop(): SlowFigures[] } {
  const { hostname, port } = new URL(server.url);
  const clients: SlowClient[] = [];
  for (const kind of slowKinds) {
    const opening = kind.opening(server, certificateId);
    for (let at = 0; at < count; at++) {
      const socket = connect(Number(port), hostname, () => {
        client.port = socket.localPort;
        socket.write(opening);
      });
      const client: SlowClient = {
        ...{ socket, kind, since: performance.now(), droppedAfter: undefined, port: undefined },
      };
      const drop = () => markDropped(client);
      socket.on('error', drop).on('close', drop).on('end', drop);
      if (kind.reads === 'at once') socket.resume();
      clients.push(client);
    }
  }
  let tick = 0;
  const timer = setInterval(() => {
    for (let at = tick++ % ticks; at < clients.length; at += ticks) act(clients[at] as SlowClient);
    if (tick % (ticks / 3) === 0) markUnread(clients);
  }, periodMs / ticks);
  return {
    stop() {
      clearInterval(timer);
      for (const { socket } of clients) socket.removeAllListeners('close').destroy();
      return slowKinds.map((kind) => figuresOf(kind, clients));
    },
  };
}

function act({ socket, kind, droppedAfter }: SlowClient): void {
  if (droppedAfter !== undefined) return;
  if (kind.drips) socket.write('a');
  if (kind.reads === 'a little') socket.read(4_096);
}

function markDropped(client: SlowClient): void {
  client.droppedAfter ??= (performance.now() - client.since) / 1_000;
  client.socket.destroy();
}

/** Who does not read is not told of the end; the machine knows it. */
function markUnread(clients: readonly SlowClient[]): void {
  const waiting = clients.filter(({ kind, port, droppedAfter }) => kind.reads !== 'at once' && port && !droppedAfter);
  if (waiting.length === 0) return;
  const open = openPorts();
  for (const client of waiting) if (open && !open.has(client.port as number)) markDropped(client);
}

/** This machine's ends of established connections (proc(5): /proc/net/tcp); undefined where that cannot be known. */
function openPorts(): Set<number> | undefined {
  try {
    const rows = readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1);
    const established = rows.map((row) => row.trim().split(/\s+/)).filter(([, , , state]) => state === '01');
    return new Set(established.map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16)));
  } catch {
    return undefined;
  }
}

function figuresOf(kind: SlowKind, clients: readonly SlowClient[]): SlowFigures {
  const own = clients.filter((client) => client.kind === kind);
  const drops = own.flatMap(({ droppedAfter }) => droppedAfter ?? []).sort((a, b) => a - b);
  return {
    kind: kind.name,
    opened: own.length,
    dropped: drops.length,
    first: drops[0] ?? null,
    last: drops.at(-1) ?? null,
  };
}
