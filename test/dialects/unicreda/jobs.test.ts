/** A job says where its batch is, in five words, and its sums hold at every moment that anybody asks. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Outcome } from '../../../src/deliver/channel.ts';
import { acceptChunk } from '../../../src/pipeline/accept-chunk.ts';
import { produceChunk } from '../../../src/pipeline/produce-chunk.ts';
import { wakeChannel } from '../../../src/queue/open-queue.ts';
import { viewApproval } from '../../../src/usecases/approvals/get-approval.ts';
import { rejectBatch } from '../../../src/usecases/approvals/reject-batch.ts';
import { rejectItems } from '../../../src/usecases/approvals/reject-items.ts';
import { createMember } from '../../../src/usecases/organizations/create-member.ts';
import { csv } from '../../support/csv-text.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { longTest } from '../../support/rounds.ts';
import { goodRows, header } from '../../support/sample-template.ts';
import { addSignedTenant, approvalAt, waitingBatch } from '../../support/signatories.ts';

interface Job {
  job_id: string;
  status: string;
  progress?: { current: number; total: number; status: string };
  error?: string;
  result?: Result;
}

interface Result {
  total: number;
  successful: number;
  failed: number;
  errors: { row: number; email: string; error: string }[];
  emails_sent: number;
  emails_failed: number;
  internal_count: number;
  external_count: number;
  credentials: { row: number; email: string; credential_id: string; credential_url: string }[];
  errors_truncated?: true;
}

/** Its queue does not run: chunks are taken by hand. */
let still: TestDoors;
let doors: TestDoors;
before(async () => {
  still = await openTestServer();
  doors = await openTestServer();
  await doors.test.startBelt({ parts: { channels: { email: relay } } });
});
after(async () => {
  await still?.[Symbol.asyncDispose]();
  await doors?.[Symbol.asyncDispose]();
});

/** Answers by what the address begins with: `later` the first time and then takes it, `never` always. */
const heard = new Map<string, number>();
const relay: Channel = {
  name: 'email',
  async deliver({ to }): Promise<Outcome> {
    const before = heard.get(to.address) ?? 0;
    heard.set(to.address, before + 1);
    if (to.address.startsWith('never')) return { status: 'failed', reason: '550 5.1.1 no such user', permanent: true };
    if (to.address.startsWith('later') && before === 0) return { status: 'deferred', reason: '451 4.7.1 greylisted' };
    if (to.address.startsWith('slow')) await sleep(400);
    return { status: 'sent', response: '250 2.0.0 taken' };
  },
  async close() {},
};

const keys = new Map<string, string>();

async function ask(at: TestDoors, tenant: Tenant, address: string, headers: Record<string, string> = {}) {
  const key = keys.get(tenant.organizationId) ?? (await at.key(tenant));
  keys.set(tenant.organizationId, key);
  const answer = await fetch(`${at.url}/api/v1/${address}`, { headers: { 'x-api-key': key, ...headers } });
  return { status: answer.status, body: (await answer.json()) as Job };
}

const jobOf = async (at: TestDoors, tenant: Tenant, id: string, headers?: Record<string, string>) => {
  const { status, body } = await ask(at, tenant, `jobs/${id}`, headers);
  assert.equal(status, 200);
  if (body.result) assertSums(body.result);
  return body;
};

function assertSums(result: Result): void {
  assert.equal(result.successful + result.failed, result.total);
  assert.equal(result.internal_count + result.external_count, result.successful);
  assert.equal(result.emails_sent + result.emails_failed, result.successful);
  assert.equal(result.errors.length, result.failed);
  assert.equal(result.credentials.length, result.successful);
}

/** Asks as UniCreda's own sample does, only faster; every answer on the way keeps to the contract. */
async function untilOver(at: TestDoors, tenant: Tenant, id: string): Promise<{ last: Job; seen: Set<string> }> {
  const seen = new Set<string>();
  for (const deadline = performance.now() + 30_000; ; await sleep(15)) {
    const job = await jobOf(at, tenant, id);
    seen.add(job.status);
    assert.deepEqual(Object.keys(job), keysOf[job.status]);
    if (job.status === 'SUCCESS' || job.status === 'FAILURE') return { last: job, seen };
    if (performance.now() > deadline) assert.fail(JSON.stringify(job));
  }
}

const keysOf: Record<string, string[]> = {
  PENDING: ['job_id', 'status'],
  STARTED: ['job_id', 'status'],
  PROGRESS: ['job_id', 'status', 'progress'],
  SUCCESS: ['job_id', 'status', 'result'],
  FAILURE: ['job_id', 'status', 'error'],
};

const badEmail = ['Bad', 'invalido@test', 'Botany', ''];
const noName = ['', 'nobody@example.com', 'Botany', ''];

