/** Requests that break HTTP itself: what two servers could understand differently, what is too large, what is another protocol. */

import assert from 'node:assert/strict';
import type { Entry, Outcome } from '../run-table.ts';
import type { Conversation, Said } from './converse.ts';

/** Stands behind a request whose length is in doubt; a server that answers it was led to see two requests. */
const hidden = 'GET /livez?hidden HTTP/1.1\r\nHost: x\r\n\r\n';
const post = (headers: string, body = '') => `POST /wallet HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`;
const get = (headers = '', target = '/livez') => `GET ${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;

type Row = Entry<Said, Conversation>;

/** Exactly one answer, with one of these numbers, and the connection is of no further use. */
const refusedOnce =
  (...statuses: number[]) =>
  (outcome: Outcome<Conversation>) => {
    assert.ok('output' in outcome);
    const { statuses: found, text, hungUp } = outcome.output;
    assert.equal(found.length, 1, `${found.length} answers: ${text.slice(0, 300)}`);
    assert.ok(statuses.includes(found[0] as number), text.slice(0, 300));
    assert.ok(hungUp, 'the connection stays open');
    assert.ok(text.length < 4_000 && !/node_modules|\bat \w+ \(/.test(text), text.slice(0, 2_000));
  };

const bad = (name: string, bytes: string | Buffer, ...statuses: number[]): Row => ({
  name,
  input: { bytes },
  judge: refusedOnce(...(statuses.length > 0 ? statuses : [400])),
});

const gives = (name: string, input: Said, ...statuses: number[]): Row => ({
  name,
  input,
  judge: (outcome) => assert.deepEqual('output' in outcome && outcome.output.statuses, statuses),
});

const chunks = (head: string, body = '0\r\n\r\n') => post(head, body + hidden);

const lengths = ['+5', '-1', '5,5', '5, 6', '0x5', '5 5', 'five', '5.0', '99999999999999999999', '٥', ''];
const encodings = ['xchunked', 'chunked, identity', 'chunked, chunked', 'gzip', '\x0bchunked', 'chunked\0'];

export const protocol: Row[] = [
  bad('a length and chunks', chunks('Content-Length: 5\r\nTransfer-Encoding: chunked')),
  bad('chunks and a length', chunks('Transfer-Encoding: chunked\r\nContent-Length: 5')),
  bad('two lengths', post('Content-Length: 0\r\nContent-Length: 40', hidden)),
  bad('the same length twice', post('Content-Length: 5\r\nContent-Length: 5', `a=bcd${hidden}`)),
  ...lengths.map((length) =>
    bad(`a length of ${JSON.stringify(length)}`, post(`Content-Length: ${length}`, `a=bcd${hidden}`)),
  ),
  ...encodings.map((encoding) =>
    bad(`an encoding of ${JSON.stringify(encoding)}`, chunks(`Transfer-Encoding: ${encoding}`), 400, 501),
  ),
  bad('a blank before the colon of the length', post('Content-Length : 5', `a=bcd${hidden}`)),
  bad('a blank before the colon of the encoding', chunks('Transfer-Encoding : chunked')),
  bad('an encoding that goes on in the next line', chunks('Transfer-Encoding:\r\n chunked\r\nContent-Length: 5')),
  bad('a chunk without a length', chunks('Transfer-Encoding: chunked', '\r\nabc\r\n0\r\n\r\n')),
  bad('a chunk of a negative length', chunks('Transfer-Encoding: chunked', '-1\r\nabc\r\n0\r\n\r\n')),
  bad('a chunk of 0x5', chunks('Transfer-Encoding: chunked', '0x5\r\na=bcd\r\n0\r\n\r\n')),
  bad('a chunk longer than any', chunks('Transfer-Encoding: chunked', 'fffffffffffffffff\r\n')),
  bad('a chunk that is longer than it says', chunks('Transfer-Encoding: chunked', '2\r\na=bcd\r\n0\r\n\r\n'), 400, 415),
  bad(
    'a chunk extension of 100 KB',
    chunks('Transfer-Encoding: chunked', `5;${'x'.repeat(100_000)}\r\na=bcd\r\n0\r\n\r\n`),
    400,
    413,
  ),
  bad('a trailer of 100 KB', chunks('Transfer-Encoding: chunked', `0\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`), 400, 431),
  bad('a header of a megabyte', `${get()}`.replace('\r\n\r\n', `\r\nX: ${'x'.repeat(2 ** 20)}\r\n\r\n`), 431),
  bad('a header that never ends', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(60_000)}`, 431),
  bad('10,000 headers', get(Array.from({ length: 10_000 }, (_, at) => `X${at}: y\r\n`).join('')), 431),
  bad('an address of 100 KB', get('', `/${'a'.repeat(100_000)}`), 414, 431),
  bad('a header without a colon', get('X y\r\n')),
  bad('a header without a name', get(': y\r\n')),
  bad('NUL in a header', get('X: a\0b\r\n')),
  bad('a lone LF in a header', get('X: a\nY: b\r\n')),
  bad('a lone CR in a header', get('X: a\rY: b\r\n')),
  bad('a header that goes on in the next line', get('X: a\r\n b\r\n')),
  bad('no host', 'GET /livez HTTP/1.1\r\n\r\n'),
  bad('NUL in the address', get('', '/livez\0')),
  bad('a blank in the address', get('', '/li vez')),
  bad('bytes beyond ASCII in the method', 'G\xc9T / HTTP/1.1\r\nHost: x\r\n\r\n'),
  bad('a method of small letters', 'get / HTTP/1.1\r\nHost: x\r\n\r\n'),
  bad('a version that is none', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'),
  gives('HTTP 0.9', { bytes: 'GET /\r\n' }),
  bad('HTTP 2 by prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  bad('the beginning of TLS', Buffer.from('16030100a5010000a103035f', 'hex')),
  bad('SSH', 'SSH-2.0-OpenSSH_9.2\r\n'),
  bad('binary rubbish', Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 73 + 11) % 256))),
  gives('a wish nobody grants', { bytes: get('Expect: banana\r\n'), answers: 1 }, 417),
  gives('an upgrade to another protocol', { bytes: get('Connection: Upgrade\r\nUpgrade: h2c\r\n'), answers: 1 }, 200),
  gives('an upgrade to WebSocket', { bytes: get('Connection: Upgrade\r\nUpgrade: websocket\r\n'), answers: 1 }, 200),
  gives('a whole address as the target', { bytes: get('', 'http://elsewhere.example/livez'), answers: 1 }, 200),
  gives('all addresses at once', { bytes: 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', answers: 1 }, 404),
  gives('100 requests in one breath', { bytes: get().repeat(100), answers: 100 }, ...Array(100).fill(200)),
  gives(
    'a body that a GET has no use for',
    { bytes: `${get('Content-Length: 5\r\n')}a=bcd${get()}`, answers: 2 },
    200,
    200,
  ),
  gives('a percent sign without digits', { bytes: get('', '/%'), answers: 1 }, 404),
  gives('percent signs that are no UTF-8', { bytes: get('', '/credential/%ff%fe'), answers: 1 }, 404),
  gives('an overlong slash', { bytes: get('', '/assets/%c0%af..%c0%afetc'), answers: 1 }, 404),
  gives('dots that lead out', { bytes: get('', '/assets/../../../etc/passwd'), answers: 1 }, 404),
  gives('encoded dots that lead out', { bytes: get('', '/assets/..%2f..%2fetc%2fpasswd'), answers: 1 }, 404),
  gives('a backslash', { bytes: get('', '/assets/..\\..\\x'), answers: 1 }, 404),
  ...(['end', 'reset'] as const).flatMap((leaves) => [
    gives(
      `a client that leaves in the address (${leaves})`,
      { bytes: 'GET /liv', leaves },
      ...(leaves === 'end' ? [400] : []),
    ),
    gives(
      `a client that leaves in the headers (${leaves})`,
      { bytes: 'GET / HTTP/1.1\r\nHo', leaves },
      ...(leaves === 'end' ? [400] : []),
    ),
  ]),
];
