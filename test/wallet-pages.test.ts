/** A member's wallet by HTTP: asking for a link, opening it by a button, what is shown, and how it ends. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { Tx } from '../src/db/open.ts';
import { listWalletItems } from '../src/db/wallet-items.ts';
import { readMail } from '../src/deliver/email/read-mail.ts';
import { revokeCredential } from '../src/usecases/credentials/revoke-credential.ts';
import { addMember, changeMember } from '../src/usecases/members/change-member.ts';
import { csv } from './support/csv-text.ts';
import { addTenant, type Tenant } from './support/open-test-app.ts';
import { openTestServer } from './support/open-test-server.ts';
import { longTest } from './support/rounds.ts';
import { header, sampleTemplate } from './support/sample-template.ts';
import type { OpenPage } from './support/signatory-browser.ts';
import { type WalletBrowser, walletBrowser, walletMails } from './support/wallet-browser.ts';

const doors = await openTestServer();
after(() => doors[Symbol.asyncDispose]());
const { test: belt, url } = doors;
await belt.startBelt();

let people = 0;
const newPerson = () => {
  const number = ++people;
  return { firstName: 'Mona', lastName: `Member ${number}`, email: `mona${number}@example.com` };
};

async function issue(tenant: Tenant, rows: string[][], options: Parameters<typeof belt.createBatch>[2] = {}) {
  const id = await belt.createBatch(tenant, csv([header, ...rows]), options);
  await belt.waitForBatch(tenant, id);
  return (await belt.sql<{ id: string }>('select id from item where batch_id = $1 order by seq', [id])).map(
    (one) => one.id,
  );
}

const rowFor = (email: string, course = 'Botany', name = 'Mona Member') => [name, email, course, '2026-03-01'];

async function ask(browser: WalletBrowser, email: string): Promise<OpenPage> {
  return browser.submit(await browser.open('/wallet'), '/wallet', { email });
}

/** Asks for a link, reads the mail, opens it and presses the button. */
async function comeIn(
  email: string,
  mails = 1,
  language?: string,
): Promise<{ browser: WalletBrowser; page: OpenPage }> {
  const browser = walletBrowser(url, { language });
  await ask(browser, email);
  const { link } = (await walletMails(belt, email, mails)).at(-1) as { link: string };
  const page = await browser.submit(await browser.open(link), link);
  assert.equal(page.path, '/wallet/credentials');
  return { browser, page };
}

test('who was issued certificates before being a member sees them all after joining, and can take and share each', async () => {
  const tenant = await belt.addTenant();
  const person = newPerson();
  const [first] = await issue(tenant, [rowFor(person.email), rowFor('somebody@example.com', 'Zoology')]);
  const [second] = await issue(tenant, [rowFor(person.email.toUpperCase(), 'Geology')]);
  const key = await doors.key(tenant);
  const joined = await fetch(`${url}/chancery/v1/members`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(person),
  });
  assert.equal(joined.status, 201);
  const [third] = await issue(tenant, [rowFor(person.email, 'History')]);
  const { page, browser } = await comeIn(person.email);
  assert.equal(page.status, 200);
  assert.match(page.title, /Your certificates: Mona Member/);
  const order = [third, second, first].map((id) => page.html.indexOf(`"/credential/${id}"`));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    'newest first',
  );
  assert.ok((order[0] as number) > 0);
  for (const id of [first, second, third]) {
    assert.ok(page.text.includes(`${url}/credential/${id}`), 'the public link stands there to be copied');
    for (const path of ['', '/document.pdf', '/credential.json']) {
      assert.ok(page.links.includes(`/credential/${id}${path}`));
      assert.equal((await fetch(`${url}/credential/${id}${path}`)).status, 200);
    }
  }
  assert.equal(page.links.filter((link) => link.startsWith('https://www.linkedin.com/')).length, 3);
  assert.ok(!page.text.includes('Zoology'));
  assert.equal((await browser.open('/wallet')).title, page.title, 'who is in is not asked again');
  const signedOut = await browser.submit(page, '/wallet/sign-out');
  assert.match(signedOut.text, /You have signed out/);
  assert.equal(browser.cookies.size, 0);
  assert.match((await browser.open('/wallet/credentials')).text, /Your session is over/);
});

