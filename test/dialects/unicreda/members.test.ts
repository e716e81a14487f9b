/** Recipients of UniCreda's call who are members: gaps filled from their profile before anything is judged, the credential in their wallet, and the counts of internal and external. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { addMember } from '../../../src/usecases/members/change-member.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { walletBrowser, walletMails } from '../../support/wallet-browser.ts';
import { diplomaTemplate } from './diploma-template.ts';

let doors: TestDoors;
let tenant: Tenant;
let headers: Record<string, string>;
const email = 'lucia@ejemplo.com';
const profile = {
  role: 'Ponente',
  colegiado: '0042',
  activity_start_date: '2026-01-10',
  fin: '2026-02-10',
  nota: 'B',
  evidence: JSON.stringify([{ name: 'Proyecto', url: 'https://ejemplo.com/proyecto' }]),
};

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ template: diplomaTemplate() });
  headers = { 'x-api-key': await doors.key(tenant), 'content-type': 'application/json' };
  await addMember(doors.test.app, tenant.actor, { firstName: 'Lucía', lastName: 'Peña', email, profile });
  await doors.test.startBelt();
});
after(() => doors?.[Symbol.asyncDispose]());

async function issue(recipients: object[]) {
  const body = JSON.stringify({ template_id: tenant.templateId, recipients });
  const response = await fetch(`${doors.url}/api/v1/credentials/issue`, { method: 'POST', headers, body });
  return (await response.json()) as { mode: string; job_id?: string; credentials: Record<string, unknown>[] };
}

const credentialOf = async (id: unknown) =>
  (await (await fetch(`${doors.url}/credential/${id}/credential.json`)).json()) as {
    credentialSubject: Record<string, unknown> & { identifier: Record<string, unknown>[] };
    evidence?: { id: string }[];
  };

test('one recipient who is a member: what the call leaves out comes from the profile, what it says wins, and it is in the wallet', async () => {
  const { mode, credentials } = await issue([{ email: email.toUpperCase(), result_value: 'A', credits_earned: 3 }]);
  assert.deepEqual([mode, credentials[0]?.status], ['sync', 'issued'], JSON.stringify(credentials));
  const id = credentials[0]?.credential_id as string;
  const { credentialSubject: subject, evidence } = await credentialOf(id);
  assert.equal(subject.identifier.find(({ identityType }) => identityType === 'name')?.identityHash, 'Lucía Peña');
  assert.deepEqual(
    [subject.role, subject.licenseNumber, subject.activityStartDate, subject.activityEndDate, subject.creditsEarned],
    ['Ponente', '0042', '2026-01-10T00:00:00Z', '2026-02-10T00:00:00Z', 3],
  );
  assert.equal((subject.result as { value: string }[])[0]?.value, 'A', 'what the call says wins');
  assert.equal(evidence?.[0]?.id, 'https://ejemplo.com/proyecto');
  const browser = walletBrowser(doors.url, { language: 'es' });
  await browser.submit(await browser.open('/wallet'), '/wallet', { email });
  const link = (await walletMails(doors.test, email))[0]?.link as string;
  const wallet = await browser.submit(await browser.open(link), link);
  assert.ok(wallet.links.includes(`/credential/${id}`));
  assert.match(wallet.text, /Programacion en Python/);
});

test('a value of the wrong kind is refused, though the profile has a good one', async () => {
  const { credentials } = await issue([{ email, role: { text: 'Ponente' } }]);
  assert.equal(credentials[0]?.status, 'error', JSON.stringify(credentials));
});

test('who is no member must be named; a job counts members as internal and all others as external', async () => {
  const { mode, job_id: id } = await issue([
    { email },
    { email: 'nadie@ejemplo.com' },
    { email: 'otro@ejemplo.com', recipient_name: 'Otro' },
    { email, recipient_name: 'Lucía P.', result_value: 'Z' },
  ]);
  assert.equal(mode, 'async');
  type Job = { status: string; result: Record<string, number> & { errors: { row: number }[] } };
  let job: Job;
  do {
    await sleep(50);
    job = (await (await fetch(`${doors.url}/api/v1/jobs/${id}`, { headers })).json()) as Job;
  } while (job.status !== 'SUCCESS' && job.status !== 'FAILURE');
  const { total, successful, failed, internal_count, external_count, errors } = job.result;
  assert.deepEqual(
    { total, successful, failed, internal_count, external_count },
    { total: 4, successful: 2, failed: 2, internal_count: 1, external_count: 1 },
  );
  assert.deepEqual(
    errors.map(({ row }) => row),
    [2, 4],
  );
});
