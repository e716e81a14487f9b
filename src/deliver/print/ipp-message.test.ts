/** Requests have the bytes of RFC 8010; answers are read, and nonsense is refused. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeAnswer } from './ipp-answer.ts';
import { encodeRequest } from './ipp-message.ts';

test('a request has the bytes of RFC 8010, A.1', () => {
  const bytes = encodeRequest({
    operation: 'createJob',
    requestId: 1,
    attributes: [
      { name: 'attributes-charset', tag: 'charset', values: ['utf-8'] },
      { name: 'attributes-natural-language', tag: 'language', values: ['en-us'] },
    ],
    job: [
      { name: 'copies', tag: 'integer', values: [20] },
      { name: 'sides', tag: 'keyword', values: ['two-sided-long-edge'] },
    ],
  });
  const text = (value: string) => Buffer.from(value).toString('hex');
  assert.equal(
    bytes.toString('hex'),
    [
      '0200000500000001',
      `01470012${text('attributes-charset')}0005${text('utf-8')}`,
      `48001b${text('attributes-natural-language')}0005${text('en-us')}`,
      `02210006${text('copies')}000400000014`,
      `440005${text('sides')}0013${text('two-sided-long-edge')}`,
      '03',
    ].join(''),
  );
});

test('several values and collections are read as they were written', () => {
  const bytes = encodeRequest({
    operation: 'getPrinterAttributes',
    requestId: 7,
    attributes: [{ name: 'requested-attributes', tag: 'keyword', values: ['a', 'b'] }],
    job: [
      {
        name: 'media-col',
        tag: 'collection',
        values: [
          [
            {
              name: 'media-size',
              tag: 'collection',
              values: [
                [
                  { name: 'x-dimension', tag: 'integer', values: [21590] },
                  { name: 'y-dimension', tag: 'integer', values: [27940] },
                ],
              ],
            },
            { name: 'media-type', tag: 'keyword', values: ['stationery'] },
          ],
        ],
      },
      { name: 'fidelity', tag: 'boolean', values: [true, false] },
    ],
  });
  const { groups, requestId } = decodeAnswer(bytes);
  assert.equal(requestId, 7);
  assert.deepEqual(JSON.parse(JSON.stringify(groups)), [
    { tag: 1, attributes: { 'requested-attributes': ['a', 'b'] } },
    {
      tag: 2,
      attributes: {
        'media-col': [
          { 'media-size': [{ 'x-dimension': [21590], 'y-dimension': [27940] }], 'media-type': ['stationery'] },
        ],
        fidelity: [true, false],
      },
    },
  ]);
});

test('ranges, texts with a language and values that are none are read', () => {
  const field = (tag: number, name: string, value: string) => {
    const bytes = Buffer.from(value, 'hex');
    const head = Buffer.alloc(3);
    head.writeUInt8(tag);
    head.writeUInt16BE(name.length, 1);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([head, Buffer.from(name), length, bytes]);
  };
  const { groups } = decodeAnswer(
    Buffer.concat([
      Buffer.from('0200000000000001' + '02', 'hex'),
      field(0x33, 'range', '0000000100000064'),
      field(0x36, 'name', '0002656e00024142'),
      field(0x13, 'none', ''),
      field(0x31, 'date', '07ea0b160a2b00002b0000'),
      Buffer.from([3]),
    ]),
  );
  const { range, name, none, date } = groups[0]?.attributes ?? {};
  assert.deepEqual([range, name, none], [[{ low: 1, high: 100 }], ['AB'], [null]]);
  assert.deepEqual(date, [new Uint8Array(Buffer.from('07ea0b160a2b00002b0000', 'hex'))]);
});

test('whatever a printer sends, it is read or refused', () => {
  const valid = encodeRequest({
    operation: 'getJobs',
    requestId: 3,
    attributes: [{ name: 'x', tag: 'integer', values: [1] }],
    job: [{ name: 'c', tag: 'collection', values: [[{ name: 'd', tag: 'text', values: ['e'] }]] }],
  });
  const check = (bytes: Uint8Array) => {
    try {
      decodeAnswer(Buffer.from(bytes));
    } catch (error) {
      assert.ok(error instanceof RangeError, String(error));
    }
  };
  for (let end = 0; end < valid.length; end++) check(valid.subarray(0, end));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check));
  fc.assert(
    fc.property(fc.nat(valid.length - 1), fc.nat(255), (at, byte) => {
      const changed = Uint8Array.from(valid);
      changed[at] = byte;
      check(changed);
    }),
  );
  // Collections in collections, as deep as a message is long.
  check(
    Buffer.concat([
      Buffer.from('020000000000000102', 'hex'),
      Buffer.from('3400017800004a00000001780000'.repeat(500), 'hex'),
    ]),
  );
});
