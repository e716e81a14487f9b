/** The reader of JSON against JSON.parse: the same documents taken and refused, the same values, wherever the chunks are cut. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rounds } from '../../test/support/rounds.ts';
import type { Issue } from '../domain/issue.ts';
import { plainDigits } from '../domain/plain-digits.ts';
import type { ChanceryError } from '../errors.ts';
import { type JsonRow, readJsonEnvelope, readJsonRows } from './json.ts';

const bodyOf = (document: string | Uint8Array, size = 65_536) => {
  const bytes = Buffer.from(document as string);
  return async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
};

async function read(document: string | Uint8Array, size?: number) {
  const body = bodyOf(document, size);
  const envelope = await readJsonEnvelope(body, 'rows', ['id', 'other']);
  const rows: JsonRow[] = [];
  for await (const some of readJsonRows(body, 'rows')) rows.push(...some);
  return { ...envelope, elements: rows.map(({ value }) => value), numbers: rows.map(({ row }) => row) };
}

async function faultOf(document: string | Uint8Array, size?: number): Promise<Issue> {
  const issues = await read(document, size).then(
    () => assert.fail(`taken: ${Buffer.from(document as string).toString('latin1', 0, 200)}`),
    (error: ChanceryError) => error.issues,
  );
  assert.equal(issues.length, 1);
  return issues[0] as Issue;
}

/** Spaces between the tokens, escapes in the texts: the same document written in another way. */
const spaced = (value: unknown, indent: number) =>
  JSON.stringify(value, null, indent).replace(/[é\u{1f600}-\u{1f64f}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );

test('every document is cut into what JSON.parse makes of it, wherever its chunks end', async () => {
  const key = fc.oneof(fc.string({ unit: 'binary', maxLength: 5 }), fc.constantFrom('rows', 'id', '__proto__', 'é"\\'));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('\ud800', '"', '\\', '\u2028', 'é', '😀', ''),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => String(number).length <= 15),
      fc.constantFrom(null, true, false, 0, -1, 6.5),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(key, value, { maxKeys: 4 }),
      fc.array(value, { maxLength: 6 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 1, max: 20 }),
      async (others, rows, first, indent, size) => {
        const { rows: _, ...rest } = others;
        const document = spaced(first ? { rows, ...rest } : { ...rest, rows }, indent);
        const meant = JSON.parse(document) as Record<string, unknown>;
        const got = await read(document, size);
        assert.deepEqual(got.elements, meant.rows);
        assert.deepEqual(
          got.numbers,
          rows.map((_, at) => at + 1),
        );
        assert.equal(got.rows, rows.length);
        assert.deepEqual(got.issues, []);
        for (const name of ['id', 'other']) {
          assert.equal(got.values.has(name), Object.hasOwn(meant, name));
          assert.deepEqual(got.values.get(name), meant[name]);
        }
      },
    ),
    { numRuns: rounds(40, 1_000) },
  );
});

/** Long numbers come as their digits. */
const asNumbers = (value: unknown) =>
  JSON.stringify(value, (_, one) => (typeof one === 'string' && /^-?\d[\d.e+-]*$/i.test(one) ? Number(one) : one));

test('a document that is spoilt in one place is refused where JSON.parse refuses it, and taken where it takes it', async () => {
  const whole = JSON.stringify(
    { id: 'é', rows: [{ a: [1.5e3, -0, 'x\\"\u00e9'], b: null }, 17, true, ['q'], {}], other: [] },
    null,
    1,
  );
  const spoilt = fc.oneof(
    fc.record({ at: fc.nat(whole.length), drop: fc.nat(3), put: fc.string({ maxLength: 2 }) }),
    fc.record({
      at: fc.nat(whole.length),
      drop: fc.nat(2),
      put: fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        '\\u12',
        '0',
        '-',
        '.',
        'e',
        'E+',
        'null',
        'NaN',
        '\n',
        '\0',
        '//',
        "'",
      ),
    }),
  );
  let [taken, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(spoilt, fc.integer({ min: 1, max: 70 }), async ({ at, drop, put }, size) => {
      const document = whole.slice(0, at) + put + whole.slice(at + drop);
      let meant: unknown;
      try {
        meant = JSON.parse(document);
      } catch {
        const { code, path, params } = await faultOf(document, size);
        assert.deepEqual([path, code], ['body', 'malformed_json']);
        assert.ok((params?.offset as number) <= Buffer.byteLength(document));
        refused++;
        return;
      }
      const got = await read(document, size);
      if (typeof meant !== 'object' || Array.isArray(meant)) return;
      const rows = (meant as { rows?: unknown }).rows;
      if (Array.isArray(rows) && got.issues.length === 0) assert.deepEqual(asNumbers(got.elements), asNumbers(rows));
      taken++;
    }),
    { numRuns: 1_500 },
  );
  assert.ok(taken > 50 && refused > 500, `${taken} taken, ${refused} refused`);
});