test('the mail with the certificate names the wallet to members, and to nobody else', async () => {
  const tenant = await belt.addTenant();
  const member = newPerson();
  const external = newPerson();
  await addMember(belt.app, tenant.actor, member);
  await issue(tenant, [rowFor(member.email), rowFor(external.email)]);
  const textFor = async (email: string) => {
    const rows = await belt.sql<{ raw: Buffer }>('select raw from caught_mail where recipient = $1', [email]);
    assert.equal(rows.length, 1);
    return (await readMail((rows[0] as { raw: Buffer }).raw)).text;
  };
  assert.ok((await textFor(member.email)).includes(`${url}/wallet`));
  assert.ok(!(await textFor(external.email)).includes('/wallet'));
});

test('hidden and test batches, rows that failed and what waits are not in the wallet', async () => {
  const tenant = await belt.addTenant();
  const person = newPerson();
  await addMember(belt.app, tenant.actor, person);
  await issue(tenant, [rowFor(person.email, 'Shown'), rowFor(person.email, '')]);
  await issue(tenant, [rowFor(person.email, 'Hidden')], { hidden: true });
  const tested = { ...tenant, actor: { ...tenant.actor, test: true } };
  const testBatch = await belt.createBatch(tested, csv([header, rowFor(person.email, 'Specimen')]));
  await belt.waitForBatch(tested, testBatch);
  const { page } = await comeIn(person.email);
  assert.equal((page.html.match(/<article/g) ?? []).length, 1);
});

test('a revoked certificate says so, an expired one too, and neither goes to LinkedIn', async () => {
  const tenant = await belt.addTenant();
  const person = newPerson();
  await addMember(belt.app, tenant.actor, person);
  const [revoked, expired] = await issue(tenant, [rowFor(person.email), rowFor(person.email), rowFor(person.email)]);
  await revokeCredential(belt.app, tenant.actor, revoked as string, 'a mistake');
  await belt.sql(`update item set issue_date = '2019-01-01', expiry_date = '2020-01-01' where id = $1`, [expired]);
  const { page } = await comeIn(person.email);
  assert.match(page.text, /Revoked .*Revoked on/);
  assert.match(page.text, /Expired .*1 January 2020/);
  assert.equal(page.links.filter((link) => link.includes('linkedin')).length, 1);
});

test('an empty wallet says what will come', async () => {
  const tenant = await belt.addTenant();
  const person = newPerson();
  await addMember(belt.app, tenant.actor, person);
  assert.match((await comeIn(person.email)).page.text, /no certificate here yet/);
});

test('the page speaks the reader’s language, else that of the newest certificate; Arabic from right to left', async () => {
  const tenant = await belt.addTenant();
  const person = newPerson();
  await addMember(belt.app, tenant.actor, person);
  await issue(tenant, [rowFor(person.email)]);
  const spanish = await comeIn(person.email, 1, 'es-MX,es;q=0.9');
  assert.equal(spanish.page.language, 'es');
  assert.match(spanish.page.text, /Sus certificados .*Válido .*Añadir a LinkedIn/);
  const arabic = await comeIn(person.email, 2, 'ar');
  assert.match(arabic.page.html, /<html lang="ar" dir="rtl">/);
  const [first, second] = await walletMails(belt, person.email, 2);
  assert.match(first?.text ?? '', /Abrir su cartera/);
  assert.match(second?.text ?? '', /فتح محفظتك/);
  const spanishTenant = await belt.addTenant({ template: { ...sampleTemplate(), language: 'es' } });
  const other = newPerson();
  const memberId = await addMember(belt.app, spanishTenant.actor, other);
  await issue(spanishTenant, [rowFor(other.email)]);
  const headers = { authorization: `Bearer ${await doors.key(spanishTenant)}` };
  const sent = await fetch(`${url}/chancery/v1/members/${memberId}/wallet-link`, { method: 'POST', headers });
  assert.equal(sent.status, 202);
  assert.equal(((await sent.json()) as { sentTo: string }).sentTo, other.email);
  const [mail] = await walletMails(belt, other.email);
  assert.match(mail?.text ?? '', /Abrir su cartera/);
  assert.equal((await walletBrowser(url, { language: 'ja' }).open(mail?.link as string)).language, 'es');
});

