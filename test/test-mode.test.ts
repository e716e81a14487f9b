/** Specimens: what a test key makes is made like anything else, costs nothing, goes nowhere, and nobody can take it for real. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadKnownKeys } from '../src/cli/known-keys.ts';
import { verifyBytes } from '../src/cli/verify.ts';
import { mostCaughtMails } from '../src/db/caught-mails.ts';
import { verifySeal } from '../src/pdf/verify-seal.ts';
import { createWebhook } from '../src/usecases/webhooks/create-webhook.ts';
import { isRevoked, signatureHolds } from './support/independent-verifier.ts';
import { assertInvariants } from './support/invariants.ts';
import type { Tenant } from './support/open-test-app.ts';
import { openTestServer, type TestDoors } from './support/open-test-server.ts';
import { longTest } from './support/rounds.ts';
import { sampleTemplate } from './support/sample-template.ts';
import { addSignatory, addSignedTenant, approvalAt, approve, untilStatus } from './support/signatories.ts';
import { openSmtpSink, type SmtpSink } from './support/smtp-sink.ts';
import { pageTexts, qrOf, uploadTwice } from './support/vault.ts';

let sink: SmtpSink;
let doors: TestDoors;
/** Without a single credit. */
let tenant: Tenant;
let key: string;
let itemId: string;

const csv = 'name,email,Course\nAda Lovelace,ada@example.com,Engines\nBad,no address,x\n';
const asTest = <T extends Tenant>(one: T): T => ({ ...one, actor: { ...one.actor, test: true } });

before(async () => {
  sink = await openSmtpSink();
  doors = await openTestServer({ environment: { SMTP_URL: sink.url, MAILBOX: '1' } });
  tenant = await doors.test.addTenant({ credits: 0 });
  key = await doors.key(tenant, ['*'], 'test');
  await createWebhook(doors.test.app, tenant.actor, { url: 'https://hooks.example/', events: ['*'] });
  await doors.test.startBelt();
  itemId = await issue(tenant);
});
after(async () => {
  await doors?.[Symbol.asyncDispose]();
  await sink?.[Symbol.asyncDispose]();
});

