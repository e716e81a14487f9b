/** The shipped microcredential from end to end: all that a recipient may say is signed, shown and told again, and nothing of it reads `[object Object]`. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { stringify } from 'csv-stringify/sync';
import { openBadgeFaults } from '../../../src/credential/open-badge-model.test-support.ts';
import { handIn } from '../../support/hand-in.ts';
import { signatureHolds } from '../../support/independent-verifier.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';

const file = new URL('../../../templates/microcredencial/template.json', import.meta.url);
const evidence = [
  { name: 'Proyecto <b>Final</b>', url: 'https://ejemplo.com/proyecto?a=1&b=2', description: 'API REST en "Python"' },
  { name: 'Examen', url: 'https://ejemplo.com/examen' },
];
const all = {
  email: 'ana@ejemplo.com',
  recipient_name: 'Ana Pérez',
  result_value: 'A',
  credits_earned: 6.0,
  evidence,
  role: 'Ponente',
  license_number: 'MC-417',
  term: '2026-2',
  activity_start_date: '2026-08-10',
  activity_end_date: '2026-11-13',
};

let doors: TestDoors;
let tenant: Tenant;
let key: string;
const faultsOf = openBadgeFaults();

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ template: JSON.parse(readFileSync(file, 'utf8')) });
  key = await doors.key(tenant);
  await doors.test.startBelt();
});
after(() => doors?.[Symbol.asyncDispose]());

async function issue(recipient: object) {
  const response = await fetch(`${doors.url}/api/v1/credentials/issue`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ template_id: tenant.templateId, recipients: [recipient] }),
  });
  const { credentials } = (await response.json()) as {
    credentials: { status: string; credential_id: string; errors?: string[] }[];
  };
  return credentials[0] as (typeof credentials)[number];
}

async function credentialText(id: string): Promise<string> {
  return (await fetch(`${doors.url}/credential/${id}/credential.json`)).text();
}

async function ours(path: string): Promise<string> {
  const response = await fetch(`${doors.url}/chancery/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(response.status, 200, path);
  return response.text();
}

test('a recipient with every field has a credential that says all of it, valid by the model and by another library', async () => {
  const { status, credential_id: id } = await issue(all);
  assert.equal(status, 'issued');
  const text = await credentialText(id);
  const credential = JSON.parse(text);
  assert.deepEqual(faultsOf(credential), []);
  assert.ok(await signatureHolds(text));
  const { result, creditsEarned, role, licenseNumber, term, activityStartDate, activityEndDate } =
    credential.credentialSubject;
  assert.deepEqual(
    [result[0].value, creditsEarned, role, licenseNumber, term, activityStartDate, activityEndDate],
    ['A', 6, 'Ponente', 'MC-417', '2026-2', '2026-08-10T00:00:00Z', '2026-11-13T00:00:00Z'],
  );
  assert.deepEqual(
    credential.evidence,
    [evidence[1], evidence[0]].map((piece) => {
      const { url, ...said } = piece as (typeof evidence)[0];
      return { id: url, type: ['Evidence'], ...said };
    }),
  );
  const page = await (await fetch(`${doors.url}/credential/${id}`, { headers: { accept: 'text/html' } })).text();
  assert.match(page, /<a href="https:\/\/ejemplo\.com\/proyecto\?a=1&amp;b=2" rel="nofollow noopener noreferrer ugc">/);
  assert.match(page, /Proyecto &lt;b&gt;Final&lt;\/b&gt;/);
  assert.match(page, /API REST en &quot;Python&quot;/);
  assert.doesNotMatch(page, /\[object/);
  assert.deepEqual(JSON.parse(await ours(`/credentials/${id}`)).fields.evidence, [evidence[0], evidence[1]]);
});

test('a recipient with no more than must be has a credential without the rest', async () => {
  const { email, recipient_name, result_value } = all;
  const { credential_id: id } = await issue({ email, recipient_name, result_value });
  const text = await credentialText(id);
  const credential = JSON.parse(text);
  assert.deepEqual(faultsOf(credential), []);
  assert.ok(await signatureHolds(text));
  assert.equal('evidence' in credential, false);
  assert.deepEqual(Object.keys(credential.credentialSubject), ['type', 'identifier', 'achievement', 'result']);
  assert.match(text, /"allowedValue":\["F","D","C","B","A"\]/);
});

test('what cannot be signed is refused before anything is issued, in the words of the page', async () => {
  const refused = async (change: object) => {
    const { status, errors } = await issue({ ...all, ...change });
    assert.equal(status, 'error', JSON.stringify(change));
    return errors?.join('; ');
  };
  assert.equal(await refused({ result_value: 'E' }), 'Calificacion invalida. Valores permitidos: A, B, C, D, F');
  const order = 'La fecha de fin no puede ser anterior a la fecha de inicio';
  assert.equal(await refused({ activity_end_date: '2026-08-09' }), order);
  const incomplete = 'Evidencia invalida: cada elemento requiere name y url';
  assert.equal(await refused({ evidence: [{ name: 'x' }] }), incomplete);
  for (const credits_earned of [0.1 + 0.2, 1e-7, 1e21, 1e300, Number.MAX_SAFE_INTEGER + 2.5])
    assert.match((await refused({ credits_earned })) ?? '', /^Creditos invalidos\. /, String(credits_earned));
  for (const wrong of ['x', {}, [7], [{ ...evidence[0], url: 'javascript:alert(1)' }], [evidence[0], evidence[0]]])
    assert.match((await refused({ evidence: wrong })) ?? '', /^Evidencia invalida: /, JSON.stringify(wrong));
  assert.equal((await issue({ ...all, email: 'zero@ejemplo.com', credits_earned: -0 })).status, 'issued');
});

test('a spreadsheet says evidence as JSON; what is wrong comes back as it was handed in', async () => {
  const columns = ['name', 'email', 'result_value', 'evidence'];
  const wrong = JSON.stringify([{ name: 'Examen', url: 'ejemplo.com' }]);
  const rows = [
    ['Ada', 'ada@ejemplo.com', 'B', JSON.stringify(evidence)],
    ['Bob', 'bob@ejemplo.com', 'B', wrong],
    ['Cy', 'cy@ejemplo.com', 'B', ''],
  ];
  const { organizationId, templateId } = tenant;
  const sheet = stringify([columns, ...rows]);
  const batch = await handIn(doors.url, { key, templateId, organizationId }, sheet, 'email');
  const { failed } = await doors.test.waitForBatch(tenant, batch);
  assert.equal(failed, 1);
  const csv = await ours(`/batches/${batch}/failed-rows.csv`);
  assert.ok(csv.includes(wrong.replaceAll('"', '""')), csv);
  assert.match(csv, /piece 1: its url is not an absolute http or https address/);
  const items = await ours(`/batches/${batch}/items`);
  const mails = await doors.test.sql<{ raw: Buffer }>('select raw from caught_mail');
  for (const text of [csv, items, ...mails.map(({ raw }) => raw.toString())]) assert.doesNotMatch(text, /\[object/);
  assert.ok(mails.length > 0);
});
