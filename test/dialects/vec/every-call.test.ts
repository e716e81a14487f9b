/** Every call of VEC's reference with its success and every error it documents, byte by byte, and that none is missing. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { createApiKey } from '../../../src/usecases/api-keys/create-api-key.ts';
import { createMember } from '../../../src/usecases/organizations/create-member.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { playTranscript } from '../../support/transcript.ts';
import { pageObjects, tablePdf } from '../../support/uploaded-pdf.ts';
import { uploadTwice } from '../../support/vault.ts';
import { courseTemplate } from './course-template.ts';

const csv = 'RecipientsEmail,RecipientsName,CourseTitle,CompletionDate\njohn@example.com,John Smith,Web,2025-02-15\n';
const diploma = tablePdf(pageObjects(1));

let doors: TestDoors;
let tenant: Tenant;
let stopBelt: () => Promise<void>;
const variables: Record<string, string> = {
  today: new Date().toISOString().slice(0, 10),
  newline: '\n',
  long: 'x'.repeat(256),
  diploma: diploma.toString('latin1'),
};

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ template: courseTemplate() });
  const other = await doors.test.addTenant({ template: courseTemplate() });
  stopBelt = await doors.test.startBelt();
  const [mine, foreign] = [await issueBatch(tenant), await issueBatch(other)];
  const [ann, ben, cleo] = [await addMember('Ann', 'Dean'), await addMember('Ben'), await addMember('Cleo')];
  const limited = { name: 'limited', scopes: ['*'], rateLimit: 1 };
  Object.assign(variables, {
    host: `127.0.0.1:${doors.port}`,
    token: await doors.key(tenant),
    listing_token: await doors.key(tenant, ['batches:list', 'certificates:list', 'certificate-templates:list']),
    powerless_token: await doors.key(tenant, ['credits:view']),
    tired_token: (await createApiKey(doors.test.app, tenant.actor, limited)).token,
    template_id: tenant.templateId,
    batch_id: mine.batchId,
    first_id: mine.itemId,
    ann_id: ann.id,
    ann_number: ann.number,
    ben_id: ben.id,
    cleo_id: cleo.id,
    foreign_batch_id: foreign.batchId,
    foreign_certificate_id: foreign.itemId,
    foreign_template_id: other.templateId,
    foreign_user_id: (await addMember('Dora', undefined, other)).id,
    foreign_vault_id: (await uploadTwice(doors.test, other, 'Dora')).vaultId,
  });
});
after(() => doors?.[Symbol.asyncDispose]());

async function issueBatch(owner: Tenant) {
  const batchId = await doors.test.createBatch(owner, csv);
  await doors.test.waitForBatch(owner, batchId);
  const [item] = await doors.test.sql<{ id: string }>('select id from item where batch_id = $1', [batchId]);
  return { batchId, itemId: item?.id as string };
}

async function addMember(firstName: string, designation?: string, owner = tenant) {
  const drawn = sharp({ create: { width: 40, height: 20, channels: 4, background: '#00000080' } });
  const id = await createMember(doors.test.app, owner.organizationId, {
    firstName,
    lastName: 'Signer',
    email: `${firstName.toLowerCase()}@school.example`,
    ...(designation && { designation, signature: await drawn.png().toBuffer() }),
  });
  const [row] = await doors.test.sql<{ number: number }>('select number from member where id = $1', [id]);
  return { id, number: String(row?.number) };
}

const play = (name: string) =>
  playTranscript(new URL(`transcripts/${name}.http`, import.meta.url), doors.port, variables);
const played = async (name: string): Promise<void> => void (await play(name));

test('users are listed, searched, sorted and read, on three pages whose links keep the query', () => played('users'));

test('certificates of the vault are handed in alone and many at once, read, listed, downloaded and retried', async () => {
  await stopBelt();
  await play('certificate-vault');
  const lost = variables.second_file as string;
  await rm(join(doors.test.dataDirectory, 'blobs', 'prefixes', lost.slice(0, 2), lost));
  const stop = await doors.test.startBelt();
  for (const id of ['vault_batch', 'bulk_batch']) await doors.test.waitForBatch(tenant, variables[id] as string);
  await stop();
  await play('certificate-vault-issued');
});

test('who has no valid token gets 401 from every call', () => played('401'));

test('who lacks the permission is told by every call which one', () => played('403'));

test('what is not there and what is somebody else’s are answered alike', () => played('404'));

test('a method that an address does not have is refused with those it has', () => played('405'));

test('a body of another kind is refused', () => played('415'));

test('what is sent wrong is refused in Laravel’s sentences, all at once', () => played('422'));

test('the form of a batch is refused in VEC’s sentences', () => played('refusals'));

test('a token that asks too often is told when to come back', () => played('429'));

test('a fault of the server is a 500 that tells nothing', async () => {
  await doors.test.sql('revoke all on all tables in schema public from chancery_app');
  const answers = await play('500');
  assert.ok(answers.every(({ body }) => !/permission|relation|denied/i.test(body.toString())));
});
