/** Live and test keys of one organization see nothing of each other's: every route with an id is tried with the other mode's ids, every list is searched for them. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { createMember } from '../../src/usecases/organizations/create-member.ts';
import { createTemplate } from '../../src/usecases/templates/create-template.ts';
import { createWebhook } from '../../src/usecases/webhooks/create-webhook.ts';
import { assertInvariants } from '../support/invariants.ts';
import { jobLine, pieceLine, sendMailing, untilMailing } from '../support/mailings.ts';
import type { Tenant } from '../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../support/open-test-server.ts';
import { type Entry, routeTable, unknownId } from '../support/route-table.ts';
import { sampleTemplate } from '../support/sample-template.ts';
import { untilStatus } from '../support/signatories.ts';
import { uploadTwice } from '../support/vault.ts';

/** What was made in one mode, by kind of id. */
interface Side {
  mode: 'live' | 'test';
  tenant: Tenant;
  key: string;
  ids: Record<string, string>;
}

let doors: TestDoors;
let shared: Record<string, string>;
let live: Side;
let testing: Side;

before(async () => {
  doors = await openTestServer();
  await doors.test.startBelt();
  const tenant = await doors.test.addTenant();
  const signature = await sharp({ create: { width: 20, height: 10, channels: 4, background: '#000' } })
    .png()
    .toBuffer();
  const person = { firstName: 'Sig', lastName: 'Natory', email: 'sig@signer.example', signature };
  const memberId = await createMember(doors.test.app, tenant.organizationId, person);
  const { id: signedTemplateId } = await createTemplate(doors.test.app, tenant.actor, {
    content: sampleTemplate({ signatures: 1 }),
    signatories: [{ slot: 1, memberId, autoApprove: false }],
  });
  const webhook = await createWebhook(doors.test.app, tenant.actor, { url: 'https://hooks.example/', events: ['*'] });
  shared = { memberId, signedTemplateId, templateId: tenant.templateId, webhookId: webhook.endpoint.id };
  live = await openSide('live', tenant);
  testing = await openSide('test', { ...tenant, actor: { ...tenant.actor, test: true } });
});
after(() => doors?.[Symbol.asyncDispose]());

async function openSide(mode: Side['mode'], tenant: Tenant): Promise<Side> {
  const { test: belt } = doors;
  const csv = `name,email,Course\n${mode} Recipient,${mode}@recipient.example,${mode} course\nBad,no address,x\n`;
  const key = await doors.key(tenant, ['*'], mode);
  const batchId = await belt.createBatch(tenant, csv, { name: `${mode} batch` });
  await belt.waitForBatch(tenant, batchId);
  const waiting = { name: `${mode} waiting`, templateId: shared.signedTemplateId as string };
  const waitingBatchId = await belt.createBatch(tenant, csv, waiting);
  await untilStatus(belt, tenant, waitingBatchId, 'waiting_for_approval');
  const { vaultId, fileId } = await uploadTwice(belt, tenant, mode);
  const mail = await sendMailing(belt.app, tenant.actor, [jobLine(), pieceLine(`${mode} Recipient`)]);
  const { id: mailingId } = await untilMailing(belt.app, tenant.actor, mail, ({ status }) => status === 'completed');
  const [row] = await belt.sql<Record<string, string>>(
    `select $1::text as "batchId", $2::text as "waitingBatchId", $3::text as "vaultId", $4::text as "fileId",
       (select id from item where batch_id = $1::uuid and status = 'issued') as "itemId",
       (select id from item where batch_id = $1::uuid and status = 'failed') as "failedItemId",
       (select id from item where batch_id = $2::uuid and status = 'accepted') as "waitingItemId",
       (select id from approval where batch_id = $2::uuid) as "approvalId",
       (select number::text from vault_certificate where item_id = $3::uuid) as "vaultNumber", $5::text as "mailingId",
       (select id from mail_job where mailing_id = $5::uuid) as "mailJobId", (select id from mail_piece where mailing_id = $5::uuid) as "mailPieceId",
       (select document_id from mailing where id = $5::uuid) as "mailDocumentId"`,
    [batchId, waitingBatchId, vaultId, fileId, mailingId],
  );
  for (const [kind, id] of Object.entries(row as object)) assert.ok(id, `${mode} has no ${kind}`);
  return { mode, tenant, key, ids: row as Record<string, string> };
}

function routesOf(kind: Entry['kind']) {
  return doors.routes.flatMap(({ method, url, refused }) => {
    const entry = refused || method === 'HEAD' ? undefined : routeTable[`${method} ${url.replace(/(.)\/$/, '$1')}`];
    return entry?.kind === kind ? [{ method, url, entry }] : [];
  });
}

