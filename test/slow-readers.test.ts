/** Whoever reads an answer too slowly, or for too long, loses the connection; whoever waits for us does not. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { buildServer } from '../src/http/server.ts';
import { openTestApp, type TestApp } from './support/open-test-app.ts';

let belt: TestApp;
const servers: FastifyInstance[] = [];
before(async () => {
  belt = await openTestApp();
});
after(async () => {
  for (const server of servers) await server.close();
  await belt?.[Symbol.asyncDispose]();
});

const piece = Buffer.alloc(65_536, 'x');
const large = 32 * 2 ** 20;

async function* pieces(count: number, pauseMs = 0): AsyncGenerator<Buffer> {
  for (let at = 0; at < count; at++) {
    if (pauseMs > 0) await sleep(pauseMs);
    yield pauseMs > 0 ? piece.subarray(0, 10) : piece;
  }
}

/** The doors as they are, with three downloads that need no database. */
async function openDoors(settings: { DOWNLOAD_SECONDS: number; DOWNLOAD_RATE: number }): Promise<FastifyInstance> {
  const app = { ...belt.app, config: { ...belt.app.config, ...settings } };
  const server = await buildServer(app, { check: 50, answerWindow: 800 });
  servers.push(server);
  server.get('/at-once', (_, reply) => reply.send(Buffer.alloc(large, 'x')));
  server.get('/in-pieces', (_, reply) => reply.send(Readable.from(pieces(large / piece.length))));
  server.get('/made-slowly', (_, reply) => reply.send(Readable.from(pieces(10, 150))));
  server.get('/endless', (_, reply) => reply.send(Readable.from(pieces(Number.POSITIVE_INFINITY, 20))));
  await server.listen({ host: '127.0.0.1', port: 0 });
  return server;
}

const portOf = ({ server }: FastifyInstance) => (server.address() as { port: number }).port;

/** Reads until the connection ends, `atOnce` bytes every 20 ms, or as they come; gives how much it got. */
async function download(server: FastifyInstance, path: string, atOnce?: number): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port: portOf(server) });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  let got = 0;
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('data', (bytes: Buffer) => {
    got += bytes.length;
    if (atOnce === undefined) return;
    socket.pause();
    setTimeout(() => socket.resume(), (20 * bytes.length) / atOnce);
  });
  // A slow reader hears of it only when it has read what its own system holds.
  await Promise.race([ended, ...(atOnce ? [untilDropped(server)] : [])]);
  socket.destroy();
  return got;
}

const bounded = { DOWNLOAD_SECONDS: 60, DOWNLOAD_RATE: 500_000 };

for (const path of ['/at-once', '/in-pieces'])
  test(`${path}: a reader below the rate is dropped, one above it gets all`, async () => {
    const server = await openDoors(bounded);
    assert.ok((await download(server, path, 2_000)) < large / 2, 'dropped in the middle');
    assert.ok((await download(server, path)) > large);
  });

test('an answer that is made slowly is nobody’s fault', async () => {
  const server = await openDoors(bounded);
  assert.ok((await download(server, '/made-slowly')) > 100);
});

test('nobody reads one answer for ever', async () => {
  const server = await openDoors({ DOWNLOAD_SECONDS: 1, DOWNLOAD_RATE: 0 });
  assert.ok((await download(server, '/endless')) > 0);
});

test('who asks for a hundred answers at once and reads none has a few made and is dropped', async () => {
  const server = await openDoors(bounded);
  let made = 0;
  server.server.on('request', (_, response) => response.once('finish', () => made++));
  const socket = connect({ host: '127.0.0.1', port: portOf(server) });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.pause();
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write('GET /at-once HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(100));
  await Promise.race([ended, untilDropped(server)]);
  socket.destroy();
  assert.ok(made <= 2, `${made} were made`);
});

async function untilDropped({ server }: FastifyInstance): Promise<void> {
  const count = () =>
    new Promise<number>((resolve, reject) => server.getConnections((error, n) => (error ? reject(error) : resolve(n))));
  let isOpen = false;
  for (const deadline = performance.now() + 30_000; ; await sleep(20)) {
    const connections = await count();
    if (isOpen && connections === 0) return;
    isOpen ||= connections > 0;
    assert.ok(performance.now() < deadline, 'the connection is still open');
  }
}
