/** A batch that people must sign waits for them: accepted row by row, nothing produced. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { getBatch } from '../../src/usecases/batches/get-batch.ts';
import { createMember } from '../../src/usecases/organizations/create-member.ts';
import { createTemplate } from '../../src/usecases/templates/create-template.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Tenant } from '../support/open-test-app.ts';
import { goodRows, header, sampleTemplate } from '../support/sample-template.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());
await belt.startBelt();

const signature = await sharp({ create: { width: 60, height: 20, channels: 4, background: '#20406080' } })
  .png()
  .toBuffer();

/** A tenant whose template two people sign, each by default without being asked if `autoApprove` says so. */
async function signedTenant(autoApprove: boolean[]): Promise<Tenant> {
  const tenant = await belt.addTenant();
  const signatories = [];
  for (const [at, auto] of autoApprove.entries()) {
    const person = {
      firstName: 'Sig',
      lastName: `Natory ${at}`,
      email: `sig${at}@example.com`,
      designation: 'Dean',
      signature,
    };
    const memberId = await createMember(belt.app, tenant.organizationId, person);
    signatories.push({ slot: at + 1, memberId, autoApprove: auto });
  }
  const content = sampleTemplate({ signatures: autoApprove.length });
  const { id } = await createTemplate(belt.app, tenant.actor, { content, signatories });
  return { ...tenant, templateId: id };
}

test('a batch with a signatory who has not agreed waits for approval and produces nothing', async () => {
  const tenant = await signedTenant([true, false]);
  const file = csv([header, ...goodRows(501), ['', 'x@example.com', 'Botany', '']]);
  const id = await belt.createBatch(tenant, file);
  while ((await getBatch(belt.app, tenant.actor, id)).status !== 'waiting_for_approval') await sleep(20);
  const jobs = await belt.sql(
    `select 1 from pgboss.job where data->>'stage' <> 'accept' and data->>'organizationId' = $1`,
    [tenant.organizationId],
  );
  assert.deepEqual(jobs, []);
  const items = await belt.sql(
    'select status, count(*)::int as count from item where batch_id = $1 group by 1 order by 1',
    [id],
  );
  assert.deepEqual(items, [
    { status: 'accepted', count: 501 },
    { status: 'failed', count: 1 },
  ]);
  assert.deepEqual(await belt.sql('select 1 from delivery where batch_id = $1', [id]), []);
  assert.deepEqual(await belt.blobFiles(`packs/${id.slice(0, 2)}/${id}`), []);
  assert.deepEqual(await belt.balance(tenant), { available: 100_000 - 501, reserved: 501, spent: 0 });
  await assertInvariants(belt.database);
});

test('a batch whose signatories have all agreed beforehand goes straight through', async () => {
  const tenant = await signedTenant([true, true]);
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(3)]));
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.status, batch.issued], ['completed', 3]);
  await assertInvariants(belt.database);
});

test('a batch whose signatory has no signature on file is refused', async () => {
  const tenant = await signedTenant([false]);
  const memberId = await createMember(belt.app, tenant.organizationId, {
    firstName: 'No',
    lastName: 'Image',
    email: 'no@example.com',
  });
  const attempt = belt.createBatch(tenant, csv([header, ...goodRows(3)]), {
    signatories: [{ member: memberId, slot: 1 }],
  });
  await assert.rejects(attempt, { code: 'invalid_input' });
  assert.deepEqual(await belt.sql('select 1 from batch where organization_id = $1', [tenant.organizationId]), []);
});
