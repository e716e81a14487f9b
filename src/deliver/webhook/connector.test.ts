/** Whatever a receiver or a name server does, the connector goes nowhere it may not, and comes back in time with little in its hands. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { openDnsServer } from '../../../test/support/dns-server.ts';
import { tlsIdentity } from '../../../test/support/tls-identity.ts';
import { openSink } from '../../../test/support/webhook-sink.ts';
import { openConnector } from './connector.ts';

const bounds = { connect: 700, total: 1_500, bodyBytes: 65_536 };
/** 127.0.0.1 plays the public internet; 127.0.0.2, a machine beside it that must never be reached. */
const allowPrivate = '127.0.0.1/32';
const connectorOf = (nameServers = '') => openConnector({ allowPrivate, nameServers }, bounds);
const connector = connectorOf();

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

/** A server that speaks no HTTP of its own: `act` gets the socket once the request has begun to arrive. */
async function rawServer(act: (socket: Socket) => void, options: { host?: string; scheme?: string } = {}) {
  const { host = '127.0.0.1', scheme = 'http' } = options;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => act(socket));
  });
  servers.push(server);
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const count = () => sockets.size;
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { url: new URL(`${scheme}://${host}:${port}/hook`), port, count, end };
}

const post = (url: URL, by = connector) => by.post(url, { 'x-test': '1' }, Buffer.from('{}'));

/** Writes again and again until the other side is gone; gives the number of bytes the kernel took. */
function pour(socket: Socket, piece: string, everyMs: number): { written: number } {
  const poured = { written: 0 };
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else if (!socket.writableNeedDrain) poured.written += piece.length;
    if (!socket.destroyed && !socket.writableNeedDrain) socket.write(piece);
  }, everyMs);
  socket.once('close', () => clearInterval(timer));
  return poured;
}

test('a message arrives as it is, and the answer’s status and beginning come back', async () => {
  await using sink = await openSink((_, response) =>
    response.writeHead(202, { 'retry-after': '120' }).end(`thank\u0000 you\u001b[31m${'!'.repeat(5_000)}`),
  );
  const outcome = await post(new URL(`${sink.url}?a=b%20c`));
  assert.ok('answer' in outcome);
  assert.equal(outcome.answer.status, 202);
  assert.equal(outcome.answer.retryAfterSeconds, 120);
  assert.match(outcome.answer.excerpt, /^thank you\[31m!+$/);
  assert.ok(outcome.answer.excerpt.length <= 1_024);
  const [message] = sink.received;
  assert.equal(message?.path, '/hook?a=b%20c');
  assert.equal(message?.body, '{}');
  assert.equal(message?.headers['content-length'], '2');
  assert.equal(message?.headers.connection, 'close');
});

test('an address that is not allowed gets no connection: literal, by name, or as one of several', async () => {
  const forbidden = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'), { host: '127.0.0.2' });
  const six = createServer().listen(0, '::1');
  servers.push(six);
  await once(six, 'listening');
  let overSix = 0;
  six.on('connection', () => overSix++);
  const answers: Record<string, string[]> = {
    'one.test': ['127.0.0.2'],
    'mixed.test': ['127.0.0.1', '127.0.0.2'],
    'six.test': ['::1'],
    'both.test': ['127.0.0.1', '::1'],
    'mapped.test': ['::ffff:7f00:2'],
    'metadata.test': ['169.254.169.254'],
    'none.test': [],
  };
  await using dns = await openDnsServer((name) => answers[name] ?? []);
  const by = connectorOf(dns.address);
  const sixPort = (six.address() as AddressInfo).port;
  for (const host of [
    '127.0.0.2',
    '0x7f000002',
    '2130706434',
    ...Object.keys(answers),
    'localhost',
    '[::1]',
    '[::ffff:7f00:2]',
  ])
    for (const port of [forbidden.port, sixPort])
      for (const scheme of ['http', 'https']) {
        const outcome = await post(new URL(`${scheme}://${host}:${port}/`), by);
        assert.ok('fault' in outcome, host);
        if (host !== 'localhost')
          assert.match(outcome.fault, host === 'none.test' ? /has no address/ : /private or reserved/, host);
      }
  assert.equal(forbidden.count(), 0);
  assert.equal(overSix, 0);
});

test('T-REBIND: a name that answers with a public address first and a private one after is reached at the first only', async () => {
  await using sink = await openSink(200);
  const { port } = new URL(sink.url);
  const forbidden = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'), { host: '127.0.0.2' });
  // Whoever asked twice, once to check and once to connect, would connect to the second.
  await using dns = await openDnsServer((_, nth) => [nth % 2 === 1 ? '127.0.0.1' : '127.0.0.2']);
  const by = connectorOf(dns.address);
  for (let round = 1; round <= 4; round++) {
    const outcome = await post(new URL(`http://rebind.test:${round % 2 === 1 ? port : forbidden.port}/`), by);
    assert.equal('answer' in outcome, round % 2 === 1, `round ${round}`);
    assert.equal(dns.questions.filter((one) => one === 'A rebind.test').length, round, 'asked once for each message');
  }
  assert.equal(forbidden.count(), 0);
  assert.equal(sink.connections, 2);
  assert.equal(sink.received[0]?.headers.host, `rebind.test:${port}`);
});

test('redirects are not followed', async () => {
  const target = await rawServer(() => {}, { host: '127.0.0.2' });
  await using inside = await openSink(200);
  for (const status of [301, 302, 303, 307, 308])
    for (const location of [target.url.href, inside.url, 'http://169.254.169.254/latest/meta-data/']) {
      await using sink = await openSink((_, response) => response.writeHead(status, { location }).end());
      const outcome = await post(new URL(sink.url));
      assert.equal('answer' in outcome && outcome.answer.status, status);
    }
  assert.equal(target.count() + inside.connections, 0);
});

test('an endless body is cut: the status counts, and little of it is taken', async () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n';
  let poured = { written: 0 };
  const fast = await rawServer((socket) => {
    socket.write(head);
    poured = pour(socket, 'x'.repeat(65_536), 1);
  });
  const slow = await rawServer((socket) => {
    socket.write(head);
    pour(socket, 'x', 100);
  });
  for (const { url } of [fast, slow]) {
    const outcome = await post(url);
    assert.equal('answer' in outcome && outcome.answer.status, 200);
    assert.ok('answer' in outcome && outcome.answer.excerpt.length <= 1_024);
  }
  assert.ok(poured.written < 20 * 2 ** 20, `${poured.written} bytes`);
});

