/** MOLPRO's documents and jobs, byte by byte: put together, submitted, printed, tracked, cancelled; and whose they are. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventTime } from '../../../src/dialects/click2mail/wire.ts';
import { importMailEvents } from '../../../src/usecases/mail-events/import-mail-events.ts';
import { assertInvariants } from '../../support/invariants.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { longTest } from '../../support/rounds.ts';
import { routeTable } from '../../support/route-table.ts';
import { playTranscript } from '../../support/transcript.ts';
import { pageObjects, tablePdf } from '../../support/uploaded-pdf.ts';
import { openAccount } from './account.ts';

let doors: TestDoors;
let tenant: Tenant;
const variables: Record<string, string> = {};

before(async () => {
  doors = await openTestServer({ environment: { MAX_UPLOAD_MB: '1' } });
  tenant = await doors.test.addTenant();
  const account = async (of: Tenant, mode: 'live' | 'test' = 'live') =>
    (await openAccount(doors, of, { mode })).authorization;
  Object.assign(variables, {
    host: `127.0.0.1:${doors.port}`,
    authorization: await account(tenant),
    neighbour: await account(tenant),
    staging: await account(tenant, 'test'),
    foreign: await account(await doors.test.addTenant()),
    poor: await account(await doors.test.addTenant({ credits: 90 })),
    pdf: tablePdf(pageObjects(2)).toString('latin1'),
  });
});
after(() => doors?.[Symbol.asyncDispose]());

const played = async (name: string): Promise<void> =>
  void (await playTranscript(new URL(`transcripts/${name}.http`, import.meta.url), doors.port, variables));

async function call(
  who: string,
  method: string,
  path: string,
  body?: string | Uint8Array<ArrayBuffer> | FormData,
  type?: string,
) {
  const headers = { authorization: variables[who] as string, ...(type && { 'content-type': type }) };
  const response = await fetch(`${doors.url}${path}`, { method, headers, body });
  const text = await response.text();
  return { status: response.status, text, id: /<id>(\d+)<\/id>/.exec(text)?.[1] };
}

const letter = 'documentClass=Letter+8.5+x+11&envelope=%2310+Double+Window';
const row =
  '<address><name>Ann</name><address1>1 College Way</address1><city>Flint</city><state>MI</state><zip>48502</zip></address>';

function upload(who: string, bytes: Buffer, fields: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([new Uint8Array(bytes)]), 'letter.pdf');
  return call(who, 'POST', '/molpro/documents', form);
}

/** Number of a job in editing. */
async function makeJob(who: string, { pages = 1, rows = 1, more = '' } = {}): Promise<string> {
  const document = await upload(who, tablePdf(pageObjects(pages)));
  const list = await call(who, 'POST', '/molpro/addressLists', `<addresses>${row.repeat(rows)}</addresses>`);
  const ids = `documentId=${document.id}&addressId=${list.id}`;
  const job = await call(who, 'POST', `/molpro/jobs?${letter}&${ids}${more}`);
  assert.equal(job.status, 201, job.text);
  return job.id as string;
}

/** The first answer that has a row. */
async function until<T>(ask: () => Promise<T[]>): Promise<T[]> {
  for (const deadline = performance.now() + 60_000; ; await sleep(50)) {
    const rows = await ask();
    if (rows.length > 0) return rows;
    if (performance.now() > deadline) throw new Error('nothing happened');
  }
}

const untilStatus = (number: string, status: string) =>
  until(() => doors.test.sql('select from mail_job where number = $1 and status = $2', [number, status]));

test('a document and a list become a job that is submitted, or cancelled', async () => {
  await played('molpro-jobs');
  await assertInvariants(doors.test.database);
});

test('what cannot be done is refused with the root of the resource', async () => {
  variables.poor_job_id = await makeJob('poor');
  await played('molpro-errors');
  await assertInvariants(doors.test.database);
});