test('what is not JSON is named with line, column and byte', async () => {
  const cases: [document: string | Uint8Array, line: number, column: number, offset: number, reason: string][] = [
    ['', 1, 1, 0, 'it is empty'],
    [' \n\t', 2, 2, 3, 'it is empty'],
    ['\ufeff', 1, 1, 3, 'it is empty'],
    ['{"rows":[', 1, 10, 9, 'it ends too early'],
    ['{"rows":[{"a":"b', 1, 17, 16, 'it ends too early'],
    ['{"rows":[1', 1, 11, 10, 'it ends too early'],
    ['{"rows":[]}x', 1, 12, 11, 'something follows its end'],
    ['{"rows":[]} {}', 1, 13, 12, 'something follows its end'],
    ['{"rows":[]},', 1, 12, 11, 'something follows its end'],
    ['{"rows":[NaN]}', 1, 10, 9, 'an unexpected character'],
    ['{"rows":[Infinity]}', 1, 10, 9, 'an unexpected character'],
    ['{"rows":[undefined]}', 1, 10, 9, 'an unexpected character'],
    ["{'rows':[]}", 1, 2, 1, 'an unexpected character'],
    ['{rows:[]}', 1, 2, 1, 'an unexpected character'],
    ['{"rows":[1,]}', 1, 12, 11, 'an unexpected character'],
    ['{"rows":[],}', 1, 12, 11, 'an unexpected character'],
    ['{"rows":[1 2]}', 1, 12, 11, 'an unexpected character'],
    ['{"rows":[}', 1, 10, 9, 'an unexpected character'],
    ['{"rows":[]]', 1, 11, 10, 'an unexpected character'],
    ['{"rows" []}', 1, 9, 8, 'an unexpected character'],
    ['{\n  // all of them\n"rows":[]}', 2, 3, 4, 'an unexpected character'],
    ['{"é":"😀",\n "ñ" : "a\nb"}', 2, 10, 24, 'a control character stands in a text'],
    ['{"rows":["a\\x"]}', 1, 13, 12, 'an escape is not valid'],
    ['{"rows":["\\u12g4"]}', 1, 15, 14, 'an escape is not valid'],
    ['{"rows":[01]}', 1, 11, 10, 'a number is not valid'],
    ['{"rows":[1.]}', 1, 12, 11, 'a number is not valid'],
    ['{"rows":[+1]}', 1, 10, 9, 'an unexpected character'],
    ['{"rows":[.5]}', 1, 10, 9, 'an unexpected character'],
    ['{"rows":[1e]}', 1, 12, 11, 'a number is not valid'],
    ['{"rows":[-]}', 1, 11, 10, 'a number is not valid'],
    ['{"rows":[0x1]}', 1, 11, 10, 'a number is not valid'],
    ['{"rows":[truE]}', 1, 13, 12, 'an unexpected character'],
    ['{"rows":[\u00a0]}', 1, 10, 9, 'an unexpected character'],
    ['{"rows":[\ufeff]}', 1, 10, 9, 'an unexpected character'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 1, 65, 64, 'it is nested too deeply'],
    [`{"x":${'{"a":'.repeat(100_000)}`, 1, 321, 320, 'it is nested too deeply'],
    [Buffer.from('{"é":"\xff"}', 'latin1'), 1, 3, 2, 'it is not UTF-8'],
    [Buffer.from([...Buffer.from('{"a":"b'), 0xc3]), 1, 8, 7, 'it is not UTF-8'],
    [Buffer.from([...Buffer.from('{"a":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d]), 1, 7, 6, 'it is not UTF-8'],
    [Buffer.from('{"rows":[]}', 'utf16le'), 1, 2, 1, 'an unexpected character'],
    [Buffer.from('\ufeff{"rows":[]}', 'utf16le'), 1, 1, 0, 'it is not UTF-8'],
    ['PK\x03\x04', 1, 1, 0, 'an unexpected character'],
    ['email,name\na@b.c,A', 1, 1, 0, 'an unexpected character'],
    ['--b\r\nContent-Disposition: form-data', 1, 2, 1, 'a number is not valid'],
  ];
  for (const [document, line, column, offset, reason] of cases)
    for (const size of [1, 7, 65_536]) {
      const { code, params } = await faultOf(document, size);
      const name = `${Buffer.from(document as string)
        .toString('utf8')
        .slice(0, 60)} in chunks of ${size}`;
      assert.deepEqual({ code, ...params }, { code: 'malformed_json', line, column, offset, reason }, name);
    }
});

test('what stands beside the list may be anything, in any order; a key that matters comes once', async () => {
  const rows = [{ a: 1 }];
  const big = 'x'.repeat(3 * 2 ** 20);
  const before = await read(
    JSON.stringify({ big, nested: { rows: [1, 2, { rows: [3] }] }, rows, id: 'i', other: [1] }),
  );
  assert.deepEqual([before.elements, before.values.get('id'), before.values.get('other')], [rows, 'i', [1]]);
  const known = await read(JSON.stringify({ id: big, rows }));
  assert.deepEqual([known.values.has('id'), known.values.get('id')], [true, undefined]);
  for (const [document, path] of [
    ['{"rows":[1],"id":1,"rows":[2]}', 'rows'],
    ['{"rows":5,"rows":[2]}', 'rows'],
    ['{"rows":[2],"rows":5}', 'rows'],
    ['{"id":1,"rows":[],"\\u0069d":1}', 'id'],
  ] as const) {
    const { issues } = await read(document);
    assert.deepEqual(issues, [{ path, code: 'invalid', params: { reason: 'it was sent twice' } }], document);
  }
  assert.deepEqual((await read('{"x":1,"x":2,"rows":[]}')).issues, []);
});

test('a document that is no object, or has no list, is told from one that is not JSON', async () => {
  for (const document of ['[]', '[{"rows":[1]}]', '1', '-0.5e1', 'null', '"x"', ' true '])
    assert.deepEqual((await read(document)).issues, [{ path: 'body', code: 'not_an_object' }], document);
  for (const document of ['{}', '{"rows":{}}', '{"rows":null}', '{"rows":"[]"}', '{"Rows":[]}', '\ufeff {"a":1}'])
    assert.deepEqual([(await read(document)).rows, (await read(document)).issues], [undefined, []], document);
  assert.equal((await read('{"rows":[ ]}')).rows, 0);
});

test('numbers keep all their digits, and what they are called changes nothing', async () => {
  const { elements } = await read(
    '{"rows":[[6.0,0.1,-0,1e2,12345678901234567890,0.1234567890123456789,1e400,1e-7,123456789012345],{"__proto__":{"x":1},"a":"\\ud800"}]}',
  );
  assert.deepEqual(elements[0], [
    6,
    0.1,
    -0,
    100,
    '12345678901234567890',
    '0.1234567890123456789',
    '1e400',
    '0.0000001',
    123456789012345,
  ]);
  const [, strange] = elements as [unknown, Record<string, unknown>];
  assert.equal(strange.a, '\ud800');
  assert.equal(({} as { x?: number }).x, undefined);
  assert.equal(Object.getPrototypeOf(strange), Object.prototype);
});

test('digits without an exponent mean the same number', () => {
  const exact: [source: string, digits: string][] = [
    ['6.0', '6'],
    ['0.0', '0'],
    ['-0.00', '0'],
    ['-1.50e3', '-1500'],
    ['1E-3', '0.001'],
    ['12.34e1', '123.4'],
    ['100', '100'],
    ['1e31', '1e31'],
    ['1e-400', '1e-400'],
  ];
  for (const [source, digits] of exact) assert.equal(plainDigits(source), digits);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      assert.equal(Number(plainDigits(String(number))), number === 0 ? 0 : number);
      assert.equal(Number(plainDigits(number.toExponential())), number === 0 ? 0 : number);
    }),
  );
});

test('large elements are given out before there are 500 of them, each once and in order', async () => {
  const large = 'x'.repeat(2 ** 19);
  const sizes: number[] = [];
  const rows: JsonRow[] = [];
  for await (const some of readJsonRows(bodyOf(JSON.stringify({ rows: new Array(40).fill(large) })), 'rows')) {
    sizes.push(some.length);
    rows.push(...some);
  }
  assert.ok(Math.max(...sizes) <= 9, sizes.join());
  assert.deepEqual(
    rows.map(({ row }) => row),
    Array.from({ length: 40 }, (_, at) => at + 1),
  );
  assert.ok(rows.every(({ value }) => value === large));
});

test('an element that is too large is refused with its line, before it fills the memory', async () => {
  const large = `{"rows":[1,\n{"a":"${'x'.repeat(2 ** 20)}"}]}`;
  for (const size of [1_000, 2 ** 22])
    assert.deepEqual(await faultOf(large, size), {
      path: 'rows',
      code: 'record_too_large',
      params: { line: 2, max: 2 ** 20 },
    });
  const open = bodyOf(`{"rows":["${'x'.repeat(5 * 2 ** 20)}`);
  let fed = 0;
  const counted = async function* () {
    for await (const chunk of open()) {
      fed += chunk.length;
      yield chunk;
    }
  };
  await assert.rejects(readJsonEnvelope(counted, 'rows', []));
  assert.ok(fed < 2.5 * 2 ** 20, `${fed} bytes were read`);
});
