/** VEC's lists over a real belt's certificates: every filter, search and order, alone and together, and what is refused. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createMember } from '../../../src/usecases/organizations/create-member.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';

let doors: TestDoors;
let tenant: Tenant;
let token: string;
const batches: Record<string, string> = {};
let customer: number;

interface Certificate {
  id: string;
  name: string;
  email: string;
  status: string;
  reference_id: string;
  customer_id: number | null;
  issue_date: string;
  batch_id: string;
}

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  token = await doors.key(tenant);
  await doors.test.startBelt();
  await createMember(doors.test.app, tenant.organizationId, {
    firstName: 'Cleo',
    lastName: 'Customer',
    email: 'Cleo@Example.com',
  });
  customer = (await doors.test.sql<{ number: number }>('select number from member'))[0]?.number as number;
  const add = async (name: string, rows: string[]) => {
    batches[name] = await doors.test.createBatch(tenant, `name,email,issue_date,Course\n${rows.join('\n')}\n`, {
      name,
    });
    await doors.test.waitForBatch(tenant, batches[name]);
  };
  await add('old', ['Ann Alder,ann@example.com,2025-01-01,X', 'Bob Birch,bob@example.com,2025-03-31,X']);
  await add('middle', [
    'Cleo Customer,cleo@example.com,2025-02-01,X',
    'Dan D.,not-an-address,2025-02-01,X',
    'Eve_100%,eve@sub.example.com,2025-02-28,X',
  ]);
  await add('new', ['Ann Alder,ann@example.com,2026-01-01,X', 'Ön Ümlaut,oen@example.com,2026-01-02,X']);
});
after(() => doors?.[Symbol.asyncDispose]());

async function get<T = Certificate>(
  path: string,
): Promise<{ status: number; names: string[]; data: T[]; body: never }> {
  const response = await fetch(`${doors.url}/business/${path}`, { headers: { authorization: `Bearer ${token}` } });
  const body = (await response.json()) as { data?: (T & { name: string })[]; meta?: { total: number } };
  const data = body.data ?? [];
  if (response.status === 200) assert.equal(body.meta?.total, data.length, path);
  return { status: response.status, names: data.map(({ name }) => name), data, body: body as never };
}

const names = async (query: string) => (await get(`certificates?per_page=100&${query}`)).names;
const all = ['Ann Alder', 'Ön Ümlaut', 'Cleo Customer', 'Dan D.', 'Eve_100%', 'Ann Alder', 'Bob Birch'];

test('without a filter the newest batch comes first, each in the order of its rows, on however small pages', async () => {
  assert.deepEqual(await names(''), all);
  const paged: string[] = [];
  for (let page = 1; page <= 4; page++) {
    const response = await fetch(`${doors.url}/business/certificates?per_page=2&page=${page}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { data, meta } = (await response.json()) as { data: Certificate[]; meta: { total: number } };
    assert.equal(meta.total, all.length);
    paged.push(...data.map(({ name }) => name));
  }
  assert.deepEqual(paged, all);
});

test('search finds parts of names and addresses in any case, whole addresses, and reference ids', async () => {
  assert.deepEqual(await names('search=ALDER'), ['Ann Alder', 'Ann Alder']);
  assert.deepEqual(await names('search=b%20birch'), ['Bob Birch']);
  assert.deepEqual(await names('search=%C3%BCml'), ['Ön Ümlaut']);
  assert.deepEqual(await names('search=eve%40SUB.example.com'), ['Eve_100%']);
  assert.deepEqual(await names('search=%40sub.'), ['Eve_100%']);
  assert.deepEqual(await names('search=not-an-addr'), ['Dan D.']);
  assert.deepEqual(await names('search=%25'), ['Eve_100%'], 'a percent sign is a percent sign');
  assert.deepEqual(await names('search=_'), ['Eve_100%'], 'an underscore is an underscore');
  assert.deepEqual(await names('search=nobody'), []);
  const [one] = (await get('certificates?search=Birch')).data;
  assert.deepEqual(await names(`search=${one?.reference_id}`), ['Bob Birch']);
  assert.deepEqual(await names(`search=${one?.reference_id.toLowerCase()}`), ['Bob Birch']);
  assert.deepEqual(await names(`search=${one?.reference_id.slice(4, 18)}`), ['Bob Birch']);
});

test('status, batch, days of issue and of making are filters, both ends included', async () => {
  assert.deepEqual(await names('status=failed'), ['Dan D.']);
  assert.deepEqual((await names('status=generated')).length, 6);
  assert.deepEqual(await names('status=processing'), []);
  assert.deepEqual(await names(`batch_id=${batches.old}`), ['Ann Alder', 'Bob Birch']);
  assert.deepEqual(await names(`batch_id=${batches.middle}&status=generated`), ['Cleo Customer', 'Eve_100%']);
  assert.deepEqual(await names(`batch_id=${batches.old?.toUpperCase()}&search=bob`), ['Bob Birch']);
  assert.deepEqual(await names('issue_date_from=2025-01-01&issue_date_to=2025-01-01'), ['Ann Alder']);
  assert.deepEqual(await names('issue_date_from=2025-02-28&issue_date_to=2025-03-31'), ['Eve_100%', 'Bob Birch']);
  assert.deepEqual(await names('issue_date_from=2026-01-02'), ['Ön Ümlaut', 'Dan D.'], 'a bad row is of today');
  assert.deepEqual(await names('issue_date_from=2026-01-02&issue_date_to=2025-01-01'), []);
  const today = new Date().toISOString().slice(0, 10);
  assert.equal((await names(`generated_at_from=${today}`)).length, 6, 'what failed was never made');
  assert.equal((await names(`generated_at_to=${today}`)).length, 6);
  assert.deepEqual(await names('generated_at_to=2020-01-01'), []);
});

test('a customer is a recipient who is a member here, whatever the case of the address', async () => {
  const { data } = await get('certificates?search=Cleo');
  assert.deepEqual(
    data.map(({ customer_id }) => customer_id),
    [customer],
  );
  assert.deepEqual((await get('certificates?search=Birch')).data[0]?.customer_id, null);
  assert.deepEqual(await names(`customer_id=${customer}`), ['Cleo Customer']);
  assert.deepEqual(await names(`customer_id=${customer}&search=ann%40example.com`), []);
  assert.deepEqual(await names(`customer_id=${customer}&search=cleo%40EXAMPLE.com`), ['Cleo Customer']);
  assert.deepEqual(await names('customer_id=999999999999'), []);
  assert.deepEqual(await names('customer_id=-1'), []);
});

test('every field sorts both ways, statuses by VEC’s words, what is not there as the least', async () => {
  const sorted = [...all].sort((a, b) => (a < b ? -1 : 1));
  assert.deepEqual(await names('sort_field=name'), sorted);
  assert.deepEqual(await names('sort_field=name&sort_order=desc'), sorted.toReversed());
  assert.equal((await names('sort_field=email&sort_order=desc'))[0], 'Ön Ümlaut');
  assert.equal((await names('sort_field=status'))[0], 'Dan D.');
  assert.equal((await names('sort_field=generated_at'))[0], 'Dan D.');
  assert.equal((await names('sort_field=generated_at&sort_order=desc')).at(-1), 'Dan D.');
  assert.deepEqual((await names('sort_field=issue_date&sort_order=desc')).slice(0, 3), [
    'Dan D.',
    'Ön Ümlaut',
    'Ann Alder',
  ]);
  assert.deepEqual(await names('sort_field=created_at&sort_order=desc'), all);
  assert.deepEqual((await names('sort_order=asc')).slice(0, 2), ['Ann Alder', 'Bob Birch']);
  assert.equal((await names('sort_field=updated_at')).length, 7);
  assert.deepEqual(await names(`sort_field=name&sort_order=desc&batch_id=${batches.middle}&status=generated`), [
    'Eve_100%',
    'Cleo Customer',
  ]);
});

test('wrong filters are refused in Laravel’s sentences, all at once', async () => {
  const query =
    'sort_field=colour&sort_order=up&status=shiny&issue_date_from=01-02-2025&generated_at_to=x&customer_id=x&search[]=y';
  const { status, body } = await get(`certificates?${query}`);
  assert.deepEqual(
    [status, body],
    [
      422,
      {
        message: 'The search field must be a string. (and 6 more errors)',
        errors: {
          search: ['The search field must be a string.'],
          sort_field: ['The selected sort field is invalid.'],
          sort_order: ['The selected sort order is invalid.'],
          customer_id: ['The customer id field must be an integer.'],
          status: ['The selected status is invalid.'],
          issue_date_from: ['The issue date from field must match the format Y-m-d.'],
          generated_at_to: ['The generated at to field must match the format Y-m-d.'],
        },
      },
    ],
  );
  for (const path of [
    'batches?status[]=completed',
    'batches?status=Completed',
    'user-management/users?sort_field=phone',
  ])
    assert.equal((await get(path)).status, 422, path);
});

test('batches are filtered by VEC’s statuses', async () => {
  assert.deepEqual((await get('batches')).names, ['new', 'middle', 'old']);
  assert.deepEqual((await get('batches?status=completed')).names, ['new', 'old']);
  assert.deepEqual((await get('batches?status=partially_completed')).names, ['middle']);
  assert.deepEqual((await get('batches?status=waiting_for_approval')).names, []);
});

test('templates are searched by name, and each has a picture of itself', async () => {
  const { data } = await get<{ name: string; screenshot: string }>('certificate-templates?search=SAMPLE');
  assert.equal(data.length, 1);
  assert.deepEqual((await get('certificate-templates?search=nothing')).names, []);
  const picture = data[0]?.screenshot as string;
  assert.match(picture, /\/storage\/certificate_templates\/[0-9a-f]{64}_\d{10}\.png$/);
  for (const once of ['drawn', 'kept']) {
    const response = await fetch(picture);
    assert.equal(response.status, 200, once);
    const png = Buffer.from(await response.arrayBuffer());
    assert.equal(response.headers.get('content-type'), 'image/png');
    assert.equal(png.readUInt32BE(16), 1_000, 'pixels wide');
  }
  const [version] = await doors.test.sql<{ id: string }>('select id from template_version');
  const guessed = picture.replace(/[0-9a-f]{64}/, `${version?.id.replaceAll('-', '')}${'0'.repeat(32)}`);
  assert.equal((await fetch(guessed)).status, 404, 'a known version alone leads nowhere');
});
