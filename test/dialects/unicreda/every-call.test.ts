/** Every call of the UniCreda door with its success and every error it documents, byte by byte, in both languages. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApiKey } from '../../../src/usecases/api-keys/create-api-key.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { playTranscript } from '../../support/transcript.ts';
import { diplomaTemplate } from './diploma-template.ts';

const recipients = [
  { email: 'estudiante@ejemplo.com', recipient_name: 'Juan Perez', result_value: 'A', credits_earned: 6.0 },
  { email: 'invalido@test', recipient_name: 'Ana', result_value: 'Z' },
];

let doors: TestDoors;
let tenant: Tenant;
let stop: () => Promise<void>;
const variables: Record<string, string> = { today: new Date().toISOString().slice(0, 10) };

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ template: diplomaTemplate() });
  const other = await doors.test.addTenant({ template: diplomaTemplate() });
  const poor = await doors.test.addTenant({ template: diplomaTemplate(), credits: 0 });
  stop = await doors.test.startBelt();
  const [mine, foreign] = [await issueBatch(tenant), await issueBatch(other)];
  const limited = { name: 'limited', scopes: ['*'], rateLimit: 1 };
  Object.assign(variables, {
    host: `127.0.0.1:${doors.port}`,
    key: await doors.key(tenant),
    powerless_key: await doors.key(tenant, ['credits:view']),
    tired_key: (await createApiKey(doors.test.app, tenant.actor, limited)).token,
    poor_key: await doors.key(poor),
    template_id: tenant.templateId,
    poor_template_id: poor.templateId,
    job_id: mine.job,
    credential_id: mine.issued,
    failed_id: mine.failed,
    foreign_template_id: other.templateId,
    foreign_job_id: foreign.job,
    foreign_credential_id: foreign.issued,
  });
});
after(() => doors?.[Symbol.asyncDispose]());

async function handIn(owner: Tenant): Promise<string> {
  const answer = await fetch(`${doors.url}/api/v1/credentials/issue`, {
    method: 'POST',
    headers: { 'x-api-key': await doors.key(owner), 'content-type': 'application/json' },
    body: JSON.stringify({ template_id: owner.templateId, recipients }),
  });
  return ((await answer.json()) as { job_id: string }).job_id;
}

async function issueBatch(owner: Tenant) {
  const job = await handIn(owner);
  await doors.test.waitForBatch(owner, job);
  const items = await doors.test.sql<{ id: string }>('select id from item where batch_id = $1 order by seq', [job]);
  return { job, issued: items[0]?.id as string, failed: items[1]?.id as string };
}

const play = (name: string) =>
  playTranscript(new URL(`transcripts/${name}.http`, import.meta.url), doors.port, variables);
const played = async (name: string): Promise<void> => void (await play(name));

test('templates are listed and read', () => played('templates'));

test('a job is followed to its result, its errors are listed', () => played('jobs'));

test('credentials are listed, read, checked and revoked', () => played('credentials'));

test('a job that has not begun is pending, and cancelled for good', async () => {
  await stop();
  variables.late_job_id = await handIn(tenant);
  await played('cancelled-job');
});

test('a body that is no JSON', () => played('400'));

test('who has no valid key gets 401 from every call', () => played('401'));

test('who has not enough credits is told how many are needed', () => played('402'));

test('who lacks the permission is told by every call which one', () => played('403'));

test('what is not there and what is somebody else’s are answered alike', () => played('404'));

test('a method that an address does not have is refused with those it has', () => played('405'));

test('what the state of things does not allow', () => played('409'));

test('a body of another kind is refused', () => played('415'));

test('what is sent wrong is told all at once', () => played('422'));

test('a key that asks too often is told when to come back', () => played('429'));

test('a fault of the server is a 500 that tells nothing', async () => {
  await doors.test.sql('revoke all on all tables in schema public from chancery_app');
  const answers = await play('500');
  assert.ok(answers.every(({ body }) => !/permission denied|relation/i.test(body.toString())));
});
