/** An organization that has everything, for tests that try to reach it from another one. */

import assert from 'node:assert/strict';
import sharp from 'sharp';
import type { App } from '../../src/app.ts';
import { sealId, unsealId } from '../../src/domain/sealed-id.ts';
import { createMember } from '../../src/usecases/organizations/create-member.ts';
import { createTemplate } from '../../src/usecases/templates/create-template.ts';
import { openWallet } from '../../src/usecases/wallet/open-wallet.ts';
import { sendWalletLink } from '../../src/usecases/wallet/send-link.ts';
import { createWebhook } from '../../src/usecases/webhooks/create-webhook.ts';
import type { Tenant } from './open-test-app.ts';
import type { TestDoors } from './open-test-server.ts';
import { plantPost } from './post-party.ts';
import { sampleTemplate } from './sample-template.ts';
import { untilStatus } from './signatories.ts';
import { uploadTwice } from './vault.ts';

export interface Party {
  tenant: Tenant;
  key: string;
  signedTemplateId: string;
  /** Every kind of id it has. */
  ids: Record<string, string>;
  /** Words that only its data contain. */
  marks: string[];
}

/** An organization with at least one row in every tenant table: signed, mailed, with a hidden batch and a failed row. */
export async function openParty({ test, key, url }: TestDoors, name: string): Promise<Party> {
  const tenant = await test.addTenant();
  const { app } = test;
  const signature = await sharp({ create: { width: 20, height: 10, channels: 4, background: '#000' } })
    .png()
    .toBuffer();
  const person = { firstName: name, lastName: 'Signer', email: `${name}@signer.example`, signature };
  const memberId = await createMember(app, tenant.organizationId, person);
  const { id: signedTemplateId } = await createTemplate(app, tenant.actor, {
    content: sampleTemplate({ signatures: 1 }),
    signatories: [{ slot: 1, memberId, autoApprove: true }],
  });
  await createWebhook(app, tenant.actor, { url: 'https://hooks.example/', events: ['batch.created'] });
  const csv = `name,email,Course\n${name} Recipient,${name}@recipient.example,${name} course\nBad,not an address,x\n`;
  const batchId = await test.createBatch(tenant, csv, { name: `${name} batch`, templateId: signedTemplateId });
  const hiddenBatchId = await test.createBatch(tenant, csv, { name: `${name} hidden`, hidden: true });
  await test.waitForBatch(tenant, batchId);
  await test.waitForBatch(tenant, hiddenBatchId);
  const { vaultId, fileId } = await uploadTwice(test, tenant, name);
  const token = await key(tenant);
  // Changes nothing, as only rows of the file have failed.
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': `${name}-1` };
  const retried = await fetch(`${url}/chancery/v1/batches/${batchId}/retry-failed`, { method: 'POST', headers });
  assert.equal(retried.status, 200);
  const waiting = {
    name: `${name} waiting`,
    templateId: signedTemplateId,
    signatories: [{ at: 0, members: [memberId], slot: 1 }],
  };
  const waitingBatchId = await test.createBatch(tenant, csv, waiting);
  await untilStatus(test, tenant, waitingBatchId, 'waiting_for_approval');
  const { link, session } = await openWalletTwice(test.app, tenant, memberId);
  const [row] = await test.sql<Record<string, string>>(
    `select $1::text as "organizationId", $2::text as "batchId", $3::text as "hiddenBatchId", $4::text as "templateId", $5::text as "memberId",
       (select id from item where batch_id = $2::uuid and status = 'issued') as "itemId",
       (select id from item where batch_id = $2::uuid and status = 'failed') as "failedItemId",
       (select id from item where batch_id = $3::uuid and status = 'issued') as "hiddenItemId",
       (select id from chunk where batch_id = $2::uuid) as "chunkId",
       (select id from template_version where template_id = $4::uuid) as "versionId",
       (select id from status_list where organization_id = $1::uuid) as "statusListId",
       (select id from api_key where organization_id = $1::uuid) as "tokenId",
       (select id from webhook_endpoint where organization_id = $1::uuid) as "webhookId",
       (select id from webhook_delivery where organization_id = $1::uuid order by created_at limit 1) as "messageId",
       $6::text as "waitingBatchId", (select id from item where batch_id = $6::uuid and status = 'accepted') as "waitingItemId",
       (select id from approval where batch_id = $6::uuid) as "approvalId", (select id from approval_link where organization_id = $1::uuid) as "linkId",
       $7::text as "vaultId", $8::text as "fileId", $9::text as "walletLinkId", $10::text as "walletSessionId"`,
    [
      ...[tenant.organizationId, batchId, hiddenBatchId, signedTemplateId, memberId, waitingBatchId, vaultId, fileId],
      ...[link, session],
    ],
  );
  const ids = { ...row, ...(await plantPost(test, tenant, name)) } as Record<string, string>;
  for (const [kind, id] of Object.entries(ids)) assert.ok(id, `${name} has no ${kind}`);
  return { tenant, key: token, signedTemplateId, ids, marks: [name, ...Object.values(ids)] };
}

/** A session begun by one link, and a link that nobody has used. */
async function openWalletTwice(app: App, { organizationId, actor }: Tenant, memberId: string) {
  const newest = async () => {
    await sendWalletLink(app, actor, memberId);
    const sql = 'select id from wallet_link where organization_id = $1 order by created_at desc limit 1';
    const { rows } = await app.db.organization(organizationId, (tx) => tx.query<{ id: string }>(sql, [organizationId]));
    return rows[0]?.id as string;
  };
  const cookie = await openWallet(app, sealId(app.masterKey, 'walletLink', await newest()));
  return { session: unsealId(app.masterKey, 'walletSession', cookie ?? '') as string, link: await newest() };
}
