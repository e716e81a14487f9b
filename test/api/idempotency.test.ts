/** Idempotency-Key: the same request sent again creates nothing and gets the same answer; a failure frees the key. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { rounds } from '../support/rounds.ts';
import { goodRow, header, sampleTemplate } from '../support/sample-template.ts';

let doors: TestDoors;
let tenant: Tenant;
let token: string;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  token = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

const csv = (rows: number) => `${header}\n${Array.from({ length: rows }, (_, at) => goodRow(at + 1)).join('\n')}\n`;

interface Answer {
  status: number;
  replayed: string | null;
  retryAfter: string | null;
  text: string;
  body: Record<string, unknown>;
}

async function send(path: string, key: string | undefined, body: string | FormData, more: Record<string, string> = {}) {
  const response = await fetch(`${doors.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...(key !== undefined && { 'idempotency-key': key }), ...more },
    body,
  });
  const text = await response.text();
  const header = (name: string) => response.headers.get(name);
  const answer: Answer = {
    status: response.status,
    replayed: header('idempotency-replayed'),
    retryAfter: header('retry-after'),
    text,
    body: JSON.parse(text) as Record<string, unknown>,
  };
  return answer;
}

/** A new form each time, so that the boundary differs. */
function batchForm(door: 'vec' | 'own', rows = 2, name = 'Batch'): FormData {
  const form = new FormData();
  form.set('name', name);
  form.set('template_id', tenant.templateId);
  const text = door === 'vec' ? csv(rows).replace('name,email', 'RecipientsName,RecipientsEmail') : csv(rows);
  form.set(door === 'vec' ? 'csv_file' : 'file', new Blob([text]), `${randomUUID()}.csv`);
  return form;
}

const json = (value: unknown, key: string | undefined, path: string) =>
  send(`/chancery/v1${path}`, key, JSON.stringify(value), { 'content-type': 'application/json' });

const batches = async () => (await doors.test.sql('select 1 from batch')).length;

const times = rounds(25, 100);

for (const [door, path] of [
  ['vec', '/business/batches'],
  ['own', '/chancery/v1/batches'],
] as const) {
  test(`F21, ${door}: the same hand-in under the same key is answered alike and stored once`, async () => {
    const [key, before] = [randomUUID(), await batches()];
    const first = await send(path, key, batchForm(door));
    assert.deepEqual([first.status, first.replayed], [201, null], first.text);
    const again = await send(path, key, batchForm(door));
    assert.deepEqual([again.status, again.replayed, again.text], [201, 'true', first.text]);
    assert.equal(await batches(), before + 1);
    const unkeyed = await send(path, undefined, batchForm(door));
    assert.notEqual(unkeyed.text, first.text);
    assert.equal(await batches(), before + 2);
  });

  test(`F21, ${door}: another file, name or address under the same key is refused with 422`, async () => {
    const key = randomUUID();
    assert.equal((await send(path, key, batchForm(door))).status, 201);
    const before = await batches();
    for (const other of [batchForm(door, 3), batchForm(door, 2, 'Other')]) {
      const { status, body, text } = await send(path, key, other);
      assert.equal(status, 422, text);
      if (door === 'vec')
        assert.deepEqual(body, {
          message: 'The Idempotency-Key was sent with another request.',
          errors: { idempotency_key: ['The Idempotency-Key was sent with another request.'] },
        });
      else assert.deepEqual((body.issues as { path: string }[])[0]?.path, 'idempotency_key');
    }
    assert.equal((await send(`${path}?a=b`, key, batchForm(door))).status, 422);
    assert.equal(await batches(), before);
  });

  test(`${door}: a refused hand-in frees its key, so that it can be corrected`, async () => {
    const key = randomUUID();
    assert.equal((await send(path, key, batchForm(door, 0))).status, 422);
    assert.equal((await send(path, key, batchForm(door, 2))).status, 201);
  });

  test(`F21, ${door}: of ${times} at once one creates, the others hear 409 or its answer`, async () => {
    const [key, before] = [randomUUID(), await batches()];
    const answers = await Promise.all(Array.from({ length: times }, () => send(path, key, batchForm(door))));
    const created = answers.filter(({ status, replayed }) => status === 201 && replayed === null);
    assert.equal(created.length, 1);
    assert.equal(await batches(), before + 1);
    for (const { status, text, retryAfter, replayed } of answers) {
      if (status === 201) assert.equal(text, created[0]?.text, `${replayed}`);
      else assert.deepEqual([status, retryAfter], [409, '1'], text);
    }
    assert.equal((await send(path, key, batchForm(door))).text, created[0]?.text);
  });

  test(`F21, ${door}: refused with 503 and sent again as the answer says, it is there once`, async () => {
    const [key, before] = [randomUUID(), await batches()];
    const { instance } = doors.test.app;
    instance.withhold('the master key is gone');
    const refused = await send(path, key, batchForm(door));
    instance.withhold(undefined);
    assert.deepEqual([refused.status, Number(refused.retryAfter) > 0], [503, true], refused.text);
    assert.equal(await batches(), before);
    const made = await send(path, key, batchForm(door));
    assert.deepEqual([made.status, made.replayed], [201, null], made.text);
    assert.equal((await send(path, key, batchForm(door))).text, made.text);
    assert.equal(await batches(), before + 1);
  });
}