test('the statuses in their order, each with its own keys only', async () => {
  const { test: belt } = still;
  const tenant = await belt.addTenant();
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(501), noName]));
  const chunks = await belt.sql<{ id: string }>('select id from chunk where batch_id = $1 order by seq', [id]);
  const job = (at: number) => ({
    stage: 'any',
    organizationId: tenant.organizationId,
    chunkId: chunks[at]?.id as string,
  });
  assert.deepEqual(await jobOf(still, tenant, id), { job_id: id, status: 'PENDING' });
  await acceptChunk(belt.app, job(0));
  assert.deepEqual(await jobOf(still, tenant, id), { job_id: id, status: 'STARTED' });
  await acceptChunk(belt.app, job(1));
  const progress = { current: 1, total: 502, status: 'Procesando fila 1 de 502' };
  assert.deepEqual(await jobOf(still, tenant, id), { job_id: id, status: 'PROGRESS', progress });
  await produceChunk(belt.app, job(0));
  const english = await jobOf(still, tenant, id, { 'accept-language': 'en-GB' });
  assert.deepEqual(english.progress, { current: 501, total: 502, status: 'Processing row 501 of 502' });
  await produceChunk(belt.app, job(1));
  // Everything is issued, and no mail has been tried.
  const mailing = { current: 502, total: 502, status: 'Enviando correos' };
  assert.deepEqual(await jobOf(still, tenant, id), { job_id: id, status: 'PROGRESS', progress: mailing });
});

test('a batch of an instant: rows that fail have their row, address and reason in either language, and no job fails over them', async () => {
  const tenant = await doors.test.addTenant();
  const id = await doors.test.createBatch(tenant, csv([header, badEmail, ...goodRows(2), noName]));
  const { last } = await untilOver(doors, tenant, id);
  assert.equal(last.status, 'SUCCESS');
  const result = last.result as Result;
  assert.deepEqual(result.errors, [
    { row: 1, email: 'invalido@test', error: 'Invalid email: invalido@test' },
    { row: 4, email: 'nobody@example.com', error: "El campo 'name' es requerido" },
  ]);
  assert.deepEqual(
    result.credentials.map(({ row, email }) => [row, email]),
    [
      [2, 'person1@example.com'],
      [3, 'person2@example.com'],
    ],
  );
  const page = await fetch(result.credentials[0]?.credential_url as string);
  assert.equal(page.status, 200);
  const english = await jobOf(doors, tenant, id, { 'accept-language': 'en' });
  assert.equal(english.result?.errors[1]?.error, "The field 'name' is required");
  const { body } = await ask(doors, tenant, `jobs/${id}/errors?per_page=1&page=2`);
  assert.deepEqual(body, {
    job_id: id,
    errors: [result.errors[1]],
    pagination: { page: 2, per_page: 1, total: 2, total_pages: 2 },
  });
});

test('a batch of bad rows only is a success without a single credential', async () => {
  const tenant = await doors.test.addTenant();
  const id = await doors.test.createBatch(tenant, csv([header, badEmail, noName]));
  const { last } = await untilOver(doors, tenant, id);
  assert.equal(last.status, 'SUCCESS');
  const { total, successful, failed, credentials } = last.result as Result;
  assert.deepEqual([total, successful, failed, credentials], [2, 0, 2, []]);
});

longTest(
  'of rows that have more to say than one answer should carry, the first are listed, and all are counted',
  async () => {
    const tenant = await doors.test.addTenant();
    const id = await doors.test.createBatch(tenant, csv([header, badEmail, noName]));
    await untilOver(doors, tenant, id);
    const choice = { path: 'Course', code: 'not_a_choice', params: { choices: ['x'.repeat(5_000_000)] } };
    await doors.test.sql('update item set issues = $2 where batch_id = $1', [id, JSON.stringify([choice])]);
    await doors.test.sql('update batch set updated_at = clock_timestamp() where id = $1', [id]);
    const { result } = (await ask(doors, tenant, `jobs/${id}`)).body;
    const { failed, errors, errors_truncated: isCut } = result as Result;
    assert.deepEqual([failed, errors.map(({ row }) => row), isCut], [2, [1], true]);
  },
);

test('mails that are refused or deferred count as failed; one that is sent later is counted over', async () => {
  const { test: belt } = doors;
  const tenant = await belt.addTenant();
  const person = { firstName: 'In', lastName: 'Side', email: 'inside@example.com' };
  await createMember(belt.app, tenant.organizationId, person);
  const to = (email: string) => [email.split('@')[0] as string, email, 'Botany', ''];
  const rows = ['later@example.com', 'never@example.com', 'slow@example.com', 'inside@example.com', 'ok@example.com'];
  const id = await belt.createBatch(tenant, csv([header, ...rows.map(to), noName]));
  const { last, seen } = await untilOver(doors, tenant, id);
  assert.ok(seen.has('PROGRESS'), 'it waited for the mails');
  const { credentials, errors, ...figures } = last.result as Result;
  assert.deepEqual(figures, {
    total: 6,
    successful: 5,
    failed: 1,
    emails_sent: 3,
    emails_failed: 2,
    internal_count: 1,
    external_count: 4,
  });
  await belt.sql('update delivery set next_attempt_at = clock_timestamp() where next_attempt_at is not null');
  await belt.sql(`update pgboss.job set start_after = clock_timestamp() where name = 'deliver' and state < 'active'`);
  await belt.sql('select pg_notify($1, $2)', [wakeChannel, 'deliver']);
  await belt.waitForBatch(tenant, id);
  const later = (await jobOf(doors, tenant, id)).result as Result;
  assert.deepEqual([later.emails_sent, later.emails_failed], [4, 1]);
  assert.deepEqual(later.credentials, credentials);
  assert.deepEqual(later.errors, errors);
});