/** A specimen of the tenant's template; its id. */
async function issue(one: Tenant): Promise<string> {
  const batchId = await doors.test.createBatch(asTest(one), csv);
  await doors.test.waitForBatch(asTest(one), batchId);
  const issued = `select id from item where batch_id = $1 and status = 'issued'`;
  const [row] = await doors.test.sql<{ id: string }>(issued, [batchId]);
  return row?.id as string;
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${doors.url}${path}`, { headers });
const pdfOf = async (id: string) => Buffer.from(await (await get(`/credential/${id}/document.pdf`)).arrayBuffer());
const credentialOf = async (id: string) => (await get(`/credential/${id}/credential.json`)).text();
const didOf = async (path: string) =>
  JSON.stringify(await (await get(`/organizations/${tenant.organizationId}${path}`)).json());

test('the document is stamped across the page and at its foot, says so in its title, and can still be scanned', async () => {
  const pdf = await pdfOf(itemId);
  const [text] = await pageTexts(pdf);
  assert.match(text as string, /Ada Lovelace/);
  assert.match(text as string, /SPECIMEN(?! ·)/);
  assert.match(text as string, /SPECIMEN · made with a test key, attests nothing/);
  assert.match(pdf.toString('latin1'), /<rdf:li xml:lang="x-default">SPECIMEN: /);
  assert.match(pdf.toString('latin1'), /<dc:creator><rdf:Seq><rdf:li>Sample School \(test\)</);
  assert.equal(await qrOf(pdf, 0), `${doors.url}/credential/${itemId}`);
});

test('it is signed and sealed by an issuer of specimens, whose keys the organization’s own DID document does not list', async () => {
  const credential = await credentialOf(itemId);
  const { name, issuer, credentialSubject } = JSON.parse(credential);
  assert.equal(name, 'SPECIMEN: Sample course');
  assert.equal(credentialSubject.achievement.name, 'Sample course');
  assert.equal(issuer.name, 'Sample School (test)');
  assert.match(issuer.id, new RegExp(`:organizations:${tenant.organizationId}:test$`));
  assert.equal(await signatureHolds(credential), true);
  const { subject, publicKey } = verifySeal(await pdfOf(itemId)) as { subject: string; publicKey: Uint8Array };
  assert.match(subject, /CN=Sample School \(test\) document seal/);
  const keys = await doors.test.sql<{ purpose: string; multibase: string; public_key: Buffer }>(
    'select purpose, multibase, public_key from signing_key where organization_id = $1 order by purpose',
    [tenant.organizationId],
  );
  assert.deepEqual(
    keys.map(({ purpose }) => purpose),
    ['credential', 'seal', 'test_credential', 'test_seal'],
  );
  assert.ok(keys.some((one) => one.purpose === 'test_seal' && one.public_key.equals(publicKey)));
  const [own, specimens] = [await didOf('/did.json'), await didOf('/test/did.json')];
  for (const { purpose, multibase } of keys) {
    assert.equal(own.includes(multibase), !purpose.startsWith('test_'), purpose);
    assert.equal(specimens.includes(multibase), purpose.startsWith('test_'), purpose);
  }
});

test('its page says first that it attests nothing, in every language, to people and to programs', async () => {
  const sentences = {
    en: 'This is a specimen: it attests nothing',
    es: 'Esto es una muestra: no acredita nada',
    ar: 'هذا نموذج تجريبي لا يُثبت شيئًا',
    fr: 'This is a specimen: it attests nothing',
  };
  for (const [language, sentence] of Object.entries(sentences)) {
    const other = await doors.test.addTenant({ credits: 0, template: { ...sampleTemplate(), language } });
    const page = await (await get(`/credential/${await issue(other)}`)).text();
    assert.match(page, new RegExp(`<title>${sentence}`));
    assert.match(page, new RegExp(`<main>\\s*<section class="verdict bad"[^]{0,400}verdict-title">${sentence}`));
    assert.ok(!page.includes('ld+json') && !page.includes('linkedin.com'), language);
    assert.ok(!/is valid|es válido|صالحة<|genuine|auténtico/.test(page), language);
  }
});

test('`chancery verify` calls it a specimen, offline, as PDF and as JSON; and changed where it was changed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-specimen-'));
  const did = join(folder, 'test.did.json');
  await writeFile(did, await readFile(join(doors.test.dataDirectory, 'did', `${tenant.organizationId}.test.json`)));
  // The key was made before the server knew its port.
  await writeFile(did, await didOf('/test/did.json'));
  const keys = await loadKnownKeys([did], join(folder, 'x.pdf'));
  const pdf = await pdfOf(itemId);
  assert.equal((await verifyBytes('a.pdf', pdf, keys)).verdict, 'specimen');
  const json = Buffer.from(await credentialOf(itemId));
  assert.equal((await verifyBytes('a.json', json, keys)).verdict, 'specimen');
  const renamed = Buffer.from(json.toString().replace('"SPECIMEN: Sample', '"Sample'));
  assert.equal((await verifyBytes('a.json', renamed, keys)).verdict, 'changed');
  const own = join(folder, 'own.json');
  await writeFile(own, await didOf('/did.json'));
  assert.equal((await verifyBytes('a.pdf', pdf, await loadKnownKeys([own], own))).verdict, 'unknown_key');
  await rm(folder, { recursive: true });
});

test('it costs nothing, though there is not one credit, and a rehearsal says so', async () => {
  assert.deepEqual(await doors.test.balance(tenant), { available: 0, reserved: 0, spent: 0 });
  assert.deepEqual(await doors.test.sql('select 1 from ledger_entry where batch_id is not null'), []);
  await assert.rejects(doors.test.createBatch(tenant, csv), { code: 'limit_exceeded' });
  await assertInvariants(doors.test.database);
});