test('a compressed body is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(50 * 2 ** 20));
  await using sink = await openSink((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
  const outcome = await post(new URL(sink.url));
  assert.deepEqual('answer' in outcome && outcome.answer.excerpt, '(encoded)');
});

test('answers that never come, never end or are none are faults, each in words', async () => {
  const cases: [string, (socket: Socket) => void, RegExp][] = [
    ['never answers', () => {}, /no answer within 1.5 s/],
    ['sends its header byte by byte', (socket) => void pour(socket, 'H', 200), /no answer|not HTTP/],
    [
      'sends header lines without end, slowly',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        pour(socket, 'x-more: yes\r\n', 50);
      },
      /no answer within 1.5 s/,
    ],
    [
      'sends header lines without end, fast',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        pour(socket, `x-more: ${'y'.repeat(1_000)}\r\n`, 1);
      },
      /header of the answer is larger/,
    ],
    [
      'announces an answer again and again',
      (socket) => void pour(socket, 'HTTP/1.1 102 Processing\r\n\r\n', 20),
      /no answer/,
    ],
    ['resets the connection', (socket) => socket.resetAndDestroy(), /was reset/],
    ['hangs up', (socket) => socket.end(), /reset|closed/],
    ['hangs up inside the header', (socket) => socket.end('HTTP/1.1 200 OK\r\nx-a: b\r\n'), /reset|closed|not HTTP/],
    ['speaks something else', (socket) => socket.end('SSH-2.0-OpenSSH_9.7\r\n'), /not HTTP/],
    [
      'switches protocols',
      (socket) => socket.end('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      /closed|reset/,
    ],
  ];
  await Promise.all(
    cases.map(async ([name, act, reason]) => {
      const server = await rawServer(act);
      const outcome = await post(server.url);
      assert.ok('fault' in outcome, name);
      assert.match(outcome.fault, reason, name);
      server.end();
    }),
  );
  const closed = await rawServer(() => {});
  servers.pop()?.close();
  const outcome = await post(closed.url);
  assert.deepEqual(outcome, { fault: 'the connection was refused' });
});

test('a name server or a host that does not speak is given up after the time for connecting', async () => {
  const deaf = await rawServer(() => {}, { scheme: 'https' });
  assert.deepEqual(await post(deaf.url), { fault: 'no connection within 0.7 s' });
  deaf.end();
  const mute = connectorOf('127.0.0.1:9');
  assert.match(JSON.stringify(await post(new URL('http://slow.test/'), mute)), /no connection within|has no address/);
});

test('TLS is verified: by whom, and for which name', async () => {
  let taken = 0;
  const server = https.createServer(tlsIdentity, (_, response) => {
    taken++;
    response.writeHead(204).end();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await using dns = await openDnsServer(() => ['127.0.0.1']);
  const by = connectorOf(dns.address);
  const at = (name: string) => new URL(`https://${name}:${(server.address() as AddressInfo).port}/`);
  assert.deepEqual(await post(at('hooks.example'), by), {
    fault: 'the host’s certificate or TLS is not in order (DEPTH_ZERO_SELF_SIGNED_CERT)',
  });
  setDefaultCACertificates([tlsIdentity.cert]);
  assert.match(JSON.stringify(await post(at('other.example'), by)), /ERR_TLS_CERT_ALTNAME_INVALID/);
  assert.match(JSON.stringify(await post(at('127.0.0.1'), by)), /ERR_TLS_CERT_ALTNAME_INVALID/);
  assert.equal(taken, 0, 'nothing was sent to a host that is not who it should be');
  const outcome = await post(at('hooks.example'), by);
  assert.equal('answer' in outcome && outcome.answer.status, 204);
  await using plain = await openSink();
  assert.match(JSON.stringify(await post(new URL(plain.url.replace('http:', 'https:')), by)), /TLS/);
});