test('every number of ours is answered to other accounts and modes like one that there is not', async () => {
  const calls = Object.entries(routeTable).flatMap(([route, entry]) => {
    const [method = '', path = ''] = route.split(' ');
    return entry.kind === 'mail-number' ? [{ method, path, send: entry.send?.() }] : [];
  });
  assert.ok(calls.filter(({ path }) => path.startsWith('/molpro')).length >= 9);
  const batch = (await call('authorization', 'POST', '/v1/batches')).id as string;
  const ours = { job: variables.job_id as string, list: variables.list_id as string, batch };
  for (const { method, path, send } of calls)
    for (const number of Object.values(ours))
      for (const who of ['neighbour', 'staging', 'foreign']) {
        const ask = async (id: string) => {
          const { status, text } = await call(who, method, path.replace(':id', id), send?.body, send?.type);
          return { status, text: text.replace(` ${id}.`, ' <number>.') };
        };
        const unknown = await ask('2147483647');
        assert.equal(unknown.status, 404, `${method} ${path}`);
        assert.deepEqual(await ask(number), unknown, `${method} ${path} as ${who}`);
      }
  const theirs = `documentId=${variables.document_id}&addressId=${variables.list_id}`;
  for (const who of ['neighbour', 'staging', 'foreign'])
    assert.equal((await call(who, 'POST', `/molpro/jobs?${letter}&${theirs}`)).status, 404, who);
});

test('a job of a batch has its state and cost here as well', async () => {
  const { id } = await call('authorization', 'POST', '/v1/batches');
  const xml = `<batch><job><startingPage>1</startingPage><endingPage>2</endingPage><printProductionOptions>
    <documentClass>Letter 8.5 x 11</documentClass><addressId>99999999999</addressId></printProductionOptions><recipients>${row.replaceAll('zip', 'postalCode')}</recipients></job></batch>`;
  const pdf = new Uint8Array(Buffer.from(variables.pdf as string, 'latin1'));
  assert.equal((await call('authorization', 'PUT', `/v1/batches/${id}`, pdf, 'application/pdf')).status, 200);
  assert.equal((await call('authorization', 'PUT', `/v1/batches/${id}`, xml, 'application/xml')).status, 200);
  const stop = await doors.test.startBelt();
  assert.equal((await call('authorization', 'POST', `/v1/batches/${id}`)).status, 200);
  await untilStatus(variables.job_id as string, 'in_production');
  const find = `select mail_job.number::text from mail_job join mailing on mailing.id = mailing_id where mailing.number = $1`;
  const [job] = await until(() => doors.test.sql<{ number: string }>(find, [id]));
  assert.ok(job);
  await untilStatus(job.number, 'in_production');
  await stop();
  assert.match((await call('authorization', 'GET', `/molpro/jobs/${job.number}`)).text, /<status>5<\/status>/);
  const cost = await call('authorization', 'GET', `/molpro/jobs/${job.number}/cost`);
  assert.match(cost.text, /<cost>1\.23<\/cost>\n {4}<totalTax>0\.00<\/totalTax>/);
  assert.match((await call('authorization', 'GET', `/molpro/jobs/info/${job.number}`)).text, /IN_PRODUCTION/);
});

test('a job that was printed is tracked, and cancelled no more', async () => {
  const [piece] = await doors.test.sql<{ id: string; barcode: string }>(
    `select piece.id, piece.barcode from mail_piece piece join mail_job on mail_job.id = job_id where number = $1 and unique_id = 'K-1'`,
    [variables.job_id],
  );
  const times = [3_000, 1_000].map((ago) => new Date(Math.floor(Date.now() / 1_000) * 1_000 - ago));
  const [first, second] = times as [Date, Date];
  async function* events() {
    const one = { pieceId: piece?.id as string, location: 'FLINT,MI' };
    yield [
      { row: 1, cells: { ...one, status: 'Arrived at facility', at: first.toISOString() } },
      { row: 2, cells: { ...one, status: 'Delivered', at: second.toISOString() } },
    ];
  }
  const { imported } = await importMailEvents(doors.test.app, tenant.actor, events());
  assert.equal(imported, 2);
  const told = { barcode: piece?.barcode as string, piece_id: piece?.id as string };
  Object.assign(variables, told, { first_time: eventTime(first), second_time: eventTime(second) });
  await played('molpro-tracking');
  await assertInvariants(doors.test.database);
});

