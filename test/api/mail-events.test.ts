/** What carriers tell of pieces of mail: taken in by every name, in every format, once; what cannot be taken says why. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addMailingRows, type MailingRows } from '../support/mailing-rows.ts';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { rounds } from '../support/rounds.ts';

let doors: TestDoors;
let tenant: Tenant;
let key: string;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  key = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

interface Answer {
  status: number;
  body: {
    imported: number;
    repeated: number;
    refused: number;
    faults: { row: number; column: string | null; code: string; value: unknown; sentence: string }[];
    unusedColumns: string[];
    issues?: { path: string; code: string }[];
  };
}

async function send(body: string | object, type = 'application/json', token = key): Promise<Answer> {
  const response = await fetch(`${doors.url}/chancery/v1/mail-pieces/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const counts = ({ status, body }: Answer) => [status, body.imported, body.repeated, body.refused];
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const mailing = (options: Parameters<typeof addMailingRows>[2] = {}): Promise<MailingRows> =>
  addMailingRows(doors.test, tenant, options);

async function statuses({ id }: MailingRows) {
  const pieces = await doors.test.sql<{ status: string; last: string | null }>(
    'select status, last_event as last from mail_piece where mailing_id = $1 order by seq',
    [id],
  );
  const jobs = await doors.test.sql<{ status: string }>(
    'select status from mail_job where mailing_id = $1 order by index',
    [id],
  );
  return { pieces: pieces.map(({ status, last }) => `${status} ${last}`), jobs: jobs.map(({ status }) => status) };
}

test('a piece is named by its id, its barcode, its code, or its job and own key; in JSON, lines of it, and tables', async () => {
  const sent = await mailing({ jobs: 2, pieces: 4 });
  const [a, b, c, d, e, f, g, h] = sent.pieces as [MailingRows['pieces'][0], ...MailingRows['pieces']] & { length: 8 };
  const at = hoursAgo(2);
  const told = { status: 'Accepted at USPS facility', at };
  const list = [
    { pieceId: a.id, ...told },
    { barcode: `${b?.barcode}48502`, ...told, location: 'FLINT,MI' },
  ];
  assert.deepEqual(counts(await send(list)), [200, 2, 0, 0]);
  const lines = [
    { code: c?.code, ...told },
    { jobNumber: sent.jobs[0]?.number, uniqueId: d?.uniqueId, ...told },
  ];
  assert.deepEqual(counts(await send(lines.map((one) => JSON.stringify(one)).join('\r\n'), 'application/x-ndjson')), [
    ...[200, 2, 0, 0],
  ]);
  assert.deepEqual(counts(await send({ events: [{ piece_id: e?.id.toUpperCase(), ...told }] })), [200, 1, 0, 0]);
  const table = [
    'mailPieceId;barCode;piece code;job id;c2m_uniqueid;event;dateTime;statusLocation;note',
    `;${f?.barcode.slice(0, 5)} ${f?.barcode.slice(5)};;;;"Accepted; at facility";${at};"FLINT,MI";x`,
    `;;${g?.code};;;Accepted;${at.replace('T', ' ')};;`,
    `${h?.id};${h?.barcode};${h?.code};${sent.jobs[1]?.number};${h?.uniqueId};Accepted;${at};;`,
  ].join('\n');
  const answer = await send(table, 'text/csv; charset=utf-8');
  assert.deepEqual([...counts(answer), answer.body.unusedColumns], [200, 3, 0, 0, ['note']]);
  assert.ok((await statuses(sent)).pieces.every((one) => one.startsWith('mailed Accepted')));
  assert.deepEqual((await statuses(sent)).jobs, ['mailed', 'mailed']);
});

test('a name that a spreadsheet has spoilt does no harm beside one that can be read', async () => {
  const { pieces, jobs } = await mailing({ pieces: 3 });
  const [status, at] = ['Accepted', hoursAgo(1)];
  const spoilt = { code: '03-Dec', barcode: '2.70999E+19', jobNumber: jobs[0]?.number };
  const answer = await send([
    { pieceId: pieces[0]?.id, ...spoilt, status, at },
    { ...spoilt, uniqueId: pieces[1]?.uniqueId, status, at },
    { ...spoilt, code: pieces[2]?.code, status, at },
  ]);
  assert.deepEqual(counts(answer), [200, 3, 0, 0], JSON.stringify(answer.body));
});

test('a number of twenty digits keeps them all', async () => {
  const { pieces } = await mailing();
  const barcode = pieces[0]?.barcode.replace(/^00/, '12') as string;
  await doors.test.sql('update mail_piece set barcode = $1 where id = $2', [barcode, pieces[0]?.id]);
  const answer = await send(`[{"barcode": ${barcode}, "status": "Delivered", "at": "${hoursAgo(1)}"}]`);
  assert.deepEqual(counts(answer), [200, 1, 0, 0], JSON.stringify(answer.body));
});

test('the first event that proves mailing moves the piece, the last piece its job; the newest event is shown whatever the order', async () => {
  const sent = await mailing({ jobs: 2, pieces: 2 });
  const [a, b, c] = sent.pieces.map(({ id }) => id);
  const event = (pieceId: string | undefined, status: string, hours: number) => ({
    pieceId,
    status,
    at: hoursAgo(hours),
  });
  await send([event(a, 'Printed', 9), event(c, 'Pre-shipment info sent', 9)]);
  assert.deepEqual(await statuses(sent), {
    pieces: ['printed Printed', 'printed null', 'printed Pre-shipment info sent', 'printed null'],
    jobs: ['in_production', 'in_production'],
  });
  await send([event(a, 'Delivered', 1)]);
  await send([event(a, 'In transit', 4), event(b, 'Undeliverable as addressed', 2)]);
  assert.deepEqual(await statuses(sent), {
    pieces: ['mailed Delivered', 'mailed Undeliverable as addressed', 'printed Pre-shipment info sent', 'printed null'],
    jobs: ['mailed', 'in_production'],
  });
  const noted = await doors.test.sql<{ kind: string; actor: string }>(
    `select kind, actor from event where subject_id = any($1) order by id`,
    [[sent.id, ...sent.jobs.map(({ id }) => id)]],
  );
  assert.deepEqual(
    noted.map(({ kind }) => kind),
    ['mailing.tracked', 'mailing.tracked', 'mail_job.mailed', 'mailing.tracked'],
  );
  assert.ok(noted.every(({ actor }) => actor.startsWith('api_key:')));
  const same = hoursAgo(0);
  await send(
    ['Arrived at facility', 'Delivered, front door', 'Accepted'].map((status) => ({ pieceId: c, status, at: same })),
  );
  assert.equal((await statuses(sent)).pieces[2], 'mailed Delivered, front door', 'of one instant the later kind');
});

test('what a carrier tells of a piece that it gave up is kept, and the piece stays failed', async () => {
  const lost = await mailing({ pieces: 2 });
  const [a] = lost.pieces;
  await doors.test.sql(`update mail_piece set status = 'failed' where id = $1`, [a?.id]);
  const answer = await send([{ pieceId: a?.id, status: 'Delivered', at: hoursAgo(1) }]);
  assert.deepEqual(counts(answer), [200, 1, 0, 0]);
  assert.deepEqual((await statuses(lost)).pieces, ['failed Delivered', 'printed null']);
});

test('the same again changes nothing: in one file, in another, and at the same time', async () => {
  const sent = await mailing({ pieces: 300 });
  const events = sent.pieces.map(({ barcode }) => ({ barcode, status: 'Accepted', at: hoursAgo(1) }));
  assert.deepEqual(counts(await send([...events.slice(0, 2), ...events.slice(0, 2)])), [200, 2, 2, 0]);
  const answers = await Promise.all([send(events), send(events.toReversed()), send(events)]);
  assert.equal(
    answers.reduce((sum, { body }) => sum + body.imported, 0),
    298,
  );
  assert.ok(answers.every(({ body }) => body.imported + body.repeated === 300));
  assert.deepEqual(counts(await send(events)), [200, 0, 300, 0]);
  const [stored] = await doors.test.sql('select count(*)::int as n from mail_event where mailing_id = $1', [sent.id]);
  assert.deepEqual(stored, { n: 300 });
});

test('what cannot be taken says row, column, value and remedy; the rest is taken', async () => {
  const sent = await mailing({ pieces: 2 });
  const [a, b] = sent.pieces as [MailingRows['pieces'][0], MailingRows['pieces'][0]];
  await doors.test.sql('update mail_piece set unique_id = $1 where mailing_id = $2', ['twice', sent.id]);
  const [staging, unsent] = [await mailing({ test: true }), await mailing({ sent: false })];
  const cancelled = await mailing();
  await doors.test.sql(`update mail_piece set status = 'cancelled' where mailing_id = $1`, [cancelled.id]);
  const foreign = await addMailingRows(doors.test, await doors.test.addTenant());
  const [status, at] = ['Accepted', hoursAgo(1)];
  const job = sent.jobs[0]?.number;
  const wrong: [object, string | null, RegExp][] = [
    [{ status, at }, 'pieceId', /is empty/],
    [{ pieceId: 'x', status, at }, 'pieceId', /not a UUID/],
    [{ pieceId: foreign.pieces[0]?.id, status, at }, 'pieceId', /no such piece/],
    [{ code: foreign.pieces[0]?.code, status, at }, 'code', /no such piece/],
    [{ barcode: foreign.pieces[0]?.barcode, status, at }, 'barcode', /no such piece/],
    [{ jobNumber: foreign.jobs[0]?.number, uniqueId: 'key-1', status, at }, 'uniqueId', /no such piece/],
    [{ barcode: '2.70999E+19', status, at }, 'barcode', /20 digits/],
    [{ code: '1', status, at }, 'code', /<run>-<piece>/],
    [{ code: '99999999999-1', status, at }, 'code', /<run>-<piece>/],
    [{ jobNumber: job, status, at }, 'uniqueId', /go together/],
    [{ jobNumber: 'x', uniqueId: 'twice', status, at }, 'jobNumber', /not the number of a job/],
    [{ jobNumber: job, uniqueId: 'twice', status, at }, 'uniqueId', /several pieces/],
    [{ pieceId: a.id, barcode: b.barcode, status, at }, 'barcode', /another piece/],
    [{ pieceId: a.id, code: b.code, status, at }, 'code', /another piece/],
    [{ pieceId: staging.pieces[0]?.id, status, at }, 'pieceId', /staging/],
    [{ pieceId: unsent.pieces[0]?.id, status, at }, 'pieceId', /not been given to a carrier/],
    [{ pieceId: cancelled.pieces[0]?.id, status, at }, 'pieceId', /was cancelled/],
    [{ pieceId: a.id, at }, 'status', /is empty/],
    [{ pieceId: a.id, status: 'x'.repeat(201), kind: 'accepted', at }, 'status', /201 characters/],
    [{ pieceId: a.id, status: 'Ac\u0000cepted', at }, 'status', /control character U\+0000/],
    [{ pieceId: a.id, status: 'Eaten by a dog', at }, 'kind', /say one of: printed, accepted/],
    [{ pieceId: a.id, status, kind: 'lost', at }, 'kind', /not one of: printed/],
    [{ pieceId: a.id, status }, 'at', /is empty/],
    [{ pieceId: a.id, status, at: '2026-11-22 10:00' }, 'at', /offset/],
    [{ pieceId: a.id, status, at: '2026-02-30T10:00:00Z' }, 'at', /offset/],
    [{ pieceId: a.id, status, at: '22.11.2026' }, 'at', /offset/],
    [{ pieceId: a.id, status, at: new Date(Date.now() + 2 * 86_400_000).toISOString() }, 'at', /future/],
    [{ pieceId: a.id, status, at: '2001-01-01T00:00:00Z' }, 'at', /before the mailing/],
    [{ pieceId: a.id, status, at, location: 'x'.repeat(101) }, 'location', /101 characters/],
    [{ pieceId: a.id, status, at, place: 'x' }, null, /no such field/],
    [{ pieceId: a.id, status, at, location: ['x'] }, 'location', /not text/],
    [{ pieceId: a.id, piece_id: a.id, status, at }, null, /sent twice/],
  ];
  const answer = await send([...wrong.map(([event]) => event), null, 'x', { pieceId: a.id, status, at }]);
  assert.deepEqual(counts(answer), [200, 1, 0, wrong.length + 2]);
  for (const [at_, [event, column, reason]] of wrong.entries()) {
    const faults = answer.body.faults.filter(({ row }) => row === at_ + 1);
    const text = JSON.stringify([event, faults]);
    assert.equal(faults.length, 1, text);
    assert.equal(faults[0]?.column, column, text);
    assert.match(faults[0]?.sentence ?? '', reason, text);
  }
  assert.deepEqual((await statuses(sent)).pieces, ['mailed Accepted', 'printed null']);
  const lines = await send(
    `{"pieceId": "${b.id}"\n\n{"pieceId":"${b.id}","status":"Accepted","at":"${at}"}\n[]`,
    'application/x-ndjson',
  );
  assert.deepEqual([...counts(lines), lines.body.faults.map(({ row }) => row)], [200, 1, 0, 2, [1, 4]]);
  const table = `barcode,status,at\n${b.barcode},Delivered,${at},too,many\n${b.barcode},Delivered,soon`;
  const cells = await send(table, 'text/csv');
  assert.deepEqual(
    cells.body.faults.map(({ row, column, value }) => [row, column, value]),
    [
      [2, null, null],
      [3, 'at', 'soon'],
    ],
  );
});

test('a file that cannot be read is refused whole and stores nothing', async () => {
  const sent = await mailing({ pieces: 1 });
  const good = JSON.stringify({ pieceId: sent.pieces[0]?.id, status: 'Accepted', at: hoursAgo(1) });
  const before = await doors.test.sql('select count(*)::int as n from mail_event');
  for (const [body, type, status, code] of [
    [`[${good}, {"x"]`, 'application/json', 422, 'malformed_json'],
    [`[${good}`, 'application/json', 422, 'malformed_json'],
    [`[${good}] x`, 'application/json', 422, 'malformed_json'],
    ['', 'application/json', 422, 'malformed_json'],
    ['"x"', 'application/json', 422, 'not_an_object'],
    ['{}', 'application/json', 422, 'required'],
    ['', 'application/x-ndjson', 422, 'no_rows'],
    ['', 'text/csv', 422, 'empty_file'],
    ['barcode,status\n1,x', 'text/csv', 422, 'missing_header'],
    ['barcode,bar code,status,at\n1,1,x,y', 'text/csv', 422, 'duplicate_header'],
    ['barcode,status,at\n"1,x,y', 'text/csv', 422, 'unclosed_quote'],
    [good, 'application/xml', 415, undefined],
  ] as const) {
    const answer = await send(body, type);
    assert.deepEqual([answer.status, answer.body.issues?.[0]?.code], [status, code], body);
  }
  const placed = await send(`[\n${good},\n  nonsense]`);
  assert.match(JSON.stringify(placed.body), /line 3, column 4/);
  assert.deepEqual(counts(await send('[]')), [200, 0, 0, 0]);
  assert.deepEqual(await doors.test.sql('select count(*)::int as n from mail_event'), before);
});

test('a key needs the permission, and a test key reaches no live piece', async () => {
  const sent = await mailing();
  const event = [{ pieceId: sent.pieces[0]?.id, status: 'Accepted', at: hoursAgo(1) }];
  const viewer = await send(event, 'application/json', await doors.key(tenant, ['mailings:view']));
  assert.equal(viewer.status, 403);
  const tester = await send(event, 'application/json', await doors.key(tenant, ['*'], 'test'));
  assert.match(tester.body.faults[0]?.sentence ?? '', /no such piece/);
});

test('of two pieces with one barcode the later mailing is meant that had begun by then', async () => {
  const [old, young] = [await mailing(), await mailing()];
  await doors.test.sql(`update mail_piece set barcode = $1 where id = any($2)`, [
    '00270888888000000001',
    [old.pieces[0]?.id, young.pieces[0]?.id],
  ]);
  await doors.test.sql(`update mailing set created_at = now() - interval '60 days' where id = $1`, [old.id]);
  const barcode = '00270888888000000001';
  await send([
    { barcode, status: 'Delivered', at: hoursAgo(50 * 24) },
    { barcode, status: 'Accepted', at: hoursAgo(1) },
  ]);
  assert.deepEqual((await statuses(old)).pieces, ['mailed Delivered']);
  assert.deepEqual((await statuses(young)).pieces, ['mailed Accepted']);
});

const [pieces, mailings] = [rounds(1_200, 20_000), rounds(40, 500)];

test(`${pieces} events of one mailing are taken in one call; and those of ${mailings} mailings`, async () => {
  const large = await mailing({ jobs: 4, pieces: pieces / 4 });
  const many = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const some = [];
      for (let at = 0; at < mailings / 20; at++) some.push(await mailing());
      return some;
    }),
  );
  const at = hoursAgo(1);
  for (const [one, wanted] of [
    [large.pieces, pieces],
    [many.flat().flatMap((one) => one.pieces), mailings],
  ] as const) {
    const events = one.map(({ barcode }) => ({ barcode, status: 'Accepted', at }));
    assert.deepEqual(counts(await send(events)), [200, wanted, 0, 0]);
  }
  assert.deepEqual((await statuses(large)).jobs, ['mailed', 'mailed', 'mailed', 'mailed']);
});
