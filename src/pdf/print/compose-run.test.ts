/** The process that composes print runs: what it answers, what ends it, and who waits. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { deflateSync } from 'node:zlib';
import { longTest } from '../../../test/support/rounds.ts';
import { pageObjects, stream, tablePdf } from '../../../test/support/uploaded-pdf.ts';
import type { ChanceryError } from '../../errors.ts';
import { composeRun } from './compose-run.ts';
import { piece, planOf, written } from './print-run.test-support.ts';

async function* inPieces(bytes: Buffer, size = 1_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(pdf: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of pdf) parts.push(part);
  return Buffer.concat(parts);
}

const source = tablePdf(pageObjects(5));
const plan = planOf([piece(1, { lastPage: 5 }), piece(2, { firstPage: 2, lastPage: 3 })], { duplex: true });

test('the file and what is said of it', async () => {
  const { pdf, done } = composeRun(inPieces(source), plan);
  const bytes = await all(pdf);
  assert.ok(bytes.equals((await written(source, plan)).pdf));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  assert.deepEqual(await done, { pages: 12, sheets: 6, sha256 });
});

const reason = (error: ChanceryError) => String(error.issues?.[0]?.params?.reason);

test('a document that cannot be imported is refused with a sentence, to whoever reads and to whoever waits', async () => {
  const { pdf, done } = composeRun(inPieces(Buffer.from('%PDF-1.4 and nothing more')), plan);
  await assert.rejects(
    all(pdf),
    (error: ChanceryError) => error.code === 'invalid_input' && /cut off/.test(reason(error)),
  );
  await assert.rejects(done, { code: 'invalid_input' });
});

test('pages that unpack to gigabytes are refused', async () => {
  const objects = pageObjects(1);
  const bomb = deflateSync(Buffer.alloc(150_000_000, 32));
  objects[4] = '<</Type/Page/Parent 2 0 R/Contents[5 0 R 6 0 R 5 0 R 6 0 R]>>';
  for (const number of [5, 6]) objects[number] = stream(bomb, '/Filter/FlateDecode');
  const { pdf } = composeRun(inPieces(tablePdf(objects), 65_536), planOf([piece(1)]));
  await assert.rejects(all(pdf), (error: ChanceryError) => /cannot be unpacked/.test(reason(error)));
});

test('a plan that cannot be printed is our fault, not the document’s', async () => {
  const { pdf } = composeRun(inPieces(source), planOf([piece(1, { barcode: '12345' })]));
  await assert.rejects(
    all(pdf),
    (error: ChanceryError) => error.code === 'internal' && /barcode/i.test(String(error.cause)),
  );
});

test('a document that cannot be read to its end gives no file', async () => {
  const lost = new Error('the store is gone');
  async function* broken() {
    yield source.subarray(0, 500);
    throw lost;
  }
  const { pdf, done } = composeRun(broken(), plan);
  await assert.rejects(all(pdf), lost);
  await assert.rejects(done, lost);
});

longTest('a process that somebody else ends says nothing about the document', async (t) => {
  if (spawnSync('ps', ['--version']).error) return t.skip('ps is not installed');
  async function* slow() {
    yield source.subarray(0, 500);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const list = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).stdout;
    const pid = Number(/^\s*(\d+).*compose-child/m.exec(list)?.[1]);
    process.kill(pid, 'SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    yield source.subarray(500);
  }
  const { pdf } = composeRun(slow(), plan);
  await assert.rejects(all(pdf), { code: 'not_ready' });
});

longTest('whoever stops reading ends the process, and the next in line begins', async () => {
  const stopped = [1, 2, 3, 4].map(async () => {
    const { pdf, done } = composeRun(inPieces(source), plan);
    for await (const _ of pdf) break;
    await assert.rejects(done, /not read to its end/);
  });
  const { pdf, done } = composeRun(inPieces(source), plan);
  assert.ok((await all(pdf)).length > 1_000);
  assert.equal((await done).pages, 12);
  await Promise.all(stopped);
});
