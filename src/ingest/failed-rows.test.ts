/** The file of failed rows: safe to open in a spreadsheet, and the same rows when it is handed in again. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ColumnNames, planColumns } from './columns.ts';
import { openCsv } from './csv.ts';
import { failedRowsCsv } from './failed-rows.ts';
import { compileRowSchema } from './row-schema.ts';
import { templateWith } from './sample-template.ts';

const names: ColumnNames = {
  name: ['name'],
  email: ['email'],
  issueDate: [],
  expiryDate: [],
  dateFormat: 'DD-MM-YYYY',
  exactCase: true,
};

async function write(header: string[], rows: { cells: string[]; error: string }[]): Promise<string> {
  async function* each() {
    yield* rows;
  }
  let text = '';
  for await (const piece of failedRowsCsv(header, each())) text += piece;
  return text;
}

async function readBack(text: string) {
  async function* file() {
    yield Buffer.from(text, 'utf8');
  }
  const table = await openCsv(file(), { maxRows: 1_000, maxColumns: 200, maxRecordBytes: 1 << 20 });
  const rows: string[][] = [];
  for await (const some of table.rows) rows.push(...some.map((row) => row.cells));
  return { header: table.header, rows };
}

test('the columns stay as they were and _error is added', async () => {
  const text = await write(['name', 'email'], [{ cells: ['Ana, "A"', 'x'], error: 'email is not an e-mail address' }]);
  assert.equal(text, '\ufeffname,email,_error\r\n"Ana, ""A""",x,email is not an e-mail address\r\n');
});

test('no cell starts like a formula', async () => {
  const starts = [
    '=1+1',
    '+44 20',
    '-12.50',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    '=cmd|calc!A0',
    '"=1"',
  ];
  const text = await write(
    ['=h'],
    starts.map((start) => ({ cells: [start], error: start })),
  );
  const { header, rows } = await readBack(text);
  assert.deepEqual(header, ['=h', '_error']);
  for (const cell of rows.flat()) assert.doesNotMatch(cell, /^[=+\-@\t\r\n＝＋－＠]/);
  assert.match(text, /'=h/);
});

test('a corrected file can be handed in as it is: its own _error column is replaced, surplus cells are kept', async () => {
  const text = await write(['name', '_error', 'email'], [{ cells: ['Ana', 'old', 'x', 'surplus'], error: 'new' }]);
  assert.deepEqual(await readBack(text), {
    header: ['name', 'email', '_error'],
    rows: [['Ana', 'x', 'new', 'surplus']],
  });
});

test('rows read back from the file mean exactly what they meant before', async () => {
  const header = ['name', 'email', 'T', 'N'];
  const template = templateWith([
    { name: 'T', type: 'text' },
    { name: 'N', type: 'number' },
  ]);
  const schemaOf = (columns: string[]) => {
    const planned = planColumns(columns, template, names);
    assert.ok('plan' in planned);
    return compileRowSchema(template, planned.plan);
  };
  const before = schemaOf(header);
  const after = schemaOf([...header, '_error']);
  const cell = fc.string({
    unit: fc.constantFrom("'", '=', '-', '+', '@', '\t', '\r', '\n', ' ', '1', 'a', '"', ',', '＝', 'é'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 5 }), async (rows) => {
      const text = await write(
        header,
        rows.map((cells) => ({ cells, error: 'x' })),
      );
      const back = await readBack(text);
      rows.forEach((cells, at) => {
        const again = after({ row: 2, cells: back.rows[at] as string[] });
        const first = before({ row: 2, cells });
        if ('row' in first) assert.deepEqual(again, first);
        else
          assert.deepEqual(
            'issues' in again && again.issues.map(({ code }) => code),
            first.issues.map(({ code }) => code),
          );
      });
    }),
    { numRuns: 500 },
  );
});
