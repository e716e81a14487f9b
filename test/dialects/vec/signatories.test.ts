/** Batches that people sign: both of VEC's vocabularies, the template's own signatories, and the wait for approval. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { createApiKey } from '../../../src/usecases/api-keys/create-api-key.ts';
import { createMember } from '../../../src/usecases/organizations/create-member.ts';
import { createTemplate } from '../../../src/usecases/templates/create-template.ts';
import { openTestServer } from '../../support/open-test-server.ts';
import { playTranscript } from '../../support/transcript.ts';
import { courseTemplate } from './course-template.ts';

test('signatories are taken by number or UUID, the template’s own sign where none are named, and the others are waited for', async () => {
  await using doors = await openTestServer();
  const { app } = doors.test;
  const tenant = await doors.test.addTenant();
  const signature = await sharp({ create: { width: 40, height: 20, channels: 4, background: '#00000080' } })
    .png()
    .toBuffer();
  const add = (firstName: string, designation?: string) =>
    createMember(app, tenant.organizationId, {
      firstName,
      lastName: 'Signer',
      email: `${firstName.toLowerCase()}@school.example`,
      designation,
      signature,
    });
  const [ann, ben] = [await add('Ann', 'Dean'), await add('Ben')];
  const template = await createTemplate(app, tenant.actor, {
    content: courseTemplate({ signatures: 2 }),
    signatories: [
      { slot: 1, memberId: ann, autoApprove: true },
      { slot: 2, memberId: ben, autoApprove: true },
    ],
  });
  const numberOf = async (id: string) =>
    String((await doors.test.sql<{ number: number }>('select number from member where id = $1', [id]))[0]?.number);
  const annsKey = { memberId: ann, name: 'ann', scopes: ['*'] };
  const variables: Record<string, string> = {
    host: `127.0.0.1:${doors.port}`,
    token: (await createApiKey(app, tenant.actor, annsKey)).token,
    template_id: template.id,
    ann_id: ann,
    ben_id: ben,
    ann_number: await numberOf(ann),
    ben_number: await numberOf(ben),
  };
  await playTranscript(new URL('transcripts/signed-batch.http', import.meta.url), doors.port, variables);
  const signers = await doors.test.sql(
    `select batch.name, string_agg(one->>'name', ', ' order by (one->>'slot')::int) as signers
     from batch, jsonb_array_elements(signatories) one group by batch.id order by batch.name`,
  );
  assert.deepEqual(
    signers.map((row) => row.signers),
    ['Ann Signer, Ben Signer', 'Ann Signer, Ben Signer', 'Ann Signer, Ben Signer'],
  );

  await doors.test.startBelt();
  const statusOf = async (id: string | undefined) => {
    const response = await fetch(`${doors.url}/business/batches/${id}/status`, {
      headers: { authorization: `Bearer ${variables.token}` },
    });
    return ((await response.json()) as { status: string }).status;
  };
  await doors.test.waitForBatch(tenant, variables.default_batch_id as string);
  assert.equal(await statusOf(variables.default_batch_id), 'completed', 'who approves by default is not waited for');
  for (let wait = 0; wait < 500 && (await statusOf(variables.batch_id)) !== 'waiting_for_approval'; wait++)
    await sleep(20);
  assert.equal(await statusOf(variables.batch_id), 'waiting_for_approval');
  const certificates = await fetch(`${doors.url}/business/certificates?batch_id=${variables.batch_id}`, {
    headers: { authorization: `Bearer ${variables.token}` },
  });
  const { data } = (await certificates.json()) as { data: Record<string, unknown>[] };
  assert.deepEqual(
    data.map(({ status, pdf_path, generated_at }) => [status, pdf_path, generated_at]),
    [['pending', null, null]],
  );
  const waits = { designation: '', approved_at: null };
  assert.deepEqual(data[0]?.signatures, [
    { signatory_index: 1, name: 'Ann Signer', ...waits, designation: 'Dean' },
    { signatory_index: 2, name: 'Ben Signer', ...waits },
  ]);
  const issued = await fetch(`${doors.url}/business/certificates?batch_id=${variables.default_batch_id}`, {
    headers: { authorization: `Bearer ${variables.token}` },
  });
  const [first] = ((await issued.json()) as { data: { signatures: { approved_at: string }[]; created_at: string }[] })
    .data;
  assert.equal(first?.signatures.length, 2);
  for (const { approved_at } of first?.signatures ?? []) assert.ok(approved_at >= (first?.created_at as string));

  const file = 'name,email\nAda Lovelace,ada@example.com\nBob,not an address\n';
  const mixed = await doors.test.createBatch(tenant, file, { templateId: template.id });
  await doors.test.waitForBatch(tenant, mixed);
  const both = await fetch(`${doors.url}/business/certificates?batch_id=${mixed}`, {
    headers: { authorization: `Bearer ${variables.token}` },
  });
  const told = ((await both.json()) as { data: { status: string; signatures: { approved_at: string | null }[] }[] })
    .data;
  assert.deepEqual(
    told.map(({ status, signatures }) => [status, ...signatures.map(({ approved_at }) => approved_at !== null)]),
    [
      ['generated', true, true],
      ['failed', false, false],
    ],
    'nobody approved what failed',
  );
});
