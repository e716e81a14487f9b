/** The tables of JSON documents against the reader of bodies. */

import assert from 'node:assert/strict';
import { readJsonEnvelope, readJsonRows } from '../../../src/ingest/json.ts';
import type { Entry, Table } from '../run-table.ts';
import { bad, good, prototypes } from './documents.ts';

const inPieces = (bytes: Buffer, size: number) =>
  async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };

/** Reads the document as a body of its own, and then as the one row of a body. */
async function readDocument(document: Buffer, size: number): Promise<unknown> {
  await readJsonEnvelope(inPieces(document, size), 'rows', ['a']);
  const bare = document.subarray(0, 3).toString('hex') === 'efbbbf' ? document.subarray(3) : document;
  const body = Buffer.concat([Buffer.from('{"rows":['), bare, Buffer.from(']}')]);
  const values: unknown[] = [];
  for await (const rows of readJsonRows(inPieces(body, size), 'rows')) values.push(...rows.map(({ value }) => value));
  assert.equal(values.length, 1);
  return values[0];
}

async function read(document: Buffer): Promise<unknown> {
  if (document.length < 1_000) {
    const settle = async (size: number) => {
      const [outcome] = await Promise.allSettled([readDocument(document, size)]);
      return outcome.status === 'fulfilled' ? outcome.value : outcome.reason.issues;
    };
    assert.deepEqual(await settle(1), await settle(65_536), 'byte by byte');
  }
  return readDocument(document, 65_536);
}

const taken: Entry<Buffer, unknown>[] = good.map((document) => ({
  name: document.name,
  make: document.make,
  judge(outcome) {
    assert.ok('output' in outcome, 'is refused');
    const meant = 'value' in document ? document.value : (JSON.parse(document.make().toString()) as unknown);
    // Without the diff of half a megabyte that deepEqual would write.
    assert.ok(JSON.stringify(outcome.output) === JSON.stringify(meant), 'is read as something else');
  },
}));

export const documents: Table<Buffer, unknown> = {
  name: 'JSON: documents',
  from: 'written for this project, in the kinds of the JSONTestSuite (must be taken, must be refused, left open)',
  feed: read,
  entries: [
    ...taken,
    ...bad.map(({ name, make }) => ({ name, make, refused: 'malformed_json' })),
    ...prototypes.map((source) => ({
      name: source,
      input: Buffer.from(source),
      judge() {
        assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined);
      },
    })),
    {
      name: 'a row of more than a mebibyte',
      make: () => Buffer.from(`"${'x'.repeat(2 ** 20)}"`),
      refused: 'record_too_large',
    },
  ],
};
