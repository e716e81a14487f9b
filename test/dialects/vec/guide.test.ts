/** The commands of VEC's guide, run by a real curl as somebody pastes them into a shell, against a server that really issues. */

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { createMember } from '../../../src/usecases/organizations/create-member.ts';
import { createTemplate } from '../../../src/usecases/templates/create-template.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { untilStatus } from '../../support/signatories.ts';
import { courseTemplate } from './course-template.ts';

const skip = curlIsMissing() && 'there is no curl on this machine';
/** The example of the guide. */
const recipients = [
  'RecipientsEmail,RecipientsName,CourseTitle,CompletionDate',
  'john@example.com,John Smith,Advanced Web Development,2025-02-15',
  'mary@example.com,Mary Johnson,Advanced Web Development,2025-02-15',
].join('\n');

let doors: TestDoors;
let tenant: Tenant;
const environment: Record<string, string> = {};
const commands = new Map<string, string>();

before(async () => {
  const script = await readFile(new URL('guide.sh', import.meta.url), 'utf8');
  for (const part of script.split(/^## /m).slice(1)) {
    const [name = '', ...lines] = part.split('\n');
    commands.set(name, lines.join('\n'));
  }
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ template: courseTemplate() });
  const signed = await createTemplate(doors.test.app, tenant.actor, { content: courseTemplate({ signatures: 2 }) });
  const csv = join(doors.test.dataDirectory, 'recipients.csv');
  await writeFile(csv, recipients);
  // What the command itself does not say: no figures of progress, and the number of the answer behind it.
  await writeFile(join(doors.test.dataDirectory, '.curlrc'), 'silent\nshow-error\nwrite-out = "\\n%{http_code}"\n');
  Object.assign(environment, {
    PATH: process.env.PATH,
    CURL_HOME: doors.test.dataDirectory,
    HOST: doors.url,
    TOKEN: await doors.key(tenant),
    TEMPLATE: tenant.templateId,
    SIGNED_TEMPLATE: signed.id,
    CSV: csv,
    FIRST_USER: await addUser('Ann'),
    SECOND_USER: await addUser('Ben'),
  });
  await doors.test.startBelt();
});
after(() => doors?.[Symbol.asyncDispose]());

function curlIsMissing(): boolean {
  try {
    execFileSync('curl', ['--version']);
    return false;
  } catch {
    return true;
  }
}

/** Their number, as the guide has it. */
async function addUser(firstName: string): Promise<string> {
  const drawn = sharp({ create: { width: 40, height: 20, channels: 4, background: '#00000080' } });
  const id = await createMember(doors.test.app, tenant.organizationId, {
    firstName,
    lastName: 'Signer',
    email: `${firstName.toLowerCase()}@school.example`,
    signature: await drawn.png().toBuffer(),
  });
  const [row] = await doors.test.sql<{ number: number }>('select number from member where id = $1', [id]);
  return String(row?.number);
}

async function paste<T>(name: string): Promise<{ status: string; body: T }> {
  const command = commands.get(name) ?? assert.fail(`guide.sh has no ${name}`);
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: environment });
  const at = stdout.lastIndexOf('\n');
  return { status: stdout.slice(at + 1), body: JSON.parse(stdout.slice(0, at)) as T };
}

interface Batch {
  data: {
    id: string;
    name: string;
    status: string;
    requires_signatures: boolean;
    template: { signatory_fields: string[] };
  };
}

test('a batch is created, watched to its end, read, and its certificates are listed', { skip }, async () => {
  const created = await paste<Batch>('create');
  assert.equal(created.status, '201', JSON.stringify(created.body));
  assert.equal(created.body.data.name, 'Web Development Graduates 2025');
  environment.BATCH = created.body.data.id;
  await doors.test.waitForBatch(tenant, environment.BATCH);
  assert.deepEqual(await paste('status'), {
    status: '200',
    body: {
      status: 'completed',
      total_certificates: 2,
      processed_certificates: 2,
      failed_certificates: 0,
      progress: 100,
    },
  });
  const details = await paste<Batch>('details');
  assert.deepEqual([details.status, details.body.data.id], ['200', environment.BATCH]);
  const certificates = await paste<{ data: { name: string; status: string; pdf_path: string }[] }>('certificates');
  assert.deepEqual(
    certificates.body.data.map(({ name, status }) => [name, status]),
    [
      ['John Smith', 'generated'],
      ['Mary Johnson', 'generated'],
    ],
  );
  for (const { pdf_path: path } of certificates.body.data)
    assert.equal((await fetch(path)).headers.get('content-type'), 'application/pdf');
});

test('a batch that two people sign waits for them', { skip }, async () => {
  const created = await paste<Batch>('create with signatories');
  assert.equal(created.status, '201', JSON.stringify(created.body));
  const { id, requires_signatures, template } = created.body.data;
  assert.deepEqual([requires_signatures, template.signatory_fields], [true, ['signatory_1', 'signatory_2']]);
  await untilStatus(doors.test, tenant, id, 'waiting_for_approval');
  environment.BATCH = id;
  const { body } = await paste<{ status: string; processed_certificates: number }>('status');
  assert.deepEqual([body.status, body.processed_certificates], ['waiting_for_approval', 0]);
  const signers = await doors.test.sql<{ names: string }>(
    `select string_agg(one->>'name', ', ' order by (one->>'slot')::int) as names
     from batch, jsonb_array_elements(signatories) one where batch.id = $1`,
    [id],
  );
  assert.deepEqual(signers, [{ names: 'Ann Signer, Ben Signer' }]);
});
