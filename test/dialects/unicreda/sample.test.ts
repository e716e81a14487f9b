/** The Python program of UniCreda's page, run by a real Python as it stands there, but for the address, the key and the template. */

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createApiKey } from '../../../src/usecases/api-keys/create-api-key.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { diplomaTemplate } from './diploma-template.ts';

const python = ['python3', '/usr/bin/python3'].find(hasRequests);
const skip =
  python === undefined && 'there is no python3 with the package requests on this machine (apt: python3-requests)';

let doors: TestDoors;
let tenant: Tenant;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant({ template: diplomaTemplate() });
  await doors.test.startBelt();
});
after(() => doors?.[Symbol.asyncDispose]());

function hasRequests(program: string): boolean {
  try {
    execFileSync(program, ['-c', 'import requests'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The three things the page tells its reader to replace, and nothing else. */
async function runSample(values: { key: string; url: string; templateId: string }): Promise<string> {
  const page = await readFile(new URL('sample.py', import.meta.url), 'utf8');
  const program = [
    ['uc_live_tu_key_aqui', values.key],
    ['https://app.unicreda.com/api/v1', values.url],
    ['550e8400-e29b-41d4-a716-446655440000', values.templateId],
  ].reduce((text, [from = '', to = '']) => {
    assert.equal(text.split(from).length, 2, from);
    return text.replace(from, to);
  }, page);
  const file = join(doors.test.dataDirectory, 'sample.py');
  await writeFile(file, program);
  const { stdout } = await promisify(execFile)(python as string, [file], { timeout: 120_000 });
  return stdout;
}

test('the program of the page issues its fifty credentials and prints the job to its end', { skip }, async () => {
  const { token } = await createApiKey(doors.test.app, tenant.actor, { name: 'k', scopes: ['*'], door: 'unicreda' });
  assert.match(token, /^uc_live_/);
  const printed = await runSample({ key: token, url: `${doors.url}/api/v1`, templateId: tenant.templateId });
  const lines = printed.trimEnd().split('\n');
  const result = /^Resultado: (\{.*\})$/.exec(lines.pop() as string)?.[1] ?? assert.fail(printed);
  assert.equal(lines.pop(), 'Status: SUCCESS');
  for (const line of lines) assert.match(line, /^Status: (PENDING|STARTED|PROGRESS)$/);
  for (const figure of [
    "'total': 50",
    "'successful': 50",
    "'failed': 0",
    "'errors': []",
    "'internal_count': 0",
    "'external_count': 50",
  ])
    assert.ok(result.includes(figure), `${figure} in ${result}`);
  const [issued] = await doors.test.sql<{ count: number }>(
    `select count(*)::int from item where organization_id = $1 and status = 'issued' and email like 'estudiante%@ejemplo.com'`,
    [tenant.organizationId],
  );
  assert.deepEqual(issued, { count: 50 });
});

test('a wrong template ends the program as it would end at UniCreda: with no mode to read', { skip }, async () => {
  const key = await doors.key(tenant);
  await assert.rejects(
    runSample({ key, url: `${doors.url}/api/v1`, templateId: '9e7860e3-7c0a-401f-98f6-b98e316934f4' }),
    /KeyError: 'mode'/,
  );
});
