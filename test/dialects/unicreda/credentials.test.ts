/** Credentials and templates over the UniCreda door: found, shown as they were issued, checked, revoked for everyone to see. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTemplate } from '../../../src/usecases/templates/create-template.ts';
import { csv } from '../../support/csv-text.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { sampleTemplate } from '../../support/sample-template.ts';
import { degreeTemplate } from '../../support/unicreda-template.ts';

let doors: TestDoors;
let tenant: Tenant;
let key: string;
let job: string;
let ids: string[];

const evidence = [{ name: 'Proyecto', url: 'https://example.com/p', description: 'Final' }];
const header = 'recipient_name,email,Grade,Credits,Work,Role,Licence,Term,From,Until,Campus'.split(',');
const rows = [
  // biome-ignore format: one row, one line
  ['Maria Lopez', 'maria@example.com', 'A', '12.5', JSON.stringify(evidence), 'Estudiante', 'L-1', '2026-1', '2026-01-10', '2026-05-20', 'Norte'],
  ['Juan Perez', 'Juan@Example.com', 'B', '', '', '', '', '', '', '', ''],
  ['Sin Nota', 'sin@example.com', 'Z', '', '', '', '', '', '', '', ''],
];

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ template: degreeTemplate() });
  key = await doors.key(tenant);
  await doors.test.startBelt();
  job = await doors.test.createBatch(tenant, csv([header, ...rows]));
  await doors.test.waitForBatch(tenant, job);
  const items = await doors.test.sql<{ id: string }>('select id from item where batch_id = $1 order by seq', [job]);
  ids = items.map(({ id }) => id);
});
after(() => doors?.[Symbol.asyncDispose]());

type Body = Record<string, unknown>;

async function call(address: string, options: { key?: string; body?: string; type?: string; language?: string } = {}) {
  const answer = await fetch(`${doors.url}/api/v1/${address}`, {
    method: options.body === undefined ? 'GET' : 'POST',
    headers: {
      'x-api-key': options.key ?? key,
      ...(options.body !== undefined && { 'content-type': options.type ?? 'application/json' }),
      ...(options.language && { 'accept-language': options.language }),
    },
    body: options.body,
  });
  return { status: answer.status, body: (await answer.json()) as Body };
}

const found = async (query: string): Promise<unknown[]> => {
  const { status, body } = await call(`credentials?${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return (body.credentials as Body[]).map(({ recipient_name }) => recipient_name);
};

test('a template says what a recipient must and may say, with UniCreda’s names', async () => {
  const { body } = await call(`templates/${tenant.templateId}`);
  assert.deepEqual(body.required_fields, ['email', 'recipient_name', 'result_value']);
  assert.deepEqual(body.optional_fields, [
    'credits_earned',
    'evidence',
    'role',
    'license_number',
    'term',
    'activity_start_date',
    'activity_end_date',
    'Campus',
    'issue_date',
    'expiry_date',
  ]);
  const fields = new Map((body.fields as Body[]).map((field) => [field.name, field]));
  const grades = ['A', 'B', 'C', 'D', 'F'];
  assert.deepEqual(fields.get('result_value'), {
    name: 'result_value',
    type: 'string',
    required: true,
    label: 'Calificacion',
    allowed_values: grades,
  });
  assert.deepEqual(fields.get('credits_earned'), {
    name: 'credits_earned',
    type: 'number',
    required: false,
    label: 'Creditos',
    min: 0,
    max: 60,
  });
  assert.equal(fields.get('activity_start_date')?.format, 'YYYY-MM-DD');
  assert.deepEqual(body.result_description, {
    name: 'Nota final',
    result_type: 'LetterGrade',
    allowed_values: grades,
    value_min: null,
    value_max: null,
  });
  const picture = await fetch(body.image_url as string);
  assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/png']);
});

test('templates come in pages, newest first, and one without a result has none', async () => {
  const owner = await doors.test.addTenant();
  const own = await doors.key(owner);
  for (const name of ['Segundo', 'Tercero'])
    await createTemplate(doors.test.app, owner.actor, { content: { ...sampleTemplate(), name } });
  const { body } = await call('templates?per_page=2&page=1', { key: own });
  assert.deepEqual(
    (body.templates as Body[]).map(({ name }) => name),
    ['Tercero', 'Segundo'],
  );
  assert.deepEqual(body.pagination, { page: 1, per_page: 2, total: 3, total_pages: 2 });
  const last = (await call('templates?per_page=2&page=2', { key: own })).body.templates as Body[];
  assert.deepEqual(
    last.map(({ name, result_description }) => [name, result_description]),
    [['Sample certificate', null]],
  );
  const named = (await call('templates?q=TERC', { key: own })).body;
  assert.deepEqual((named.pagination as Body).total, 1);
});

test('a credential is shown with all that was said of its recipient, under the names of the issuing call', async () => {
  const { status, body } = await call(`credentials/${ids[0]}`);
  assert.equal(status, 200);
  assert.deepEqual(body.recipient, {
    email: 'maria@example.com',
    recipient_name: 'Maria Lopez',
    result_value: 'A',
    credits_earned: 12.5,
    evidence,
    role: 'Estudiante',
    license_number: 'L-1',
    term: '2026-1',
    activity_start_date: '2026-01-10',
    activity_end_date: '2026-05-20',
    Campus: 'Norte',
    issue_date: body.issue_date,
  });
  assert.deepEqual(
    [body.credential_id, body.status, body.template_id, body.job_id, body.internal],
    [ids[0], 'issued', tenant.templateId, job, false],
  );
  for (const [address, type] of [
    ['credential_url', 'text/html'],
    ['pdf_url', 'application/pdf'],
    ['json_url', 'application/vc+ld+json'],
  ] as const) {
    const answer = await fetch(body[address] as string);
    assert.ok(answer.headers.get('content-type')?.includes(type), address);
  }
  const failed = (await call(`credentials/${ids[2]}`)).body;
  assert.deepEqual([failed.status, failed.credential_url, failed.issued_at], ['error', null, null]);
});

test('credentials are found by address, template, job, status, day and words', async () => {
  const today = new Date().toISOString().slice(0, 10);
  assert.deepEqual(await found(''), ['Maria Lopez', 'Juan Perez']);
  assert.deepEqual(await found('email=JUAN@example.com'), ['Juan Perez']);
  assert.deepEqual(await found('email=juan@example.com&q=Maria'), []);
  assert.deepEqual(await found(`template_id=${tenant.templateId}&q=lopez`), ['Maria Lopez']);
  assert.deepEqual(await found(`template_id=${job}`), []);
  assert.deepEqual(await found(`job_id=${job}`), ['Maria Lopez', 'Juan Perez']);
  assert.deepEqual(await found(`job_id=${job}&per_page=1&page=2`), ['Juan Perez']);
  assert.deepEqual(await found('job_id=abc123-task-id'), []);
  assert.deepEqual(await found('status=error'), ['Sin Nota']);
  assert.deepEqual(await found('status=issued'), ['Maria Lopez', 'Juan Perez']);
  assert.deepEqual(await found(`issued_from=${today}&issued_to=${today}`), ['Maria Lopez', 'Juan Perez']);
  assert.deepEqual(await found('issued_to=2020-01-01'), []);
  const { body } = await call('credentials?status=nope&issued_from=2026-02-30&q=%00');
  const text =
    "Valor invalido en 'status'. Valores permitidos: issued, revoked, pending, error, cancelled; " +
    "Fecha invalida: issued_from (formato esperado YYYY-MM-DD); El parametro 'q' debe ser un texto de hasta 255 caracteres";
  assert.deepEqual(body, { error: text, detail: text });
});

test('a credential is checked, revoked once and for all, and everybody who asks is told so at once', async () => {
  const id = ids[1] as string;
  const before = (await call(`credentials/${id}/verify`)).body;
  assert.deepEqual([before.valid, before.status], [true, 'valid']);
  const checks = before.checks as Record<string, boolean>;
  assert.deepEqual(
    Object.entries(checks).filter(([, passed]) => !passed),
    [],
  );
  const revoke = (reason: unknown, options = {}) =>
    call(`credentials/${id}/revoke`, { body: JSON.stringify({ reason }), ...options });
  for (const reason of [undefined, '', '  ', 7, null, 'a\nb', 'x'.repeat(501)])
    assert.equal((await revoke(reason)).status, 422, String(reason));
  assert.equal((await revoke('Plagio', { key: await doors.key(tenant, ['certificates:view']) })).status, 403);

  const revoked = await revoke(' Plagio ');
  assert.equal(revoked.status, 200);
  assert.deepEqual([revoked.body.status, revoked.body.revocation_reason], ['revoked', 'Plagio']);
  const again = await revoke('Otro motivo');
  assert.deepEqual(again, revoked);

  const after = (await call(`credentials/${id}/verify`)).body;
  assert.deepEqual([after.valid, after.status, after.revocation_reason], [false, 'revoked', 'Plagio']);
  assert.deepEqual(after.checks, { ...checks, not_revoked: false });
  assert.match(await (await fetch(revoked.body.credential_url as string)).text(), /Plagio/);
  assert.deepEqual(await found('status=revoked'), ['Juan Perez']);
  assert.deepEqual(await found(''), ['Maria Lopez', 'Juan Perez']);
  assert.deepEqual(await found('status=issued'), ['Maria Lopez']);

  const never = await call(`credentials/${ids[2]}/revoke`, { body: '{"reason":"x"}', language: 'en' });
  const text = 'Not allowed now: a certificate that is failed cannot be revoked';
  assert.deepEqual(never, { status: 409, body: { error: text, detail: text } });
  assert.equal((await call(`credentials/${ids[2]}/verify`)).status, 409);
});

test('a document that was changed in the store is not valid', async () => {
  const id = ids[0] as string;
  const [place] = await doors.test.sql<{ offset: number }>(
    'update item set credential_offset = credential_offset + 1 where id = $1 returning credential_offset as offset',
    [id],
  );
  assert.ok(place);
  const { body } = await call(`credentials/${id}/verify`);
  assert.deepEqual([body.valid, body.status], [false, 'invalid']);
  await doors.test.sql('update item set credential_offset = credential_offset - 1 where id = $1', [id]);
});

test('what is somebody else’s, malformed or hostile is refused with both keys', async () => {
  const stranger = await doors.key(await doors.test.addTenant());
  for (const address of [`credentials/${ids[0]}`, `credentials/${ids[0]}/verify`, `templates/${tenant.templateId}`])
    assert.equal((await call(address, { key: stranger })).status, 404, address);
  const revoked = await call(`credentials/${ids[0]}/revoke`, { key: stranger, body: '{"reason":"x"}' });
  assert.equal(revoked.status, 404);
  for (const id of ['x', '%00', '../../etc', "' or 1=1", ids[0]?.replaceAll('-', '') ?? '', 'A'.repeat(190)])
    assert.equal((await call(`credentials/${encodeURIComponent(id)}`)).status, 404, id);
  const bodies: [body: string, type: string, status: number][] = [
    ['{', 'application/json', 400],
    ['[]', 'application/json', 422],
    ['"x"', 'application/json', 422],
    ['null', 'application/json', 422],
    ['{"reason":{"$gt":""}}', 'application/json', 422],
    ['reason=x', 'application/x-www-form-urlencoded', 415],
    [JSON.stringify({ reason: 'x'.repeat(2 ** 21) }), 'application/json', 413],
  ];
  for (const [body, type, status] of bodies) {
    const answer = await call(`credentials/${ids[0]}/revoke`, { body, type });
    assert.equal(answer.status, status, body.slice(0, 40));
    assert.deepEqual(Object.keys(answer.body).slice(0, 2), ['error', 'detail']);
  }
  for (const query of ['email[]=x', 'email=a&email=b', `q=${'x'.repeat(300)}`, 'q=%00'])
    assert.equal((await call(`credentials?${query}`)).status, query.startsWith('email[]') ? 200 : 422, query);
});