test('templates, versions, members and tokens are created once too', async () => {
  const template = sampleTemplate();
  const cases: [string, unknown, string][] = [
    ['/templates', template, 'select 1 from template'],
    [`/templates/${tenant.templateId}/versions`, template, 'select 1 from template_version'],
    ['/members', { firstName: 'Grace', lastName: 'Once', email: 'grace@once.example' }, 'select 1 from member'],
    ['/tokens', { name: 'once', scopes: ['batches:list'] }, 'select 1 from api_key'],
  ];
  for (const [path, body, sql] of cases) {
    const [key, before] = [randomUUID(), (await doors.test.sql(sql)).length];
    const first = await json(body, key, path);
    assert.deepEqual([first.status, first.replayed], [201, null], first.text);
    const again = await json(body, key, path);
    assert.deepEqual([again.status, again.replayed, again.text], [201, 'true', first.text]);
    assert.equal((await doors.test.sql(sql)).length, before + 1);
    const changed = path === '/members' ? { lastName: 'Other' } : { name: 'other' };
    const refused = await json({ ...(body as object), ...changed }, key, path);
    assert.deepEqual([refused.status, (refused.body.issues as { path: string }[])[0]?.path], [422, 'idempotency_key']);
  }
});

test('a secret in a kept answer stands nowhere in the database', async () => {
  const key = randomUUID();
  const made = await json({ name: 'secret', scopes: ['batches:list'] }, key, '/tokens');
  const secret = made.body.token as string;
  assert.equal((await json({ name: 'secret', scopes: ['batches:list'] }, key, '/tokens')).body.token, secret);
  const rows = await doors.test.sql<{ outcome: Buffer; answer: Buffer }>(
    'select outcome, answer from idempotency_key where key = $1',
    [key],
  );
  assert.equal(rows.length, 1);
  for (const value of [rows[0]?.outcome, rows[0]?.answer]) assert.ok(!value?.toString('latin1').includes(secret));
});

test('the same key of another token is another key', async () => {
  const key = randomUUID();
  const first = await send('/chancery/v1/batches', key, batchForm('own'));
  const mine = token;
  token = await doors.key(tenant);
  const other = await send('/chancery/v1/batches', key, batchForm('own'));
  token = mine;
  assert.deepEqual([other.status, other.replayed], [201, null]);
  assert.notEqual(other.body.id, first.body.id);
});

test('a key must be visible ASCII of at most 255 characters', async () => {
  for (const key of ['', 'x'.repeat(256), 'a b', 'a\tb', 'ä'])
    assert.equal((await json({ name: 'k', scopes: ['batches:list'] }, key, '/tokens')).status, 422, key);
  for (const key of ['x'.repeat(255), '"quoted"', "'; drop table batch; --".replaceAll(' ', '_'), '%00', '{}'])
    assert.equal((await json({ name: 'k', scopes: ['batches:list'] }, key, '/tokens')).status, 201, key);
});

test('a key held by a process that died is free when its lease is over, and who lost a key creates nothing', async () => {
  const key = randomUUID();
  const body = { name: 'leased', scopes: ['batches:list'] };
  await json(body, key, '/tokens');
  const hold = (leased: string) =>
    doors.test.sql(
      `update idempotency_key set claim = gen_random_uuid(), outcome = null, answer = null, leased_until = now() + $2::interval where key = $1`,
      [key, leased],
    );
  await hold('10 seconds');
  const waiting = await json(body, key, '/tokens');
  assert.deepEqual([waiting.status, waiting.retryAfter], [409, '1']);
  await hold('-1 second');
  const taken = await json(body, key, '/tokens');
  assert.deepEqual([taken.status, taken.replayed], [201, null]);

  // Somebody takes the key while the creation is under way, as after a process was frozen for longer than its lease.
  await doors.test.sql(
    `create function steal() returns trigger language plpgsql security definer as $$ begin
       update idempotency_key set claim = gen_random_uuid() where claim is not null; return new; end $$`,
  );
  await doors.test.sql('create trigger steal after insert on batch execute function steal()');
  const before = await batches();
  const lost = await send('/chancery/v1/batches', randomUUID(), batchForm('own'));
  await doors.test.sql('drop trigger steal on batch');
  assert.equal(lost.status, 409, lost.text);
  assert.equal(await batches(), before);
});

test('after a day a key means nothing any more', async () => {
  const key = randomUUID();
  const body = { name: 'old', scopes: ['batches:list'] };
  const first = await json(body, key, '/tokens');
  await doors.test.sql(`update idempotency_key set created_at = now() - interval '24 hours 1 second' where key = $1`, [
    key,
  ]);
  const later = await json(body, key, '/tokens');
  assert.deepEqual([later.status, later.replayed], [201, null]);
  assert.notEqual(later.body.id, first.body.id);
});