test('a batch that waits for signatories is in progress, a rejected one a failure with the reason', async () => {
  const { test: belt } = doors;
  const tenant = await addSignedTenant(belt, [false]);
  const signatory = tenant.signatories[0] as (typeof tenant.signatories)[0];
  const id = await waitingBatch(belt, tenant, 2);
  const progress = { current: 0, total: 2, status: 'Esperando aprobacion' };
  assert.deepEqual(await jobOf(doors, tenant, id), { job_id: id, status: 'PROGRESS', progress });
  const approval = await approvalAt(belt, id, 1);
  const { hash } = await viewApproval(belt.app, signatory.actor, approval.id);
  await rejectBatch(belt.app, signatory.actor, approval.id, 'Wrong year', hash);
  const error = 'Rechazado: Wrong year';
  assert.deepEqual(await jobOf(doors, tenant, id), { job_id: id, status: 'FAILURE', error });
  await belt.waitForBatch(tenant, id);
  assert.deepEqual(await jobOf(doors, tenant, id), { job_id: id, status: 'FAILURE', error });

  const each = await waitingBatch(belt, tenant, 2);
  const items = await belt.sql<{ id: string }>('select id from item where batch_id = $1', [each]);
  const second = await approvalAt(belt, each, 1);
  const all = items.map((item) => ({ itemId: item.id, reason: 'Not enrolled' }));
  await rejectItems(belt.app, signatory.actor, second.id, all);
  const { last } = await untilOver(doors, tenant, each);
  assert.deepEqual([last.status, last.result?.failed], ['SUCCESS', 2]);
  assert.equal(last.result?.errors[0]?.error, 'Rechazado: Not enrolled');
});

test('a cancelled job is a failure at once, cancelling again says the same, and one that is over cannot be cancelled', async () => {
  const { test: belt } = still;
  const tenant = await belt.addTenant();
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(3)]));
  const key = await still.key(tenant);
  const cancel = async (at: TestDoors, token: string, job: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${at.url}/api/v1/jobs/${job}/cancel`, {
      method: 'POST',
      headers: { 'x-api-key': token, ...headers },
    });
    return { status: answer.status, body: await answer.json() };
  };
  const failure = { job_id: id, status: 'FAILURE', error: 'Trabajo cancelado' };
  assert.deepEqual(await cancel(still, key, id), { status: 200, body: failure });
  assert.deepEqual(await cancel(still, key, id), { status: 200, body: failure });
  const english = await jobOf(still, tenant, id, { 'accept-language': 'en' });
  assert.equal(english.error, 'Job cancelled');
  assert.equal((await cancel(still, await still.key(tenant, ['batches:view']), id)).status, 403);

  const other = await doors.test.addTenant();
  const done = await doors.test.createBatch(other, csv([header, ...goodRows(1)]));
  await untilOver(doors, other, done);
  const late = await cancel(doors, await doors.key(other), done);
  const text = 'El estado actual no permite esta operacion';
  assert.deepEqual(late, { status: 409, body: { error: text, detail: text } });
});

test('nobody’s, somebody else’s and malformed ids are not found, and a page that is none is refused', async () => {
  const tenant = await still.test.addTenant();
  const other = await still.test.addTenant();
  const id = await still.test.createBatch(other, csv([header, ...goodRows(1)]));
  for (const unknown of [id, '9e7860e3-7c0a-401f-98f6-b98e316934f4', 'abc123-task-id', '%00', "'--", 'x'.repeat(190)]) {
    const { status, body } = await ask(still, tenant, `jobs/${unknown}`);
    assert.equal(status, 404, unknown);
    assert.deepEqual(Object.keys(body), ['error', 'detail']);
    assert.equal((await ask(still, tenant, `jobs/${unknown}/errors`)).status, 404);
  }
  const mine = await still.test.createBatch(tenant, csv([header, ...goodRows(1)]));
  for (const query of ['page=0', 'page=-1', 'page=x', 'per_page=0', 'page=1&page=2', 'page=1e3', 'page[]=1&page=%00'])
    assert.equal((await ask(still, tenant, `jobs/${mine}/errors?${query}`)).status, 422, query);
  assert.equal((await ask(still, tenant, `jobs/${mine}/errors?per_page=999999&page=999999999`)).status, 200);
});
