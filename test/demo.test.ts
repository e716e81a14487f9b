/** The demo of a fresh installation takes the files that a newcomer has: those of VEC's guide, and the smallest there can be. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeServer, openDemo, type ServerFacts } from '../src/cli/demo.ts';
import { columnNames } from '../src/dialects/vec/wire.ts';
import { localActor } from '../src/domain/permissions.ts';
import { buildServer } from '../src/http/server.ts';
import { authenticate } from '../src/usecases/api-keys/authenticate.ts';
import { csvSource } from '../src/usecases/batches/batch-source.ts';
import { rehearseBatch } from '../src/usecases/batches/rehearse-batch.ts';
import { logIn } from '../src/usecases/mail-accounts/log-in.ts';
import { getTemplate } from '../src/usecases/templates/get-template.ts';
import { assertInvariants } from './support/invariants.ts';
import { openTestApp, piecesOf, type TestApp } from './support/open-test-app.ts';
import { longTest } from './support/rounds.ts';

const guide =
  'RecipientsEmail,RecipientsName,CourseTitle,CompletionDate\n' +
  'john@example.com,John Smith,Advanced Web Development,2025-02-15\n' +
  'mary@example.com,Mary Johnson,Advanced Web Development,2025-02-15\n';

let demo: TestApp;
let facts: NonNullable<ServerFacts['vec']>;

before(async () => {
  demo = await openTestApp({ environment: { DEMO: '1' } });
  await demo.startBelt();
  facts = await openFacts();
});
after(() => demo?.[Symbol.asyncDispose]());

async function openFacts() {
  const { vec } = await openDemo(demo.app);
  assert.ok(vec);
  return vec;
}

async function openServer() {
  const server = await buildServer(demo.app);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => server.close() };
}

async function rehearse(templateId: string, file: string) {
  const batch = { name: 'Graduates', templateId, source: csvSource(piecesOf(file), columnNames) };
  return rehearseBatch(demo.app, localActor(facts.organizationId), batch);
}

test('both templates whose ids are printed take the guide’s file and the smallest one', async () => {
  for (const [templateId, signatories] of [
    [facts.templateId, 0],
    [facts.signedTemplateId, 2],
  ] as const)
    for (const file of [guide, 'RecipientsEmail,RecipientsName\nada@example.com,Ada Lovelace\n']) {
      const judged = await rehearse(templateId, file);
      assert.deepEqual([judged.faults, judged.refusals, judged.unusedColumns], [[], [], []]);
      assert.equal(judged.signatories.length, signatories);
    }
});

longTest(
  'a demo seeded by an older program gets the templates that were added since, and keeps the others',
  async () => {
    const path = join(demo.dataDirectory, 'demo.json');
    const plan = JSON.parse(await readFile(path, 'utf8')) as {
      organizations: { templateIds: Record<string, string> }[];
    };
    delete plan.organizations[0]?.templateIds['graduation-signed'];
    await writeFile(path, JSON.stringify(plan));
    const again = await openFacts();
    assert.notEqual(again.signedTemplateId, facts.signedTemplateId);
    assert.deepEqual({ ...again, signedTemplateId: '' }, { ...facts, signedTemplateId: '' });
    assert.equal((await rehearse(again.signedTemplateId, guide)).signatories.length, 2);
    assert.deepEqual(await openFacts(), again);
  },
);

test('UniCreda’s door has a live key, a test key and a template, and its command works as printed; an older demo gets them too', async () => {
  const { unicreda } = await openDemo(demo.app);
  assert.ok(unicreda);
  assert.match(unicreda.apiKey, /^uc_live_demo_[\w-]{32}$/);
  assert.match(unicreda.testApiKey, /^uc_test_demo_[\w-]{32}$/);
  assert.deepEqual((await openDemo(demo.app)).unicreda, unicreda);
  for (const [key, isTest] of [
    [unicreda.apiKey, false],
    [unicreda.testApiKey, true],
  ] as const) {
    const actor = await authenticate(demo.app, key);
    assert.deepEqual([actor.organizationId, actor.test], [facts.organizationId, isTest]);
    assert.ok((await getTemplate(demo.app, actor, unicreda.templateId)).content.bindings.result);
  }
  const path = join(demo.dataDirectory, 'demo.json');
  const plan = JSON.parse(await readFile(path, 'utf8')) as { organizations: { unicreda?: object }[] };
  for (const organization of plan.organizations) delete organization.unicreda;
  await writeFile(path, JSON.stringify(plan));
  const again = await openDemo(demo.app);
  assert.notEqual(again.unicreda?.apiKey, unicreda.apiKey);
  assert.equal((await authenticate(demo.app, again.unicreda?.testApiKey)).test, true);
  assert.equal(again.vec?.token, facts.token);
  await using server = await openServer();
  const said = describeServer({ ...again, url: server.url }, demo.app);
  assert.ok(said.includes(`X-API-Key: ${again.unicreda?.apiKey}`));
  const [, body = '', url = ''] = /-d '([^']+)' (\S+)/.exec(said) ?? [];
  for (const [key, issuer] of [
    [again.unicreda?.apiKey, 'Northbridge University'],
    [again.unicreda?.testApiKey, 'Northbridge University (test)'],
  ]) {
    const headers = { 'x-api-key': key as string, 'content-type': 'application/json' };
    const issued = (await (await fetch(url, { method: 'POST', headers, body })).json()) as {
      credentials: { credential_id: string }[];
    };
    const id = issued.credentials[0]?.credential_id;
    assert.ok(id, JSON.stringify(issued));
    const credential = (await (await fetch(`${server.url}/credential/${id}/credential.json`)).json()) as {
      issuer: { name: string };
    };
    assert.equal(credential.issuer.name, issuer);
  }
});

test('the print door has a live and a staging account, kept from start to start; an older demo gets them too', async () => {
  const { click2mail } = await openDemo(demo.app);
  assert.ok(click2mail);
  const { username, password, stagingUsername, stagingPassword } = click2mail;
  for (const [login, staging] of [
    [{ username, password }, false],
    [{ username: stagingUsername, password: stagingPassword }, true],
  ] as const) {
    const actor = await logIn(demo.app, login);
    assert.deepEqual([actor.organizationId, actor.test], [facts.organizationId, staging]);
    assert.equal(actor.account?.returnAddress?.city, 'Northbridge');
  }
  assert.deepEqual((await openDemo(demo.app)).click2mail, click2mail);
  await demo.sql(`delete from mail_account`);
  const path = join(demo.dataDirectory, 'demo.json');
  const plan = JSON.parse(await readFile(path, 'utf8')) as { organizations: { mail?: object }[] };
  for (const organization of plan.organizations) delete organization.mail;
  await writeFile(path, JSON.stringify(plan));
  demo.app.recentAccounts.forget();
  const again = (await openDemo(demo.app)).click2mail;
  assert.notEqual(again?.password, password);
  assert.ok(await logIn(demo.app, { username, password: again?.password as string }));
});

test('the commands printed for the print door work as pasted: two letters to three people become print runs', async () => {
  await using server = await openServer();
  const said = describeServer({ ...(await openDemo(demo.app)), url: server.url }, demo.app);
  const commands = said.slice(said.indexOf('  BATCH='), said.indexOf('  With northbridge-staging'));
  const child = spawn('sh', ['-c', commands], { stdio: ['ignore', 'pipe', 'inherit'] });
  const shown = Buffer.concat(await child.stdout.toArray()).toString();
  assert.match(shown, /<received>true<\/received>\s*<submitted>true<\/submitted>/, shown);
  const number = Number(/<id>(\d+)<\/id>/.exec(shown)?.[1]);
  const progress = () =>
    demo.sql<{ status: string; fault: string | null; pieces: number; printed: number }>(
      `select status, fault, (select count(*)::int from mail_piece where mailing_id = mailing.id) as pieces,
         (select count(*)::int from mail_piece where mailing_id = mailing.id and status = 'printed') as printed
       from mailing where number = $1`,
      [number],
    );
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(100)) {
    const [mailing] = await progress();
    if (mailing?.status === 'completed' || mailing?.status === 'failed') break;
  }
  assert.deepEqual(await progress(), [{ status: 'completed', fault: null, pieces: 3, printed: 3 }]);
  await assertInvariants(demo.database, 'with the carrier');

  const { username, password } = (await openDemo(demo.app)).click2mail ?? {};
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const read = async (path: string) =>
    (await fetch(`${server.url}/v1/batches/${number}${path}`, { headers: { authorization } })).text();
  assert.match(await read('/tracking'), /Tracking data not available for this batch\./);
  const jobs = [...(await read('')).matchAll(/<jobId>(\d+)<\/jobId>/g)].map(([, id]) => id);
  const table = ['ada', 'mary', 'jose'].map((key) => `${jobs[key === 'jose' ? 1 : 0]},demo-${key}`);
  const events = ['jobId,c2m_uniqueid,status,dateTime,statusLocation'];
  for (const one of table)
    events.push(`${one},Printed,2099,x`, `${one},Accepted,${new Date().toISOString()},"FLINT,MI"`);
  const told = await fetch(`${server.url}/chancery/v1/mail-pieces/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${facts.token}`, 'content-type': 'text/csv' },
    body: events.join('\n'),
  });
  const { imported, refused } = (await told.json()) as { imported: number; refused: number };
  assert.deepEqual([imported, refused], [3, 3]);
  const shownPieces = [...(await read('/tracking')).matchAll(/<uniqueId>([^<]*)<\/uniqueId>/g)].map(([, id]) => id);
  assert.deepEqual(shownPieces, ['demo-ada', 'demo-mary', 'demo-jose']);
  assert.deepEqual(
    [...(await read('')).matchAll(/<jobStatus>([^<]*)<\/jobStatus>/g)].map(([, status]) => status),
    ['MAILED', 'MAILED'],
  );
  await assertInvariants(demo.database, 'once mailed');

  const own = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${server.url}/chancery/v1${path}`, {
      ...init,
      headers: { ...init?.headers, authorization: `Bearer ${facts.token}` },
    });
    return response.text();
  };
  const { printRuns } = JSON.parse(await own('/print-runs')) as { printRuns: { id: string }[] };
  const answers = [];
  for (const { id } of printRuns) {
    const [header, ...pieces] = (await own(`/print-runs/${id}/manifest.csv`)).trimEnd().split('\r\n');
    const delivered = pieces.map((piece) => `${piece},Delivered,${new Date().toISOString()}`);
    const body = [`${header},status,at`, ...delivered].join('\r\n');
    const headers = { 'content-type': 'text/csv' };
    answers.push(JSON.parse(await own('/mail-pieces/events', { method: 'POST', headers, body })));
  }
  assert.equal(
    answers.reduce((sum, { imported }) => sum + imported, 0),
    3,
    JSON.stringify(answers),
  );
  assert.ok(answers.every(({ refused: none }) => none === 0));
});
