/** What the world sees: the verification page in all its states and formats, status lists, DID documents, and the mailbox of this machine. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SaxesParser } from 'saxes';
import { isRevoked, signatureHolds } from './support/independent-verifier.ts';
import type { Tenant } from './support/open-test-app.ts';
import { openTestServer, type TestDoors } from './support/open-test-server.ts';
import { sampleTemplate } from './support/sample-template.ts';

const attack = '<img src=x onerror=alert(1)>';
const hostileNames = [
  `<script>alert(1)</script>`,
  `"><svg onload=alert(1)>`,
  `' onmouseover='alert(1)`,
  `</title></script><script>alert(1)</script>`,
  `javascript:alert(1)`,
  `{{constructor.constructor('return 1')()}}`,
  `&lt;b&gt; &amp;#39; <!-- --> ]]>`,
];
const people: Record<string, string> = {
  plain: 'Ada Lovelace,ada@example.com,Engines,2026-01-05,',
  revoked: 'Rita Revoked,rita@example.com,Engines,2026-01-05,',
  kept: 'Kay Kept,kay@example.com,Engines,2026-01-05,',
  expired: 'Eve Expired,eve@example.com,Engines,2020-01-05,2021-01-05',
  early: 'Fay Future,fay@example.com,Engines,2099-01-05,',
  arabic: 'ليلى حسن,layla@example.com,هندسة,2026-01-05,',
};

let doors: TestDoors;
let tenant: Tenant;
let token: string;
const ids: Record<string, string> = {};

before(async () => {
  doors = await openTestServer();
  const template = sampleTemplate({ attachPdf: true });
  template.achievement = { ...template.achievement, name: `Engines ${attack}`, description: attack, criteria: attack };
  template.elements = template.elements.filter(({ type }) => type !== 'text');
  tenant = await doors.test.addTenant({ template });
  const renamed = 'update organization set name = $2 where id = $1';
  await doors.test.sql(renamed, [tenant.organizationId, `School ${attack}`]);
  token = await doors.key(tenant);
  await doors.test.startBelt();
  const hostile = hostileNames.map((name) => `"${name.replaceAll('"', '""')}",x@example.com,${attack},2026-01-05,`);
  const csv = ['name,email,Course,issue_date,expiry_date', ...Object.values(people), ...hostile].join('\n');
  const seen = await doors.test.createBatch(tenant, csv);
  const hidden = await doors.test.createBatch(tenant, csv, { hidden: true, channels: [] });
  assert.equal((await doors.test.waitForBatch(tenant, seen)).failed, 0);
  await doors.test.waitForBatch(tenant, hidden);
  const rows = await doors.test.sql<{ id: string; name: string }>('select id, name from item where batch_id = $1', [
    seen,
  ]);
  for (const { id, name } of rows) {
    const word = Object.keys(people).find((key) => people[key]?.startsWith(`${name},`));
    ids[word ?? name] = id;
  }
  const [{ id }] = (await doors.test.sql('select id from item where batch_id = $1 limit 1', [hidden])) as [
    { id: string },
  ];
  ids.hidden = id;
});
after(() => doors?.[Symbol.asyncDispose]());

async function get(path: string, accept?: string) {
  const response = await fetch(`${doors.url}${path}`, { headers: accept === undefined ? {} : { accept } });
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type')?.split(';')[0];
  return { status: response.status, headers: response.headers, type, bytes, text: bytes.toString('utf8') };
}

const page = (who: string) => get(`/credential/${ids[who]}`, 'text/html');
const credentialOf = async (who: string) => (await get(`/credential/${ids[who]}/credential.json`)).text;

/** Elements and attributes of a page, which is well-formed XML as well. */
function elementsOf(text: string): { name: string; attributes: Record<string, string> }[] {
  const found: { name: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => void found.push({ name, attributes: attributes as never }));
  parser.on('error', (error) => assert.fail(error));
  parser.write(text.replace('<!DOCTYPE html>', '')).close();
  return found;
}

test('the address gives the format that is asked for, and the page to whoever has no wish', async () => {
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
  const wishes: [string | undefined, string][] = [
    [undefined, 'text/html'],
    ['*/*', 'text/html'],
    [browser, 'text/html'],
    ['text/plain', 'text/html'],
    ['', 'text/html'],
    ['nonsense;;,,q=', 'text/html'],
    ['application/vc+ld+json', 'application/vc+ld+json'],
    ['application/vc', 'application/vc+ld+json'],
    ['application/ld+json', 'application/vc+ld+json'],
    ['application/json', 'application/vc+ld+json'],
    ['application/pdf', 'application/pdf'],
    ['image/png', 'image/png'],
    ['image/*', 'image/png'],
    ['application/pdf;q=0.2, application/vc+ld+json;q=0.9', 'application/vc+ld+json'],
    ['text/html;q=0, application/pdf', 'application/pdf'],
  ];
  for (const [accept, type] of wishes) {
    const answer = await get(`/credential/${ids.plain}`, accept);
    assert.deepEqual([answer.status, answer.type], [200, type], `Accept: ${accept}`);
    assert.match(answer.headers.get('vary') ?? '', /accept/i);
  }
  for (const [file, type, accept] of [
    ['document.pdf', 'application/pdf', 'application/pdf'],
    ['credential.json', 'application/vc+ld+json', 'application/json'],
    ['preview.png', 'image/png', 'image/png'],
  ] as const) {
    const byPath = await get(`/credential/${ids.plain}/${file}`, 'text/html');
    assert.deepEqual([byPath.status, byPath.type], [200, type]);
    assert.ok(byPath.bytes.equals((await get(`/credential/${ids.plain}`, accept)).bytes), `${file} is the same`);
  }
});

