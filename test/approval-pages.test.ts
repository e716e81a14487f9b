/** A signatory with a phone and without JavaScript: opens the link in the mail, looks at real previews, approves or rejects, and is told what came of it. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import sharp from 'sharp';
import { renderPreview } from '../src/pdf/preview.ts';
import { resendApproval } from '../src/usecases/approvals/resend.ts';
import { assertInvariants } from './support/invariants.ts';
import { openTestServer } from './support/open-test-server.ts';
import { longTest } from './support/rounds.ts';
import { addSignedTenant, approvalAt, linkMails, untilStatus, waitingBatch } from './support/signatories.ts';
import { type OpenPage, open, submit } from './support/signatory-browser.ts';

const doors = await openTestServer();
after(() => doors[Symbol.asyncDispose]());
const { test: belt, url } = doors;
await belt.startBelt();

const bad = ['', 'nobody@example.com', 'Botany', ''];
const statusesOf = async (batchId: string) =>
  (await belt.sql<{ status: string }>('select status from item where batch_id = $1 order by seq', [batchId])).map(
    ({ status }) => status,
  );
const linkOf = async (email: string, count = 1) => `/approve/${(await linkMails(belt, email, count)).at(-1)?.token}`;

/** A waiting batch and the address in the mail of each who signs. */
async function asked(signatories = 1, rows = 3, more: string[][] = [], template = {}) {
  const tenant = await addSignedTenant(belt, Array(signatories).fill(false), template);
  const batchId = await waitingBatch(belt, tenant, rows, more);
  const links: string[] = [];
  for (const { email } of template && 'approvalOrder' in template ? tenant.signatories.slice(0, 1) : tenant.signatories)
    links.push(await linkOf(email));
  return { tenant, batchId, links, link: links[0] as string };
}

/** Pictures and pages of certificates of the batch. */
const certificatesIn = (page: OpenPage) => [
  ...new Set(page.links.filter((one) => /\/certificates\/[0-9a-f-]{36}$/.test(one))),
];

test('a signatory looks at the batch and its certificates, approves, and the certificates are made as they were shown', async () => {
  const { tenant, batchId, link } = await asked(1, 8, [bad]);
  const page = await open(url, link);
  assert.equal(page.status, 200);
  for (const words of ['Spring diplomas', 'Sample School', 'Sample certificate', 'Certificates 8', 'Faulty rows 1'])
    assert.ok(page.text.includes(words), `${words}: ${page.text}`);
  assert.match(page.text, /Sig Natory \d+ \(you\) Dean has been asked/);
  assert.match(page.text, /This link works until \d+ \w+ \d{4}/);
  const list = await open(url, page.links.find((one) => one.endsWith('/certificates')) as string);
  assert.match(list.text, /Person 1 .*Person 8 .*Faulty row: it will not be issued/);
  const one = await open(url, certificatesIn(list)[4] as string);
  assert.match(one.text, /5 of 9 Person 5 .*person5@example.com .*Held on 1 March 2026/);
  const shown = await picture(one.images[0] as string);
  assert.deepEqual(await statusesOf(batchId), [...Array(8).fill('accepted'), 'failed'], 'nothing is made before');

  const unticked = await submit(url, page, '/approve');
  assert.equal(unticked.status, 422);
  assert.match(unticked.text, /Nothing was decided Please tick the box/);
  const receipt = await submit(url, unticked, '/approve', { confirm: 'yes' });
  assert.deepEqual([receipt.status, receipt.path], [200, link]);
  assert.match(receipt.text, /You have approved this batch .*Spring diplomas .*Sample School .*Certificates 8/);
  await untilStatus(belt, tenant, batchId, 'partially_completed');
  assert.deepEqual(await statusesOf(batchId), [...Array(8).fill('issued'), 'failed']);

  const id = /certificates\/([0-9a-f-]+)/.exec(one.path)?.[1];
  const made = Buffer.from(await (await fetch(`${url}/credential/${id}/document.pdf`)).arrayBuffer());
  const issued = await sharp(await renderPreview(made, { width: 1_400 }))
    .raw()
    .toBuffer();
  assert.ok(issued.equals(shown), 'the issued document is drawn pixel by pixel as it was shown');
  assert.match((await open(url, link)).text, /Everyone has approved: the certificates are being issued/);
  await assertInvariants(belt.database);
});

async function picture(path: string): Promise<Buffer> {
  const answer = await fetch(`${url}${path}`);
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'image/png']);
  assert.match(answer.headers.get('cache-control') ?? '', /^private, max-age=\d+$/);
  return sharp(Buffer.from(await answer.arrayBuffer()))
    .raw()
    .toBuffer();
}