test('a member of several organizations gets a mail from each, and each opens its own wallet only', async () => {
  const person = newPerson();
  const [one, other] = [await belt.addTenant(), await otherTenant()];
  for (const { actor } of [one, other]) await addMember(belt.app, actor, person);
  await issue(one, [rowFor(person.email, 'Botany')]);
  const [theirs] = await issue(other, [rowFor(person.email, 'Law')]);
  await ask(walletBrowser(url), person.email);
  const mails = await walletMails(belt, person.email, 2);
  assert.deepEqual(mails.map(({ from }) => /<(.*)>/.exec(from)?.[1]).sort(), [
    'desk@law.example',
    'office@school.example',
  ]);
  for (const { from, link } of mails) {
    const browser = walletBrowser(url);
    const page = await browser.submit(await browser.open(link), link);
    assert.equal(page.html.includes(`/credential/${theirs}`), from.includes('desk@law.example'));
    assert.equal((page.html.match(/<article/g) ?? []).length, 1);
  }
});

async function otherTenant(): Promise<Tenant> {
  const tenant = await addTenant(belt.app);
  await belt.sql(`update organization set name = 'Law School', sender_address = 'desk@law.example' where id = $1`, [
    tenant.organizationId,
  ]);
  return tenant;
}

longTest('a wallet of many certificates is read page by page, each certificate once', async () => {
  const tenant = await belt.addTenant();
  const person = newPerson();
  await addMember(belt.app, tenant.actor, person);
  const wanted = [
    ...(await issue(
      tenant,
      Array.from({ length: 33 }, () => rowFor(person.email)),
    )),
    ...(await issue(
      tenant,
      Array.from({ length: 10 }, () => rowFor(person.email)),
    )),
  ];
  const { browser, page } = await comeIn(person.email);
  const seen: string[] = [];
  for (let at: OpenPage | undefined = page; at; ) {
    seen.push(...at.links.flatMap((link) => /^\/credential\/([\w-]{36})$/.exec(link)?.[1] ?? []));
    const next: string | undefined = /href="([^"]+)" rel="next"/.exec(at.html)?.[1];
    at = next === undefined ? undefined : await browser.open(next);
  }
  assert.deepEqual(seen.toSorted(), wanted.toSorted());
  assert.equal(seen.length, 43);
  for (const odd of ['9999999', '0', '-1', 'x', '1e3', '%00', '']) {
    const one = await browser.open(`/wallet/credentials?page=${odd}`);
    assert.equal(one.status, 200, odd);
  }
  assert.match((await browser.open('/wallet/credentials?page=9999999')).html, /rel="prev"/);
});

longTest('a million other rows do not slow the page: it is found by the member’s own index', async () => {
  const tenant = await belt.addTenant();
  const person = newPerson();
  const memberId = await addMember(belt.app, tenant.actor, person);
  await issue(tenant, [rowFor(person.email)]);
  const plan = await belt.app.db.organization(tenant.organizationId, async (tx) => {
    await tx.query('set local enable_seqscan = off');
    const explain = { query: async (text: string, values?: unknown[]) => tx.query(`explain ${text}`, values) } as Tx;
    const range = { limit: 21, offset: 0, titleField: 'x' };
    const rows: object[] = await listWalletItems(explain, tenant.organizationId, memberId, range);
    return rows.map((row) => Object.values(row)[0]).join('\n');
  });
  assert.match(plan, /Index Scan Backward using item_member/);
  assert.doesNotMatch(plan.slice(plan.indexOf('CTE page'), plan.indexOf('CTE version')), /Sort/);
});

test('the session ends with the address it was opened for, and the new address opens the same wallet', async () => {
  const tenant = await belt.addTenant();
  const person = newPerson();
  const memberId = await addMember(belt.app, tenant.actor, person);
  const [theirs] = await issue(tenant, [rowFor(person.email)]);
  const { browser } = await comeIn(person.email);
  const moved = newPerson();
  await changeMember(belt.app, tenant.actor, memberId, { email: moved.email });
  assert.match((await browser.open('/wallet/credentials')).text, /Your session is over/);
  const again = await comeIn(moved.email);
  assert.ok(again.page.html.includes(`/credential/${theirs}`));
  await changeMember(belt.app, tenant.actor, memberId, { isArchived: true });
  assert.match((await again.browser.open('/wallet/credentials')).text, /Your session is over/);
});