test('the page says whether the certificate holds, without a script', async () => {
  const states: Record<string, [title: string, tone: string]> = {
    plain: ['This certificate is valid', 'good'],
    expired: ['This certificate has expired', 'doubtful'],
    early: ['', 'doubtful'],
    arabic: ['This certificate is valid', 'good'],
  };
  for (const [who, [title, tone]] of Object.entries(states)) {
    const { status, text } = await page(who);
    assert.equal(status, 200);
    assert.ok(text.includes(`<section class="verdict ${tone}"`), `${who}: ${text.slice(0, 2_000)}`);
    if (title) assert.match(text, new RegExp(title, 'i'), who);
    const name = people[who]?.split(',')[0] as string;
    assert.ok(text.includes(`<bdi dir="auto">${name}</bdi>`), who);
  }
});

const cspOf = (answer: Awaited<ReturnType<typeof get>>) => answer.headers.get('content-security-policy') ?? '';

test('every page forbids scripts, frames and sniffing, and nothing public is kept by a cache', async () => {
  const pages = ['/', `/credential/${ids.plain}`, '/credential/nothing', '/no/such/page', '/mailbox'];
  for (const path of pages) {
    const answer = await get(path, 'text/html');
    assert.match(cspOf(answer), /^default-src 'none';/, path);
    assert.match(cspOf(answer), /frame-ancestors 'none'/);
    assert.doesNotMatch(cspOf(answer), /unsafe|script-src|\*/);
    assert.equal(answer.headers.get('x-frame-options'), 'DENY');
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('set-cookie'), null);
  }
  for (const file of ['document.pdf', 'preview.png', 'credential.json'])
    assert.match(cspOf(await get(`/credential/${ids.plain}/${file}`)), /frame-ancestors 'none'/);
  for (const { method, url } of doors.routes) {
    if (method !== 'GET') continue;
    const { headers } = await get(url.replace(':id', ids.plain as string).replace(':file', 'certificate_1.pdf'));
    assert.equal(headers.get('x-content-type-options'), 'nosniff', url);
    assert.equal(headers.get('x-powered-by'), null);
  }
});

test('hostile names, courses and organizations are shown as text and become neither markup nor links', async () => {
  for (const name of hostileNames) {
    const { status, text } = await page(name);
    assert.equal(status, 200, name);
    for (const element of elementsOf(text)) {
      assert.ok(
        !['img', 'iframe', 'object', 'embed', 'base', 'form'].includes(element.name),
        `${name}: <${element.name}>`,
      );
      if (element.name === 'script') assert.deepEqual({ ...element.attributes }, { type: 'application/ld+json' });
      for (const [attribute, value] of Object.entries(element.attributes)) {
        assert.doesNotMatch(attribute, /^on|^style$/i, `${name}: ${attribute}`);
        if (attribute === 'href' || attribute === 'src') assert.match(value, /^(\/|https?:)/, `${name}: ${value}`);
      }
    }
    const shown = name.replace(
      /[&<>"']/g,
      (c) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }[c]};`,
    );
    assert.ok(text.includes(`<bdi dir="auto">${shown}</bdi>`), `${name} is shown as it is`);
  }
});

test('unknown, malformed and hidden ids get one and the same page', async () => {
  const expected = await get('/credential/9e7860e3-7c0a-401f-98f6-b98e316934f4');
  assert.equal(expected.status, 404);
  for (const id of [ids.hidden as string, 'x', '%00', 'a'.repeat(150), tenant.organizationId])
    for (const file of ['', '/document.pdf', '/credential.json', '/preview.png'])
      assert.ok((await get(`/credential/${id}${file}`)).bytes.equals(expected.bytes), `${id}${file}`);
});

test('the credential is accepted by an independent verifier that asks our DID document', async () => {
  for (const who of ['plain', 'arabic', ...hostileNames]) {
    const text = await credentialOf(who);
    assert.equal(await signatureHolds(text), true, who);
    assert.equal(await signatureHolds(text.replace('"Course"', '"Degree"')), false, who);
  }
});

test('the DID document names the key the credential was signed with, and the achievement’s address answers', async () => {
  const credential = JSON.parse(await credentialOf('plain'));
  const keyId: string = [credential.proof].flat()[0].verificationMethod;
  assert.ok(keyId.startsWith(`${credential.issuer.id}#`));
  const did = await get(`/organizations/${tenant.organizationId}/did.json`);
  const document = JSON.parse(did.text);
  assert.equal(did.type, 'application/did+ld+json');
  assert.equal(document.id, credential.issuer.id);
  assert.ok(document.assertionMethod.includes(keyId));
  assert.ok(document.verificationMethod.some((method: { id: string }) => method.id === keyId));
  assert.doesNotMatch(did.text, /private|secret/i);
  const { id: achievementUrl } = credential.credentialSubject.achievement;
  const achievement = await get(achievementUrl.slice(doors.url.length));
  assert.deepEqual([achievement.status, JSON.parse(achievement.text).id], [200, achievementUrl]);
  assert.equal(JSON.parse(achievement.text).name, credential.credentialSubject.achievement.name);
});

test('a revoked certificate says so on its page at once and in the signed status list; its neighbours stay', async () => {
  const credential = await credentialOf('revoked');
  assert.equal(await isRevoked(credential), false);
  const revoke = async (reason: string) =>
    fetch(`${doors.url}/chancery/v1/credentials/${ids.revoked}/revoke`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason }),
    });
  assert.equal((await revoke('')).status, 422);
  assert.equal((await revoke(`issued by mistake ${attack}`)).status, 200);
  assert.equal((await revoke('a second time')).status, 200);
  const { text } = await page('revoked');
  assert.ok(text.includes('<section class="verdict bad"'));
  assert.ok(text.includes('issued by mistake &lt;img'), 'the first reason stays');
  assert.ok(!text.includes('a second time'));
  assert.equal(await isRevoked(credential), true);
  assert.equal(await isRevoked(await credentialOf('kept')), false);
  assert.ok((await page('kept')).text.includes('<section class="verdict good"'));
  assert.equal(await credentialOf('revoked'), credential, 'the credential itself does not change');
});

