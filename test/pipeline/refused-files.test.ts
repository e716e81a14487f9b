/** Files that cannot be read as a table of the template's columns: refused whole, and nothing of them stays. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { ChanceryError } from '../../src/errors.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { goodRow, goodRows, header } from '../support/sample-template.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());
await belt.startBelt();

const rowLimit = 1_200;
const latin1 = Buffer.from(csv([header, ['Ana Muñoz', 'ana@example.com', 'Botánica', '']]), 'latin1');
const late = csv([header, ...goodRows(900)]);

const files: Record<string, { file: string | Uint8Array; code: string }> = {
  'without a needed column': {
    file: csv([
      ['name', 'Course'],
      ['Ada', 'Botany'],
    ]),
    code: 'missing_header',
  },
  'with a column twice': {
    file: csv([
      [...header, 'name'],
      [...goodRow(1), 'Eva'],
    ]),
    code: 'duplicate_header',
  },
  'with a column called __proto__': {
    file: csv([
      [...header, '__proto__'],
      [...goodRow(1), 'x'],
    ]),
    code: 'forbidden_header',
  },
  'in another encoding': { file: latin1, code: 'wrong_encoding' },
  'in another encoding only after 900 good rows': {
    file: Buffer.concat([Buffer.from(late), latin1]),
    code: 'wrong_encoding',
  },
  'of no bytes': { file: '', code: 'empty_file' },
  'of a header alone': { file: csv([header]), code: 'no_rows' },
  'whose last quote is never closed, after 900 good rows': {
    file: `${late}"Open,a@example.com,Botany,\r\n`,
    code: 'unclosed_quote',
  },
  'with more rows than the organization may hand in': {
    file: csv([header, ...goodRows(rowLimit + 1)]),
    code: 'too_many_rows',
  },
  'with 201 columns': {
    file: csv([[...header, ...Array.from({ length: 197 }, (_, at) => `Column ${at}`)], goodRow(1)]),
    code: 'too_many_columns',
  },
};

for (const [what, { file, code }] of Object.entries(files)) {
  test(`a file ${what} is refused whole and leaves no batch, chunk, job, source or moved credit behind`, async () => {
    const tenant = await belt.addTenant({ credits: 5_000, rowLimit });
    await assert.rejects(belt.createBatch(tenant, file), (error: ChanceryError) => {
      assert.ok(error instanceof ChanceryError);
      assert.equal(error.code, 'invalid_input');
      assert.deepEqual(
        error.issues.map((issue) => [issue.path, issue.code]),
        [['file', code]],
      );
      return true;
    });
    const [left] =
      await belt.sql(`select (select count(*)::int from batch) as batches, (select count(*)::int from chunk) as chunks,
      (select count(*)::int from item) as items, (select count(*)::int from status_list) as lists,
      (select next_reference from instance) as reference,
      (select count(*)::int from ledger_entry where kind <> 'grant') as movements, (select count(*)::int from pgboss.job) as jobs`);
    assert.deepEqual(left, { batches: 0, chunks: 0, items: 0, lists: 0, reference: 0, movements: 0, jobs: 0 });
    assert.deepEqual(await belt.blobFiles(''), []);
    assert.deepEqual(await belt.balance(tenant), { available: 5_000, reserved: 0, spent: 0 });
    await assertInvariants(belt.database);
  });
}
