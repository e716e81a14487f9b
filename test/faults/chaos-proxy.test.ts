/** The proxy of the fault tests does what it says: a fault that is not injected proves nothing. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChaosProxy, openChaosProxy } from '../support/chaos-proxy.ts';

/** A server that says everything back and keeps what it got. */
async function openEcho() {
  const got: string[] = [];
  const server = net.createServer((socket) => {
    const at = got.push('') - 1;
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      got[at] += String(piece);
      socket.write(piece);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await openChaosProxy({ host: '127.0.0.1', port: (server.address() as net.AddressInfo).port });
  return { got, proxy, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]().then(() => void server.close()) };
}

async function connectTo(proxy: ChaosProxy) {
  const socket = net.connect({ port: proxy.port, host: '127.0.0.1' });
  const heard = { text: '', pieces: 0 };
  socket.on('error', () => {});
  socket.on('data', (piece) => {
    heard.text += String(piece);
    heard.pieces += 1;
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([once(socket, 'connect').catch(() => {}), closed]);
  return { socket, heard, closed };
}

async function until(met: () => boolean): Promise<void> {
  for (let patience = 500; !met(); patience--) {
    assert.ok(patience > 0, 'it has not happened');
    await sleep(10);
  }
}

test('what nothing is done to passes as it is', async () => {
  await using echo = await openEcho();
  const { socket, heard, closed } = await connectTo(echo.proxy);
  const long = 'x'.repeat(3_000_000);
  socket.write(long);
  await until(() => heard.text.length === long.length);
  socket.end();
  await closed;
  await until(() => echo.proxy.open === 0);
});

test('cut resets what is open; refuse also what comes after, until it is healed', async () => {
  await using echo = await openEcho();
  const { heard, socket, closed } = await connectTo(echo.proxy);
  socket.write('a');
  await until(() => heard.text === 'a');
  assert.equal(echo.proxy.cut(), 1);
  await closed;
  echo.proxy.refuse();
  await (await connectTo(echo.proxy)).closed;
  echo.proxy.heal();
  const again = await connectTo(echo.proxy);
  again.socket.write('b');
  await until(() => again.heard.text === 'b');
});

test('in a black hole connections stay open and silent; what was said arrives when it is healed, one way alone too', async () => {
  await using echo = await openEcho();
  const { socket, heard } = await connectTo(echo.proxy);
  echo.proxy.blackHole();
  socket.write('lost?');
  const late = await connectTo(echo.proxy);
  late.socket.write('late');
  await sleep(100);
  assert.deepEqual([echo.got.join(''), heard.text, socket.destroyed], ['', '', false]);
  echo.proxy.heal();
  await until(() => heard.text === 'lost?' && late.heard.text === 'late');
  echo.proxy.blackHole('toClient');
  socket.write('!');
  await until(() => echo.got.includes('lost?!'));
  await sleep(50);
  assert.equal(heard.text, 'lost?');
  echo.proxy.heal();
  await until(() => heard.text === 'lost?!');
});

test('a cut on a pattern comes with or without it, at the nth time, however the bytes were packed', async () => {
  await using echo = await openEcho();
  for (const forward of [true, false]) {
    const met = echo.proxy.cutOn({ pattern: 'commit', at: 2, forward });
    const { socket, closed } = await connectTo(echo.proxy);
    for (const piece of ['begin commit begin com', 'mit more']) {
      socket.write(piece);
      await sleep(20);
    }
    await met;
    await closed;
    const expected = forward ? 'begin commit begin commit' : 'begin commit begin com';
    await until(() => echo.got.at(-1) === expected);
  }
});

test('a cut after n bytes lets exactly so many pass', async () => {
  await using echo = await openEcho();
  const met = echo.proxy.cutOn({ bytes: 1_000 });
  const { socket, closed } = await connectTo(echo.proxy);
  socket.write('x'.repeat(700));
  socket.write('y'.repeat(700));
  await met;
  await closed;
  await until(() => echo.got.at(-1)?.length === 1_000);
});

test('slices come one by one, and late when they are delayed', async () => {
  await using echo = await openEcho();
  echo.proxy.slice(1);
  const { socket, heard } = await connectTo(echo.proxy);
  socket.write('0123456789');
  await until(() => heard.text === '0123456789');
  assert.ok(heard.pieces > 1, `${heard.pieces} pieces`);
  echo.proxy.delay(20);
  socket.write('abc');
  await until(() => heard.text.endsWith('abc'));
});
