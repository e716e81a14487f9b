/** The documented flow by curl, whole: twenty pages, twelve jobs, three hundred recipients; what a print shop then finds, and what the sender hears of it. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerFacts } from '../../../src/cli/demo.ts';
import { curl, hasCurl } from '../../support/curl.ts';
import { assertInvariants } from '../../support/invariants.ts';
import { runsIn, textByPdfium, textByPdfJs } from '../../support/print-shop.ts';
import { seedRecipients, seedXml, twentyPages } from '../../support/seed-order.ts';
import { assertSeedRun } from '../../support/seed-pieces.ts';
import { openPlace, type Place } from '../../support/snapshot.ts';
import { type Host, startHost } from '../../support/test-host.ts';

const skip = (await hasCurl()) ? false : 'there is no curl';

let place: Place;
let host: Host;
let facts: ServerFacts & { click2mail: NonNullable<ServerFacts['click2mail']> };

before(async () => {
  if (skip) return;
  place = await openPlace();
  host = startHost('serve', place, { DEMO: '1' });
  facts = (await host.ready) as typeof facts;
});
after(async () => {
  await host?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
});

const word = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
const all = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map((match) => match[1] as string);

/** One account's calls under /v1/batches. */
function door(username: string, password: string) {
  const url = `${facts.url}/v1/batches`;
  const login = ['-u', `${username}:${password}`];
  const put = (id: string, type: string, file: string) =>
    curl(...login, '-X', 'PUT', '-H', `Content-Type: ${type}`, '--data-binary', `@${file}`, `${url}/${id}`);
  return {
    create: () => curl(...login, '-X', 'POST', url),
    put,
    submit: (id: string) => curl(...login, '-X', 'POST', `${url}/${id}`),
    get: (path: string) => curl(...login, `${url}/${path}`),
  };
}

/** Steps 1 to 4 of the documentation, in its order; the id of the batch. */
async function submitSeed(calls: ReturnType<typeof door>): Promise<string> {
  const { dataDirectory } = place;
  const [pdf, xml] = [join(dataDirectory, 'batchTest.pdf'), join(dataDirectory, 'batchTest.xml')];
  await writeFile(pdf, await twentyPages());
  await writeFile(xml, seedXml({ login: { username: 'canary-user', password: 'canary-password' } }));
  const created = await calls.create();
  assert.equal(created.status, 201);
  assert.match(
    created.body,
    /^<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?>\s*<batchjob>\s*<createdAt>[^<]+<\/createdAt>\s*<errorMessage><\/errorMessage>\s*<hasErrors>false<\/hasErrors>\s*<id>\d+<\/id>\s*<received>false<\/received>\s*<submitted>false<\/submitted>\s*<\/batchjob>\s*$/,
  );
  const id = word(created.body, 'id') as string;
  assert.deepEqual(await calls.put(id, 'application/pdf', pdf), { status: 200, body: '' });
  assert.deepEqual(await calls.put(id, 'application/xml', xml), { status: 200, body: '' });
  assert.deepEqual(await calls.submit(id), { status: 200, body: '' });
  return id;
}

/** Polls as BTB does. */
async function untilCompleted(calls: ReturnType<typeof door>, id: string): Promise<string> {
  for (const deadline = performance.now() + 300_000; ; await sleep(200)) {
    const { status, body } = await calls.get(id);
    assert.equal(status, 201);
    assert.equal(word(body, 'submitted'), 'true');
    assert.equal(word(body, 'hasErrors'), 'false', body);
    if (word(body, 'completedAt')) return body;
    assert.ok(performance.now() < deadline, `it does not end: ${body} ${host.log()}`);
  }
}

const noTracking = 'Tracking data not available for this batch.';
const shop = () => join(place.dataDirectory, 'print');

test('the flow of the documentation: twelve jobs in the status, nothing in tracking yet', { skip }, async () => {
  const calls = door(facts.click2mail.username, facts.click2mail.password);
  const id = await submitSeed(calls);
  const first = (await calls.get(id)).body;
  assert.equal(word(first, 'received'), 'true', 'an idle belt takes it before the submission is answered');
  const done = await untilCompleted(calls, id);
  const jobs = all(done, 'jobs');
  assert.equal(jobs.length, 12);
  assert.deepEqual(
    jobs.map((job) => [word(job, 'jobIndex'), word(job, 'jobStatus'), word(job, 'errorMessage')]),
    jobs.map((_, index) => [String(index), 'IN_PRODUCTION', '']),
  );
  const details = await calls.get(`${id}/details`);
  assert.deepEqual([word(details.body, 'batchNumber'), word(details.body, 'noOfPieces')], [id, '300']);
  assert.equal(all(details.body, 'jobId').length, 12);
  assert.match((await calls.get(`${id}/tracking?trackingType=impb`)).body, new RegExp(noTracking));
  await assertInvariants(place.database);
});