test('it can be revoked: its own status list says so, signed by its own issuer, and the live list knows nothing of it', async () => {
  const id = await issue(tenant);
  const before = await credentialOf(id);
  assert.equal(await isRevoked(before), false);
  const response = await fetch(`${doors.url}/chancery/v1/credentials/${id}/revoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'tried out' }),
  });
  assert.equal(response.status, 200);
  assert.equal(await isRevoked(before), true);
  const page = await (await get(`/credential/${id}`)).text();
  assert.match(page, /verdict-title">This is a specimen/);
  assert.match(page, /tried out/);
  const lists = await doors.test.sql('select distinct test from status_list where organization_id = $1', [
    tenant.organizationId,
  ]);
  assert.deepEqual(lists, [{ test: true }]);
});

test('nobody outside hears of it: no webhook, no mail, not even to those who sign; the mailbox of this machine shows it all', async () => {
  const signed = asTest(await addSignedTenant(doors.test, [false]));
  await createWebhook(
    doors.test.app,
    { ...signed.actor, test: false },
    { url: 'https://hooks.example/', events: ['*'] },
  );
  const batchId = await doors.test.createBatch(signed, csv);
  await untilStatus(doors.test, signed, batchId, 'waiting_for_approval');
  const [signatory] = signed.signatories;
  assert.ok(signatory);
  const { id } = await approvalAt(doors.test, batchId, 1);
  await approve(doors.test, asTest(signatory as never) as never, id);
  const { mails, mailsSent } = await doors.test.waitForBatch(signed, batchId);
  assert.deepEqual([mails, mailsSent], [1, 1], 'the mail counts as sent');
  await uploadTwice(doors.test, asTest(tenant), 'Uploaded');
  const live = { ...signed, actor: { ...signed.actor, test: false } };
  const real = await addSignatory(doors.test, signed.organizationId);
  const liveBatch = await doors.test.createBatch(live, csv.replaceAll('ada@', 'live@'), {
    signatories: [{ at: 0, members: [real.memberId], slot: 1 }],
  });
  await untilStatus(doors.test, live, liveBatch, 'waiting_for_approval');
  await approve(doors.test, real, (await approvalAt(doors.test, liveBatch, 1)).id);
  await doors.test.waitForBatch(live, liveBatch);
  assert.deepEqual([...sink.recipients].sort(), ['live@example.com', real.email].sort());
  const { mails: caught } = (await (await get('/mailbox.json?limit=1000')).json()) as {
    mails: { recipient: string }[];
  };
  const recipients = new Set(caught.map(({ recipient }) => recipient));
  for (const address of ['ada@example.com', signatory.email, 'Uploaded@recipient.example'])
    assert.ok(recipients.has(address), address);
  assert.ok(!recipients.has('live@example.com'));
  const told = await doors.test.sql<{ payload: string }>('select payload from webhook_delivery');
  assert.ok(told.length > 0);
  for (const { payload } of told) assert.ok(payload.includes(liveBatch) || payload.includes('live@'), payload);
});

test('an uploaded certificate is a specimen on the page that is put behind it and in its credential', async () => {
  const { vaultId } = await uploadTwice(doors.test, asTest(tenant), 'Vera');
  const pages = await pageTexts(await pdfOf(vaultId));
  assert.match(pages.at(-1) as string, /SPECIMEN · made with a test key/);
  const { name, issuer } = JSON.parse(await credentialOf(vaultId));
  assert.deepEqual([name, issuer.name], ['SPECIMEN: Vera diploma', 'Sample School (test)']);
});

longTest('the keys of specimens are made once, even by many who need them at the same instant', async () => {
  const fresh = asTest(await doors.test.addTenant({ credits: 0 }));
  const ids = await Promise.all(Array.from({ length: 6 }, () => doors.test.createBatch(fresh, csv)));
  const keys = await doors.test.sql<{ purpose: string }>(
    `select purpose from signing_key where organization_id = $1 and purpose like 'test_%' order by purpose`,
    [fresh.organizationId],
  );
  assert.deepEqual(
    keys.map(({ purpose }) => purpose),
    ['test_credential', 'test_seal'],
  );
  for (const id of ids) assert.equal((await doors.test.waitForBatch(fresh, id)).issued, 1);
});

test('a revoked test key opens no door', async () => {
  const [row] = await doors.test.sql<{ id: string }>(
    `select id from api_key where organization_id = $1 and mode = 'test'`,
    [tenant.organizationId],
  );
  const used = () =>
    Promise.all(
      ['/business/batches', '/chancery/v1/batches', '/api/v1/jobs/x'].map(
        async (path) => (await get(path, { authorization: `Bearer ${key}`, 'x-api-key': key })).status,
      ),
    );
  assert.deepEqual(await used(), [200, 200, 404]);
  const url = `${doors.url}/chancery/v1/tokens/${row?.id}/revoke`;
  await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${key}` } });
  assert.deepEqual(await used(), [401, 401, 401]);
});