test('the mailbox shows every mail with text, page, source and attachment, fenced in', async () => {
  const list = JSON.parse((await get('/mailbox.json?limit=1000')).text) as {
    mails: { id: number; recipient: string; text: string; html: string; raw?: unknown }[];
  };
  assert.equal(list.mails.length, Object.keys(people).length + hostileNames.length);
  const found = JSON.parse((await get('/mailbox.json?search=ada@example.com')).text) as typeof list;
  assert.deepEqual(
    found.mails.map(({ recipient }) => recipient),
    ['ada@example.com'],
  );
  assert.match((await get('/mailbox?search=ada')).text, /Ada Lovelace/);
  assert.match((await get(`/mailbox?search=${encodeURIComponent(attack)}`)).text, /No mail matches .*&lt;img/);
  const [told] = found.mails;
  for (const words of [told?.text, told?.html])
    assert.ok(words?.includes(`${doors.url}/credential/${ids.plain}`), 'programs read what the mail says');
  assert.ok(told && !('raw' in told));
  const id = found.mails[0]?.id;
  const mail = await get(`/mailbox/${id}`);
  assert.ok(mail.text.includes(`${doors.url}/credential/${ids.plain}`));
  const html = await get(`/mailbox/${id}/html`);
  assert.match(cspOf(html), /^sandbox allow-popups/);
  const source = await get(`/mailbox/${id}/source`);
  assert.match(source.headers.get('content-disposition') ?? '', /^attachment; filename="mail-\d+\.eml"$/);
  assert.match(source.text, /^Message-ID:\s+<\S+@chancery\.localhost>\r$/im);
  const attached = await get(`/mailbox/${id}/attachments/0`);
  assert.ok(attached.bytes.equals((await get(`/credential/${ids.plain}/document.pdf`)).bytes), 'the PDF is attached');
  for (const path of [
    '/mailbox/0',
    '/mailbox/x',
    '/mailbox/1e3',
    `/mailbox/${id}/attachments/9`,
    `/mailbox/${id}/attachments/-1`,
  ])
    assert.equal((await get(path)).status, 404, path);
  for (const query of [
    'before=x',
    'before=-1',
    'limit=0',
    'limit=99999999',
    'search=%25',
    'search=%00',
    'search=a&search=b',
  ])
    assert.equal((await get(`/mailbox.json?${query}`)).status, 200, query);
});

test('mails to people with hostile names carry no markup of theirs', async () => {
  const { mails } = JSON.parse((await get('/mailbox.json?search=x@example.com')).text) as { mails: { id: number }[] };
  assert.equal(mails.length, hostileNames.length);
  for (const { id } of mails) {
    elementsOf((await get(`/mailbox/${id}`)).text).forEach((element) => {
      assert.ok(!['script', 'img', 'svg:onload'].includes(element.name), element.name);
      for (const attribute of Object.keys(element.attributes)) assert.doesNotMatch(attribute, /^on/);
    });
    assert.doesNotMatch((await get(`/mailbox/${id}/html`)).text, /<(script|img)|<svg onload/);
  }
});

test('the mailbox is closed to other machines', async () => {
  for (const url of ['/mailbox', '/mailbox.json', '/mailbox/1', '//mailbox', '/mailbox/', '/mailbox/1/source']) {
    const { statusCode } = await doors.server.inject({ url, remoteAddress: '192.0.2.7' });
    assert.equal(statusCode, 404, url);
  }
});