longTest('a job with a mailing date waits for that day, and can be cancelled until then', async () => {
  const day = (ahead: number) =>
    new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  const [due, later] = [
    await makeJob('authorization', { more: `&mailingDate=${day(-1)}` }),
    await makeJob('authorization', { more: `&mailingDate=${day(3)}` }),
  ];
  const stop = await doors.test.startBelt();
  for (const number of [due, later])
    assert.equal((await call('authorization', 'POST', `/molpro/jobs/${number}/submit`)).status, 200);
  await untilStatus(due, 'in_production');
  const [held] = await until(() =>
    doors.test.sql<{ days: number; job: string }>(
      `select extract(epoch from next_attempt_at - clock_timestamp())::float8 / 86400 as days, mail_job.status as job from print_run
       join mail_job on mail_job.mailing_id = print_run.mailing_id where mail_job.number = $1 and print_run.status = 'composed'`,
      [later],
    ),
  );
  await stop();
  assert.ok(held && held.days > 1.5 && held.days < 4.5, JSON.stringify(held));
  assert.equal(held.job, 'awaiting_production');
  assert.equal((await call('authorization', 'POST', `/molpro/jobs/${later}/cancel`)).status, 200);
  const [run] = await doors.test.sql<{ status: string }>(
    `select print_run.status from print_run join mail_job on mail_job.mailing_id = print_run.mailing_id where mail_job.number = $1`,
    [later],
  );
  assert.equal(run?.status, 'cancelled');
  await assertInvariants(doors.test.database);
});

test('staging costs nothing, is never printed and never tracked', async () => {
  const before = await call('staging', 'GET', '/molpro/credit');
  const job = await makeJob('staging', { rows: 3 });
  assert.equal((await call('staging', 'POST', `/molpro/jobs/${job}/submit`)).status, 200);
  const stop = await doors.test.startBelt();
  await untilStatus(job, 'awaiting_production');
  await stop();
  assert.match(
    (await call('staging', 'GET', `/molpro/jobs/${job}`)).text,
    /<status>4<\/status>\n.*Awaiting Production/,
  );
  assert.match((await call('staging', 'GET', `/molpro/jobs/${job}/cost`)).text, /<cost>3\.27<\/cost>/);
  assert.equal((await call('staging', 'GET', '/molpro/credit')).text, before.text);
  assert.match((await call('staging', 'GET', `/molpro/jobs/${job}/tracking`)).text, /not available for this job/);
  await assertInvariants(doors.test.database);
});

test('forms that cannot be read, documents too large, and jobs that cannot be printed leave nothing behind', async () => {
  const files = await doors.test.blobFiles('');
  const large = await upload('authorization', Buffer.concat([tablePdf(pageObjects(1)), Buffer.alloc(2 ** 20, ' ')]));
  assert.equal(large.status, 413, large.text);
  for (const [body, type] of [
    ['--x\r\n', 'multipart/form-data; boundary=x'],
    ['--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%PDF', 'multipart/form-data; boundary=x'],
    ['{}', 'application/json'],
    ['%PDF-1.4', 'application/pdf'],
  ] as const) {
    const answer = await call('authorization', 'POST', '/molpro/documents', body, type);
    assert.equal(answer.status, 400, `${type}: ${answer.text}`);
    assert.match(answer.text, /<document>\n {4}<status>9<\/status>\n {4}<description>[^<]{10,200}<\/description>/);
  }
  assert.deepEqual(await doors.test.blobFiles(''), files);
  const pages = await upload('authorization', tablePdf(pageObjects(60)), { documentFormat: 'pdf' });
  const list = await call('authorization', 'POST', '/molpro/addressLists', `<addresses>${row}</addresses>`);
  const ids = `documentId=${pages.id}&addressId=${list.id}`;
  for (const [more, said] of [
    [letter, /takes at most/],
    ['documentClass=', /DocumentClass is empty/],
    [`${letter}&rtnName=x`, /RtnAddress1 is empty/],
    [`${letter}&mailingDate=20270230`, /MailingDate is not a date/],
    [`${letter}&mailingDate=29990101`, /more than 300 days ahead/],
  ] as const) {
    const answer = await call('authorization', 'POST', `/molpro/jobs?${ids}&${more}`);
    assert.equal(answer.status, 400, more);
    assert.match(answer.text, said);
  }
  const [{ count }] = (await doors.test.sql<{ count: number }>(
    `select count(*)::int from mailing where document_id in (select id from mail_document where number = $1)`,
    [pages.id],
  )) as [{ count: number }];
  assert.equal(count, 0);
});