test('where mail leaves the machine the mailbox is closed, unless somebody opens it', async () => {
  await using closed = await openTestServer({ environment: { SMTP_URL: sink.url } });
  assert.equal((await fetch(`${closed.url}/mailbox.json`)).status, 404);
  assert.equal((await fetch(`${closed.url}/mailbox`)).status, 404);
  assert.doesNotMatch(await (await fetch(closed.url)).text(), /\/mailbox/);
  assert.equal((await get('/mailbox')).status, 200);
});

longTest('the mailbox keeps the newest ten thousand', async () => {
  await doors.test.sql(
    `insert into caught_mail (message_id, recipient, sender, subject, raw)
     select 'm' || n, 'many@example.com', 's@example.com', 's', 'x' from generate_series(1, $1::int) n`,
    [mostCaughtMails + 500],
  );
  const many = await doors.test.addTenant({ credits: 0 });
  const rows = Array.from({ length: 120 }, (_, at) => `P ${at},p${at}@example.com,Engines`);
  const id = await doors.test.createBatch(asTest(many), ['name,email,Course', ...rows].join('\n'));
  await doors.test.waitForBatch(asTest(many), id);
  const [counted] = await doors.test.sql<{ all: number; mine: number; oldest: number }>(
    `select count(*)::int as all, count(*) filter (where recipient like 'p%@example.com')::int as mine,
       count(*) filter (where recipient = 'ada@example.com')::int as oldest from caught_mail`,
  );
  assert.deepEqual([counted?.mine, counted?.oldest], [120, 0]);
  assert.ok((counted?.all ?? 0) <= mostCaughtMails && (counted?.all ?? 0) > mostCaughtMails - 500);
});

test('one recipient at UniCreda’s door is issued as a specimen at once, without a credit', async () => {
  const fresh = await doors.test.addTenant({ credits: 0 });
  const testing = await doors.key(fresh, ['*'], 'test');
  const ask = async (apiKey: string) => {
    const response = await fetch(`${doors.url}/api/v1/credentials/issue`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({
        template_id: fresh.templateId,
        recipients: [{ email: 'one@example.com', recipient_name: 'Uno', Course: 'Redes' }],
      }),
    });
    return { status: response.status, body: (await response.json()) as { credentials: Record<string, string>[] } };
  };
  const { status, body } = await ask(testing);
  assert.equal(status, 200, JSON.stringify(body));
  const { credential_id: id = '', status: state } = body.credentials[0] ?? {};
  assert.equal(state, 'issued');
  const credential = await credentialOf(id);
  assert.equal(JSON.parse(credential).name, 'SPECIMEN: Sample course');
  assert.equal(await signatureHolds(credential), true);
  assert.equal(await isRevoked(credential), false);
  assert.match((await pageTexts(await pdfOf(id)))[0] as string, /SPECIMEN · made with a test key/);
  assert.equal((await ask(await doors.key(fresh))).status, 402, 'a live key needs a credit');
  assert.ok(!sink.recipients.includes('one@example.com'));
  await assertInvariants(doors.test.database);
});