test('a single certificate is rejected with a reason, the others approved; it costs nothing', async () => {
  const { tenant, batchId, link } = await asked();
  const before = await belt.balance(tenant);
  const page = await open(url, link);
  const one = await open(url, certificatesIn(page)[1] as string);
  const empty = await submit(url, one, '/reject', { reason: ' \n ' });
  assert.equal(empty.status, 422);
  assert.match(empty.title, /^Nothing was decided: /);
  assert.match(empty.text, /Please give a reason/);
  const done = await submit(url, empty, '/reject', { reason: 'The course was\r\nanother one <b>&amp;' });
  assert.equal(done.status, 200);
  assert.match(done.text, /Rejected: it will not be issued Reason: The course was another one <b>&amp;/);
  assert.ok(done.images.length === 1 && !done.forms.some(({ action }) => action.endsWith('/reject')));
  assert.deepEqual(await statusesOf(batchId), ['accepted', 'failed', 'accepted']);
  assert.equal((await belt.balance(tenant)).available, before.available + 1);

  const again = await submit(url, page, '/approve', { confirm: 'yes' });
  assert.match(
    again.text,
    /You have approved this batch/,
    'what was shown before the rejection still holds for the rest',
  );
  await untilStatus(belt, tenant, batchId, 'partially_completed');
  assert.deepEqual(await statusesOf(batchId), ['issued', 'failed', 'issued']);
});

longTest('with the last certificate rejected the batch is gone, and the link says so', async () => {
  const { tenant, batchId, link } = await asked(1, 1);
  const one = await open(url, certificatesIn(await open(url, link))[0] as string);
  const after = await submit(url, one, '/reject', { reason: 'none is right' });
  assert.deepEqual([after.status, after.path], [410, link]);
  assert.match(after.text, /does not wait for approval any more/);
  await untilStatus(belt, tenant, batchId, 'failed');
});

test('the whole batch is rejected with a reason; the receipt says it, and the others’ links end', async () => {
  const { tenant, batchId, links } = await asked(2);
  const [mine, theirs] = links as [string, string];
  const page = await open(url, mine);
  assert.match((await submit(url, page, `${mine}/reject`, { reason: '' })).text, /Please give a reason/);
  const receipt = await submit(url, page, `${mine}/reject`, { reason: 'Last year’s template' });
  assert.match(receipt.text, /You have rejected this batch .*Reason Last year’s template/);
  await untilStatus(belt, tenant, batchId, 'failed');
  const ended = await open(url, theirs);
  assert.equal(ended.status, 410);
  assert.match(ended.text, /does not wait for approval any more .*There is nothing more for you to do/);
  assert.match((await open(url, mine)).text, /You have rejected this batch/);
});

longTest(
  'of two signatories the first is told that the others are awaited, and both see who has approved',
  async () => {
    const { tenant, batchId, links } = await asked(2);
    const [first, second] = links as [string, string];
    const receipt = await submit(url, await open(url, first), '/approve', { confirm: 'yes' });
    assert.match(receipt.text, /when the others who sign have approved too/);
    const page = await open(url, second);
    assert.match(page.text, /Dean has approved \d+ \w+ \d{4} .*\(you\) Dean has been asked/);
    await submit(url, page, '/approve', { confirm: 'yes' });
    await untilStatus(belt, tenant, batchId, 'completed');
  },
);

test('a link used twice decides once: also when the same form is sent twice in the same instant', async () => {
  const { batchId, link } = await asked();
  const page = await open(url, link);
  for (const form of ['approve', 'reject'])
    assert.equal(
      (await open(url, `${link}/${form}`)).text,
      page.text,
      'whoever reloads a form’s address sees the page',
    );
  const answers = await Promise.all([1, 2, 3].map(() => submit(url, page, '/approve', { confirm: 'yes' })));
  for (const { status, text } of answers) assert.match(`${status} ${text}`, /^200 .*You have approved this batch/);
  const afterwards = await submit(url, page, `${link}/reject`, { reason: 'changed my mind' });
  assert.match(afterwards.text, /You have approved this batch/, 'a receipt, and nothing else');
  const { id } = await approvalAt(belt, batchId, 1);
  const events = await belt.sql(
    `select 1 from event where subject_id = $1 and kind in ('approval.approved', 'approval.rejected')`,
    [id],
  );
  assert.equal(events.length, 1);
  for (const path of [
    '/certificates',
    `${certificatesIn(page)[0]?.slice(link.length)}`,
    `${page.images[0]?.slice(link.length)}`,
  ])
    assert.match((await open(url, `${link}${path}`)).text, /You have approved this batch/, path);
});

