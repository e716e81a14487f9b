/** What the CSV reader promises, against true and hostile files; each file is read whole and in pieces of 1 and 3 bytes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import type { IssueCode } from '../domain/issue.ts';
import type { RawRow } from '../domain/item.ts';
import { ChanceryError } from '../errors.ts';
import { openCsv, type TableLimits } from './csv.ts';

const limits: TableLimits = { maxRows: 10_000, maxColumns: 200, maxRecordBytes: 1024 * 1024 };

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(file: string | Uint8Array, options?: { charset?: string; limits?: TableLimits; piece?: number }) {
  const bytes = typeof file === 'string' ? Buffer.from(file, 'utf8') : file;
  const table = await openCsv(pieces(bytes, options?.piece ?? 1 << 20), options?.limits ?? limits, options);
  const rows: RawRow[] = [];
  for await (const some of table.rows) {
    assert.ok(some.length > 0 && some.length <= 500);
    rows.push(...some);
  }
  return { header: table.header, delimiter: table.delimiter, rows };
}

async function readEachWay(file: string | Uint8Array, charset?: string) {
  const whole = await read(file, { charset });
  for (const piece of [1, 3]) assert.deepEqual(await read(file, { charset, piece }), whole);
  return whole;
}

async function fault(file: string | Uint8Array, options?: Parameters<typeof read>[1]) {
  try {
    await read(file, options);
  } catch (error) {
    assert.ok(error instanceof ChanceryError, String(error));
    assert.equal(error.code, 'invalid_input');
    assert.ok(error.issues.every((issue) => issue.path === 'file'));
    return error.issues;
  }
  return assert.fail('the file was accepted');
}

async function codeOf(file: string | Uint8Array, options?: Parameters<typeof read>[1]): Promise<IssueCode[]> {
  return (await fault(file, options)).map((issue) => issue.code);
}

const rowsOf = (rows: RawRow[]) => rows.map(({ row, cells }) => [row, ...cells]);

test('a CSV file gives its header and its numbered rows', async () => {
  const table = await readEachWay('name,email\nAna,a@x.org\nBob,b@x.org\n');
  assert.deepEqual(table.header, ['name', 'email']);
  assert.deepEqual(rowsOf(table.rows), [
    [2, 'Ana', 'a@x.org'],
    [3, 'Bob', 'b@x.org'],
  ]);
});

test('line ends of every kind may be mixed', async () => {
  const table = await readEachWay('a,b\r\n1,2\n3,4\r5,6');
  assert.deepEqual(rowsOf(table.rows), [
    [2, '1', '2'],
    [3, '3', '4'],
    [4, '5', '6'],
  ]);
});

test('quoted cells hold delimiters, doubled quotes and line breaks without moving the row numbers', async () => {
  const table = await readEachWay('a,b\n"x, ""y""","two\r\nlines"\nlast,row\n');
  assert.deepEqual(rowsOf(table.rows), [
    [2, 'x, "y"', 'two\r\nlines'],
    [3, 'last', 'row'],
  ]);
});

test('blank lines and rows of empty cells are left out but counted', async () => {
  const table = await readEachWay('\n\na,b\n\n1,2\n , \n,\n"",""\n3,4\n\n');
  assert.deepEqual(rowsOf(table.rows), [
    [5, '1', '2'],
    [9, '3', '4'],
  ]);
});

test('semicolon, tab and a sep= line are understood', async () => {
  assert.equal((await readEachWay('a;"b,c,d";e\n1;2;3\n')).delimiter, ';');
  assert.equal((await readEachWay('a\tb\n1\t2,5\n')).delimiter, '\t');
  const table = await readEachWay('sep=;\r\na;b,c,d\r\n1;2\r\n');
  assert.deepEqual([table.delimiter, table.header, rowsOf(table.rows)], [';', ['a', 'b,c,d'], [[2, '1', '2']]]);
});

test('a ragged row comes out as it is', async () => {
  const { rows } = await readEachWay('a,b\n1\n1,2,3\n1,2\n');
  assert.deepEqual(rowsOf(rows), [
    [2, '1'],
    [3, '1', '2', '3'],
    [4, '1', '2'],
  ]);
});

test('UTF-8 and UTF-16 with a byte order mark need no charset', async () => {
  const text = 'name,Gruß\nआरव शर्मा,名前😀\n';
  const expected = [[2, 'आरव शर्मा', '名前😀']];
  for (const encoding of ['utf8', 'utf16le', 'utf16be']) {
    const { header, rows } = await readEachWay(iconv.encode(text, encoding, { addBOM: true }));
    assert.deepEqual([header, rowsOf(rows)], [['name', 'Gruß'], expected], encoding);
  }
});

test('another encoding is refused with its likely name and read when it is named', async () => {
  const text = `name,city\n${'José Muñoz,Córdoba y también Cádiz señor\n'.repeat(20)}`;
  const latin1 = iconv.encode(text, 'latin1');
  const [issue] = await fault(latin1);
  assert.equal(issue?.code, 'wrong_encoding');
  assert.match(String(issue?.params?.likely), /8859-1|1252/);
  assert.equal((await readEachWay(latin1, 'windows-1252')).rows[0]?.cells[0], 'José Muñoz');
  const samples: [string, string][] = [
    ['gb18030', '名前,𠀋\n山田,太郎\n'],
    ['shift_jis', '名前,表示\n山田ソ,太郎\n'],
    ['windows-1256', 'الاسم,ب\nأحمد,علي\n'],
    ['macroman', 'name,b\nJosé,Zoë\n'],
    ['cp437', 'name,b\nJosé,ö\n'],
    ['utf-16le', 'name,b\nJosé,ö\n'],
  ];
  for (const [charset, sample] of samples) {
    const table = await readEachWay(iconv.encode(sample, charset), charset);
    assert.equal([table.header.join(), table.rows[0]?.cells.join()].join('\n'), sample.trim(), charset);
  }
});

test('UTF-16 without a mark, UTF-32, broken UTF-8 and unknown charsets are refused, never replaced', async () => {
  const likely = async (bytes: Uint8Array) => (await fault(bytes)).map((issue) => [issue.code, issue.params?.likely]);
  const text = 'name,email\nAna,a@x.org\n';
  assert.deepEqual(await likely(iconv.encode(text, 'utf16le')), [['wrong_encoding', 'UTF-16LE']]);
  assert.deepEqual(await likely(iconv.encode(text, 'utf16be')), [['wrong_encoding', 'UTF-16BE']]);
  assert.deepEqual(await likely(iconv.encode(text, 'utf32le', { addBOM: true })), [['wrong_encoding', 'UTF-32LE']]);
  assert.deepEqual(await likely(iconv.encode(text, 'utf32be')), [['wrong_encoding', 'UTF-32BE']]);
  const broken: number[][] = [[0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xff], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80], [0x80]];
  for (const bytes of broken) {
    const file = Buffer.concat([Buffer.from('a,b\n1,'), Buffer.from(bytes)]);
    for (const piece of [1 << 20, 1])
      assert.deepEqual(await codeOf(file, { piece }), ['wrong_encoding'], String(bytes));
  }
  assert.deepEqual(await codeOf('a,b\n1,2\n', { charset: 'klingon' }), ['unknown_charset']);
  assert.deepEqual(await codeOf('a,b\n1,2\n', { charset: 'base64' }), ['unknown_charset']);
  assert.deepEqual(await codeOf(Buffer.from([0xff, 0xfe, 0x61, 0, 0x00, 0xd8, 0x62, 0])), ['malformed_text']);
});

test('a character cut by a chunk border far into the file stays whole, and a bad byte there is still found', async () => {
  const body = Buffer.from(`a,b\n${'x'.repeat(70_001)},😀é\n`.repeat(3));
  const { rows } = await read(body, { piece: 65_537 });
  assert.ok(rows.every((row) => row.cells.at(-1) === '😀é' || row.cells[0] === 'a'));
  const bad = Buffer.from(`a,b\n${'1,2\n'.repeat(50_000)}x,\n`);
  bad[bad.length - 3] = 0xe9;
  assert.deepEqual(await codeOf(bad, { limits: { ...limits, maxRows: 100_000 } }), ['wrong_encoding']);
});

test('files that are no table are told apart', async () => {
  for (const file of ['%PDF-1.7\n', 'PK\x03\x04....', '\x1f\x8b\x08', '<!DOCTYPE html>', '<?xml version="1.0"?>']) {
    assert.deepEqual(await codeOf(Buffer.from(file, 'latin1')), ['not_a_table'], file);
  }
  for (const file of ['{"a":1}', '[{"a":1}]', '[["a"]]']) assert.deepEqual(await codeOf(file), ['not_a_table'], file);
  for (const file of ['', '\ufeff', '\n\r\n ', ' ', ',,\n', 'sep=;\n']) {
    assert.deepEqual(await codeOf(file), ['empty_file'], file);
  }
  for (const file of ['a,b', 'a,b\n', 'a,b\n,\n\n']) assert.deepEqual(await codeOf(file), ['no_rows'], file);
});

test('the header names every column once, with allowed names', async () => {
  const { header } = await read(" name ,\u00a0Full\u00a0Name,'-x\n1,2,3\n");
  assert.deepEqual(header, ['name', 'Full\u00a0Name', '-x']);
  assert.deepEqual(
    (await fault('a,,b,a, a\n1,2,3,4,5\n')).map((issue) => [issue.code, issue.params]),
    [
      ['empty_header', { number: 2 }],
      ['duplicate_header', { column: 'a' }],
    ],
  );
  assert.deepEqual(await codeOf('e\u0301,\u00e9\n1,2\n'), ['duplicate_header']);
  assert.deepEqual(await codeOf('__proto__,constructor,prototype\n1,2,3\n'), Array(3).fill('forbidden_header'));
  assert.deepEqual(await codeOf('na\0me,x\u202ey\n1,2\n'), ['control_character', 'bidi_override']);
});

test('every limit is kept and named', async () => {
  const wide = Array.from({ length: 201 }, (_, at) => `c${at}`).join();
  assert.deepEqual(await fault(`${wide}\n`), [
    { path: 'file', code: 'too_many_columns', params: { found: 201, max: 200 } },
  ]);
  const few = { ...limits, maxRows: 3 };
  assert.equal((await read(`a\n${'1\n\n'.repeat(3)}`, { limits: few })).rows.length, 3);
  assert.deepEqual(await fault(`a\n${'1\n'.repeat(4)}`, { limits: few }), [
    { path: 'file', code: 'too_many_rows', params: { max: 3 } },
  ]);
  const small = { ...limits, maxRecordBytes: 100 };
  for (const cell of ['x'.repeat(200), `"${'x'.repeat(200)}`, ','.repeat(200_000), `"${'\n'.repeat(200_000)}"`]) {
    const issues = await fault(`a,b\n1,2\n\n${cell}\n`, { limits: small });
    assert.deepEqual(issues, [{ path: 'file', code: 'record_too_large', params: { line: 4, max: 100 } }]);
  }
  assert.deepEqual(await codeOf(`"${'x'.repeat(200_000)}`, { limits: small }), ['record_too_large']);
});

test('a quote left open or out of place is named with the line it opens in', async () => {
  const open = 'a,b\r\n"1\r\n2",x\r\n\r\n"3\r\n4","five\r\nsix\r\n';
  for (const piece of [1, 1 << 20]) {
    assert.deepEqual(await fault(open, { piece }), [{ path: 'file', code: 'unclosed_quote', params: { line: 6 } }]);
  }
  assert.deepEqual(await fault('a,b\n1,2\n3,4"5\n'), [{ path: 'file', code: 'stray_quote', params: { line: 3 } }]);
  assert.deepEqual(await fault('a,b\n1,"2\n3,"4",5\n'), [{ path: 'file', code: 'stray_quote', params: { line: 2 } }]);
});

test('an endless file is not read further than its first fault', async () => {
  let given = 0;
  let closed = false;
  async function* endless() {
    try {
      yield Buffer.from('a,b\n1,"');
      for (;;) {
        given += 65_536;
        yield Buffer.alloc(65_536, 0x78);
      }
    } finally {
      closed = true;
    }
  }
  const table = await openCsv(endless(), limits);
  await assert.rejects(async () => {
    for await (const _ of table.rows);
  }, ChanceryError);
  assert.ok(given < 2 * limits.maxRecordBytes, `${given} bytes were read`);
  assert.ok(closed);
});

test('a reader who stops early closes the file', async () => {
  let closed = false;
  async function* file() {
    try {
      yield Buffer.from('a,b\n');
      for (;;) yield Buffer.from('1,2\n'.repeat(10_000));
    } finally {
      closed = true;
    }
  }
  const table = await openCsv(file(), { ...limits, maxRows: 1e6 });
  for await (const _ of table.rows) break;
  assert.ok(closed);
});

test('an error of the source itself is passed on', async () => {
  async function* broken() {
    yield Buffer.from('a,b\n1,2\n');
    throw new Error('connection lost');
  }
  await assert.rejects(async () => {
    const table = await openCsv(broken(), limits);
    for await (const _ of table.rows);
  }, /connection lost/);
});

test('whatever is written as CSV is read back the same', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', '\t', ' ', "'", '=', 'é', '😀', '\u2028', '\0'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.integer({ min: 1, max: 9 }),
      async (rows, delimiter, lineEnd, piece) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const lines = [['h1', 'h2'], ...rows].map((cells) => cells.map(quoted).join(delimiter));
        const kept = rows.map((cells, at) => [at + 2, ...cells]).filter(([, a, b]) => `${a}${b}`.trim() !== '');
        fc.pre(kept.length > 0);
        assert.deepEqual(rowsOf((await read(lines.join(lineEnd), { piece })).rows), kept);
      },
    ),
    { numRuns: 300 },
  );
});

test('a table that is closed lets go of its file, whether none, some or all of its rows were read', async () => {
  for (const arrays of [0, 1, Infinity]) {
    let open = true;
    const bytes = Buffer.from(`name,email\n${'Ana,a@x.org\n'.repeat(20_000)}`);
    const file = async function* () {
      try {
        yield* pieces(bytes, 16_384);
      } finally {
        open = false;
      }
    };
    const table = await openCsv(file(), { ...limits, maxRows: 20_000 });
    const rows = table.rows[Symbol.asyncIterator]();
    for (let at = 0; at < arrays && !(await rows.next()).done; at++);
    await table.close();
    assert.equal(open, false, `after ${arrays} arrays`);
  }
});