test('the print runs open in two readers, and each piece has its own pages and its own address', { skip }, async () => {
  const runs = await runsIn(shop());
  const pieces = runs.flatMap((run) => run.pieces.map((piece) => ({ piece, run })));
  assert.equal(pieces.length, 300);
  assert.deepEqual(
    pieces.map(({ piece }) => piece.uniqueId).sort(),
    seedRecipients.map(({ uniqueId }) => uniqueId).sort(),
  );
  assert.equal(new Set(pieces.map(({ piece }) => piece.code)).size, 300);
  const barcodes = pieces.map(({ piece }) => piece.barcode).filter((barcode) => barcode !== '');
  assert.equal(new Set(barcodes).size, 240, 'one for each address of the United States');
  for (const run of runs) await assertSeedRun(run, { pdfium: textByPdfium, pdfjs: textByPdfJs });
});

test('other programs find nothing wrong with the print runs', { skip }, async (t) => {
  if (spawnSync('qpdf', ['--version']).status !== 0) return t.skip('there is no qpdf');
  for (const { folder } of await runsIn(shop()))
    execFileSync('qpdf', ['--check', join(shop(), folder, 'run.pdf')], { stdio: 'pipe' });
});

test('after an import of events there are three hundred pieces in tracking, and the jobs are mailed', {
  skip,
}, async () => {
  const calls = door(facts.click2mail.username, facts.click2mail.password);
  const id = String(
    (await place.sql<{ number: number }>('select number from mailing order by number desc limit 1'))[0]?.number,
  );
  const runs = await runsIn(shop());
  const events = runs.flatMap((run) =>
    run.pieces.map(({ pieceId }) => ({
      pieceId,
      status: 'Accepted by USPS facility',
      at: '2026-11-22T15:04:05Z',
      location: 'FLINT,MI',
    })),
  );
  const file = join(place.dataDirectory, 'events.json');
  await writeFile(file, JSON.stringify(events));
  const post = () =>
    curl(
      ...['-X', 'POST', '-H', `Authorization: Bearer ${facts.vec?.token}`, '-H', 'Content-Type: application/json'],
      ...['--data-binary', `@${file}`, `${facts.url}/chancery/v1/mail-pieces/events`],
    );
  const counted = async () => {
    const { status, body } = await post();
    const { imported, repeated, refused } = JSON.parse(body);
    return [status, imported, repeated, refused];
  };
  assert.deepEqual(await counted(), [200, 300, 0, 0]);
  assert.deepEqual(await counted(), [200, 0, 300, 0], 'the same again changes nothing');
  const { status, body } = await calls.get(`${id}/tracking`);
  assert.equal(status, 201);
  const pieces = all(body, 'mailPiece');
  assert.equal(pieces.length, 300);
  assert.deepEqual(
    pieces.map((piece) => word(piece, 'uniqueId')).sort(),
    seedRecipients.map(({ uniqueId }) => uniqueId).sort(),
  );
  for (const piece of pieces)
    assert.deepEqual(
      [word(piece, 'status'), word(piece, 'statusLocation'), /^(\d{20})?$/.test(word(piece, 'barCode') ?? '')],
      ['Accepted by USPS facility', 'FLINT,MI', true],
    );
  // One job of the twelve is certified mail, which travels as packages.
  for (const [type, count] of [
    ['IMB', 275],
    ['impb', 25],
  ] as const)
    assert.equal(all((await calls.get(`${id}/tracking?trackingType=${type}`)).body, 'mailPiece').length, count, type);
  assert.deepEqual(new Set(all((await calls.get(id)).body, 'jobStatus')), new Set(['MAILED']));
  await assertInvariants(place.database);
});

test('a staging account walks the same way: nothing is printed, nothing is charged, nothing is ever tracked', {
  skip,
}, async () => {
  const { stagingUsername, stagingPassword } = facts.click2mail;
  const calls = door(stagingUsername, stagingPassword);
  const before = [await readdir(shop()), await place.sql('select count(*) from ledger_entry')];
  const id = await submitSeed(calls);
  const done = await untilCompleted(calls, id);
  assert.deepEqual(all(done, 'jobStatus'), Array(12).fill('AWAITING_PRODUCTION'));
  assert.deepEqual([await readdir(shop()), await place.sql('select count(*) from ledger_entry')], before);
  const { status, body } = await calls.get(`${id}/tracking`);
  assert.equal(status, 201);
  assert.match(body, new RegExp(noTracking));
  const live = door(facts.click2mail.username, facts.click2mail.password);
  assert.equal((await live.get(id)).status, 404, 'no account sees the batches of another');
  await assertInvariants(place.database);
});

test('the password that older clients write into the file is kept nowhere', { skip }, async () => {
  const [dump] = await place.sql<{ found: string }>(
    `select string_agg(t::text, '') as found from (select order_facts::text from mailing union all select terms::text from mail_job) t`,
  );
  assert.doesNotMatch(`${dump?.found} ${host.log()}`, /canary-(user|password)/);
  const stored = await readdir(join(place.dataDirectory, 'blobs'), { recursive: true, withFileTypes: true });
  const files = stored.filter((one) => one.isFile());
  assert.ok(files.length > 0);
  for (const one of files)
    assert.ok(!(await readFile(join(one.parentPath, one.name))).includes('canary-password'), one.name);
});