test('a link that is expired, superseded, or whose signatory is archived says so and what to do', async () => {
  const { tenant, batchId, link } = await asked();
  const [signatory] = tenant.signatories;
  const page = await open(url, link);
  const expiry = (by: string) =>
    belt.sql(
      `update approval_link set expires_at = clock_timestamp() + $2::interval where approval_id = (select id from approval where batch_id = $1)`,
      [batchId, by],
    );
  await expiry('-1 second');
  const expired = await open(url, link);
  assert.equal(expired.status, 410);
  assert.match(expired.text, /This link has expired .*Ask the organization that wrote to you for a new link/);
  assert.match((await submit(url, page, '/approve', { confirm: 'yes' })).text, /This link has expired/);
  assert.equal((await approvalAt(belt, batchId, 1)).status, 'pending');
  await expiry('1 day');

  const archive = (is: boolean) =>
    belt.sql('update member set is_archived = $2 where id = $1', [signatory?.memberId, is]);
  await archive(true);
  assert.match((await open(url, link)).text, /You can no longer sign for this organization/);
  await archive(false);

  const { id } = await approvalAt(belt, batchId, 1);
  await resendApproval(belt.app, tenant.actor, id);
  const newer = await linkOf(signatory?.email as string, 2);
  const old = await open(url, link);
  assert.equal(old.status, 410);
  assert.match(old.text, /There is a newer link .*newest mail/);
  assert.match((await submit(url, await open(url, newer), '/approve', { confirm: 'yes' })).text, /You have approved/);
});

test('what was not shown is not approved: the page comes again and says that the batch has changed', async () => {
  const { batchId, link } = await asked();
  const page = await open(url, link);
  await belt.sql(`update item set name = 'Somebody Else' where batch_id = $1 and seq = 0`, [batchId]);
  await belt.sql(`update chunk set content_hash = sha256('changed') where batch_id = $1`, [batchId]);
  for (const [action, typed] of [
    ['/approve', { confirm: 'yes' }],
    [`${link}/reject`, { reason: 'a reason to keep' }],
  ] as const) {
    const stale = await submit(url, page, action, typed);
    assert.equal(stale.status, 409);
    assert.match(stale.text, /Nothing was decided The batch has changed since you opened this page/);
    assert.match(stale.text, /Somebody Else/, 'it shows what there is now');
    assert.notEqual(stale.forms[0]?.fields.hash, page.forms[0]?.fields.hash);
  }
  assert.equal((await approvalAt(belt, batchId, 1)).status, 'pending');
});

test('the unusual certificates stand out with their reason, and all can be paged through', async () => {
  const more = [
    ['Maximiliana von und zu Waldenburg', 'max@example.com', 'Botany', '2026-03-01'],
    ['Наталия Петрова', 'natalia@example.com', 'Botany', '1987-03-01'],
    ['Ann', 'ann@example.com', 'A course whose title is longer than those of all others', ''],
  ];
  const { link } = await asked(1, 60, more);
  const page = await open(url, link);
  assert.match(page.text, /Maximiliana von und zu Waldenburg The longest name: 33 characters/);
  assert.match(
    page.text,
    /Наталия Петрова A name with other letters than Latin ones The earliest “Held on”: 1 March 1987/,
  );
  assert.match(page.text, /Ann “Held on” is not given The longest “Course”: 55 characters/);
  const seen = new Set<string>();
  let at: string | undefined = `${link}/certificates`;
  for (let turned = 0; at !== undefined; turned++) {
    assert.ok(turned < 4);
    const list: OpenPage = await open(url, at);
    for (const one of certificatesIn(list)) seen.add(one);
    assert.ok(list.text.includes(`Page ${turned + 1} of 3`));
    at = /<a class="button secondary" href="([^"]+)" rel="next">/.exec(list.html)?.[1];
  }
  assert.equal(seen.size, 63);
  for (const asks of ['99', '-1', 'x', '0', '1e9', '99999999999', '2&page=3'])
    assert.equal((await open(url, `${link}/certificates?page=${asks}`)).status, 200, asks);
});

test('the pages speak the reader’s language, else the template’s', async () => {
  const { link } = await asked(1, 1, [], { language: 'es' });
  const words = {
    en: /asks for your approval/,
    'es-MX,es;q=0.9': /solicita su aprobación/,
    ar: /تطلب Sample School موافقتك/,
  };
  for (const [language, said] of Object.entries(words)) {
    const page = await open(url, link, { language });
    assert.match(page.text, said);
    assert.equal(page.language, language.slice(0, 2));
    assert.ok(page.html.includes(`dir="${language === 'ar' ? 'rtl' : 'ltr'}"`));
    for (const path of ['/certificates', certificatesIn(page)[0]?.slice(link.length)])
      assert.equal((await open(url, `${link}${path}`, { language })).language, language.slice(0, 2));
    assert.equal((await open(url, `/approve/${'x'.repeat(64)}`, { language })).language, language.slice(0, 2));
  }
  assert.equal((await open(url, link, { language: 'ja' })).language, 'es');
});