async function call(method: string, path: string, key: string, body?: object) {
  const response = await fetch(`${doors.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      'x-api-key': key,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.text() };
}

const at = (url: string, id: string) => url.replace(/:[A-Za-z]*[iI]d\b/g, id).replace(/:\w+/g, 'x');

/** An answer without the id that was asked for and the number of the request. */
const bare = ({ status, body }: { status: number; body: string }, id: string) => ({
  status,
  body: body.replace(/("request_?[iI]d":")[0-9a-f-]{36}/, '$1<request>').replaceAll(id, '<id>'),
});

test('every id of the other mode is answered exactly like one that nobody has, on every route that takes an id', async () => {
  let calls = 0;
  for (const [asker, owner] of [
    [live, testing],
    [testing, live],
  ] as const)
    for (const { method, url, entry } of routesOf('id')) {
      const body = 'body' in entry ? entry.body?.() : undefined;
      const unknown = bare(await call(method, at(url, unknownId), asker.key, body), unknownId);
      assert.ok([403, 404].includes(unknown.status), `${method} ${url}: ${unknown.status}`);
      for (const [kind, id] of Object.entries(owner.ids)) {
        // Elsewhere a number of one digit is a member's.
        if (kind === 'vaultNumber' && !url.includes('certificate-vault')) continue;
        const answer = bare(await call(method, at(url, id), asker.key, body), id);
        assert.deepEqual(answer, unknown, `${method} ${url} with the ${owner.mode} ${kind} and a ${asker.mode} key`);
        calls++;
      }
    }
  assert.ok(calls > 500, `${calls} calls`);
});

test('no list, page or figure of one mode holds anything of the other', async () => {
  const queries = [
    '',
    '?search=recipient',
    '?per_page=100',
    '?limit=100&status=issued',
    '?status=failed',
    '?sort=name',
  ];
  for (const [asker, owner] of [
    [live, testing],
    [testing, live],
  ] as const)
    for (const { method, url } of routesOf('own')) {
      if (method !== 'GET') continue;
      for (const query of queries) {
        const { status, body } = await call(method, `${url}${query}`, asker.key);
        if (status !== 200) continue;
        // The number of a vault certificate is too short to be told from others.
        for (const [kind, id] of Object.entries(owner.ids))
          if (kind !== 'vaultNumber')
            assert.ok(!body.includes(id), `${url}${query} shows a ${asker.mode} key the ${kind}`);
        assert.ok(
          !body.includes(`${owner.mode} course`) && !body.includes(`${owner.mode}@recipient`),
          `${url}${query}`,
        );
      }
    }
});

test('each mode finds and counts its own, alone', async () => {
  for (const { key, ids, mode } of [live, testing]) {
    const read = async (path: string) => JSON.parse((await call('GET', path, key)).body);
    const batches = await read('/chancery/v1/batches');
    assert.equal(batches.total, 2, mode);
    for (const [path, found] of [
      ['/business/certificates', 4],
      ['/business/certificates?search=recipient', 2],
      [`/business/certificates?search=${mode}@recipient.example`, 2],
      [`/business/certificates?batch_id=${ids.batchId}`, 2],
      ['/business/certificate-vault', 1],
    ] as const)
      assert.equal((await read(path)).meta.total, found, `${mode} ${path}`);
    assert.equal((await read('/chancery/v1/approvals')).total, 1);
    assert.equal((await read('/chancery/v1/mailings')).total, 1);
    assert.equal((await read('/chancery/v1/print-runs')).printRuns?.length, mode === 'live' ? 1 : 0);
    assert.equal((await call('GET', `/chancery/v1/batches/${ids.batchId}/items`, key)).status, 200);
    assert.equal((await call('GET', `/business/certificates/${ids.itemId}/download`, key)).status, 200);
  }
});

test('a batch of the other mode that is filtered by is empty, and a file of its vault is not there', async () => {
  for (const [asker, owner] of [
    [live, testing],
    [testing, live],
  ] as const) {
    const certificates = JSON.parse(
      (await call('GET', `/business/certificates?batch_id=${owner.ids.batchId}`, asker.key)).body,
    );
    assert.equal(certificates.meta?.total ?? 0, 0);
    const bulk = {
      certificates: [
        {
          file_id: owner.ids.fileId,
          certificate_title: 'T',
          full_name: 'N',
          applicant_email: 'n@example.com',
        },
      ],
    };
    const { status, body } = await call('POST', '/business/certificate-vault/bulk', asker.key, bulk);
    assert.equal(status, 422, body);
  }
});

test('a test key changes nothing that live keys use', async () => {
  const before = await doors.test.sql('select * from template_version order by id');
  const members = await doors.test.sql('select id, updated_at from member order by id');
  for (const { method, url, entry } of [...routesOf('id'), ...routesOf('own')]) {
    if (method === 'GET') continue;
    const body = 'body' in entry ? entry.body?.() : {};
    for (const id of Object.values(shared)) {
      const { status } = await call(method, at(url, id), testing.key, body);
      assert.ok(status >= 400, `${method} ${at(url, id)}: ${status}`);
    }
  }
  assert.deepEqual(await doors.test.sql('select * from template_version order by id'), before);
  assert.deepEqual(await doors.test.sql('select id, updated_at from member order by id'), members);
});

test('a row repeats only what was handed in in its own mode', async () => {
  const rehearse = async (key: string, person: string) => {
    const form = new FormData();
    form.set('name', 'again');
    form.set('template_id', shared.templateId as string);
    form.set('duplicates', 'skip');
    const csv = `name,email,Course\n${person} Recipient,${person}@recipient.example,${person} course\n`;
    form.set('file', new Blob([csv], { type: 'text/csv' }), 'again.csv');
    const response = await fetch(`${doors.url}/chancery/v1/batches?dry_run=true`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form,
    });
    return (await response.json()) as { duplicates: number; credits: { needed: number } };
  };
  for (const [{ key, mode }, other, needed] of [
    [live, testing, 1],
    [testing, live, 0],
  ] as const) {
    assert.equal((await rehearse(key, mode)).duplicates, 1, `${mode} among its own`);
    const { duplicates, credits } = await rehearse(key, other.mode);
    assert.deepEqual([duplicates, credits.needed], [0, needed], `${mode} among the other's`);
  }
});

test('the books agree, and no message to a webhook tells of a specimen', async () => {
  await assertInvariants(doors.test.database);
  const messages = await doors.test.sql<{ payload: string }>('select payload from webhook_delivery');
  assert.ok(messages.some(({ payload }) => payload.includes(live.ids.itemId as string)));
  for (const { payload } of messages)
    for (const id of Object.values(testing.ids)) assert.ok(id.length < 30 || !payload.includes(id), payload);
});
