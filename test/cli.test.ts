/** The command line as people and scripts use it: processes with arguments, exit codes, files and two output streams. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadKnownKeys } from '../src/cli/known-keys.ts';
import { verifyBytes } from '../src/cli/verify.ts';
import { approveBatch } from '../src/usecases/approvals/approve.ts';
import { viewApproval } from '../src/usecases/approvals/get-approval.ts';
import { compileCache } from './support/compile-cache.ts';
import type { Tenant } from './support/open-test-app.ts';
import { openTestServer, type TestDoors } from './support/open-test-server.ts';
import { rounds } from './support/rounds.ts';
import { runHere } from './support/run-here.ts';
import { overflowingName, sampleTemplate } from './support/sample-template.ts';
import { addSignedTenant, approvalAt } from './support/signatories.ts';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let doors: TestDoors;
let tenant: Tenant;
let folder: string;
let environment: Record<string, string>;

before(async () => {
  doors = await openTestServer();
  tenant = await doors.test.addTenant();
  await doors.test.startBelt();
  folder = await mkdtemp(join(tmpdir(), 'chancery-cli-'));
  environment = {
    CHANCERY_URL: doors.url,
    CHANCERY_TOKEN: await doors.key(tenant),
    CHANCERY_DATA: join(folder, 'no-data'),
  };
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
  await doors?.[Symbol.asyncDispose]();
});

/** As a process. */
async function chancery(args: string[], overrides: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...compileCache, ...environment, ...overrides },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = await Promise.all(
    [child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString('utf8')),
  );
  const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('exit', resolve)));
  const [out, err] = texts as [string, string];
  return { code, out, err };
}

const here = (args: string[], overrides: Record<string, string> = {}) =>
  runHere(args, { ...environment, ...overrides });

async function sheet(name: string, ...rows: string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, ['name,email,Course,Held on', ...rows, ''].join('\n'));
  return path;
}

const good = [
  'Ada Lovelace,ada@example.com,Engines,2026-01-05',
  'Chaïm Weiß,chaim@example.com,"Bread, sweet",2026-01-05',
];
const bad = ['Bob,not an address,Engines,2026-01-05', `${overflowingName},w@example.com,Engines,05.01.2026`];

test('a clean sheet is issued: exit code 0, a PDF for each row, progress on stderr, JSON on stdout', async () => {
  const out = join(folder, 'clean');
  const file = await sheet('clean.csv', ...good);
  const run = await chancery(['issue', file, '--template', tenant.templateId, '--out', out, '--json']);
  assert.equal(run.code, 0, run.err);
  const batch = JSON.parse(run.out);
  assert.deepEqual(
    [batch.name, batch.status, batch.total, batch.issued, batch.failed],
    ['clean.csv', 'completed', 2, 2, 0],
  );
  assert.equal(run.out.trimEnd().split('\n').length, 1, 'one line on stdout');
  assert.match(run.err, /^Issuing 2\/2 /m);
  assert.match(run.err, /^Downloading 2\/2 /m);
  assert.match(run.err, /^2 issued, 0 failed, batch [0-9a-f-]{36} is completed$/m);
  const files = (await readdir(out)).sort();
  const references = await doors.test.sql<{ name: string }>(
    `select reference_id || '.pdf' as name from item where batch_id = $1`,
    [batch.id],
  );
  assert.deepEqual(files, [...references.map(({ name }) => name), 'issuer.did.json'].sort());
});

test('a sheet with bad rows: exit code 3, the good ones issued, the bad ones explained and kept for correction', async () => {
  const out = join(folder, 'mixed');
  const file = await sheet('mixed.csv', good[0] as string, ...bad, good[1] as string);
  const run = await chancery(['issue', file, '--template', tenant.templateId, '--out', out]);
  assert.equal(run.code, 3, run.err);
  assert.equal(run.out, '');
  assert.match(run.err, /^2 issued, 2 failed, batch .* is partially_completed$/m);
  assert.match(run.err, /^ {2}row 3, email "not an address": is not an e-mail address/m);
  assert.match(run.err, /^ {2}row 4, Held on "05\.01\.2026": is not a date in the form YYYY-MM-DD/m);
  assert.match(run.err, /Correct .*failed-rows\.csv and hand it in again/);
  assert.equal((await readdir(out)).filter((name) => name.endsWith('.pdf')).length, 2);
  const kept = await readFile(join(out, 'failed-rows.csv'), 'utf8');
  const lines = kept
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/);
  assert.equal(lines.length, 3);
  assert.match(lines[0] as string, /^"?name"?,"?email"?,"?Course"?,"?Held on"?,.*_error"?$/);
  assert.match(lines[1] as string, /Bob.*not an address.*email is not an e-mail address/);
  assert.match(lines[2] as string, /Held on is not a date/);

  const corrected = join(folder, 'corrected.csv');
  const fixed = kept
    .replace('not an address', 'bob@example.com')
    .replace(overflowingName, 'Wolfe Senior')
    .replace('05.01.2026', '2026-01-05');
  await writeFile(corrected, fixed);
  const again = await here(['issue', corrected, '--template', tenant.templateId, '--deliver', 'none']);
  assert.equal(again.code, 0, again.err);
});

test('nothing issued, or refused: exit code 1 and the reason', async () => {
  const allBad = await sheet('bad.csv', ...bad);
  const run = await here(['issue', allBad, '--template', tenant.templateId]);
  assert.equal(run.code, 1, run.err);
  assert.match(run.err, /^0 issued, 2 failed/m);
  const headless = join(folder, 'headless.csv');
  await writeFile(headless, 'Surname,Mail\nA,a@b.example\n');
  const clean = await sheet('again.csv', ...good);
  const refusals: [string[], Record<string, string>, RegExp][] = [
    [[headless, '--template', tenant.templateId], {}, /the column name is missing from the header/],
    [
      [clean, '--template', '9e7860e3-7c0a-401f-98f6-b98e316934f4'],
      {},
      /template_id: is no template of this organization/,
    ],
    [[clean, '--template', 'x'], {}, /template/],
    [[join(folder, 'absent.csv'), '--template', tenant.templateId], {}, /absent\.csv/],
    [[folder, '--template', tenant.templateId], {}, /is not a file/],
    [[clean, '--template', tenant.templateId, '--deliver', 'pigeon'], {}, /is not one of: email, none/],
    [[clean, '--template', tenant.templateId], { CHANCERY_TOKEN: 'wrong' }, /API key is missing or not valid/],
    [[clean, '--template', tenant.templateId], { CHANCERY_URL: 'http://127.0.0.1:1' }, /cannot be reached/],
    [[clean, '--template', tenant.templateId], { CHANCERY_TOKEN: '' }, /give --url and --token/],
  ];
  for (const [args, overrides, reason] of refusals) {
    const { code, out, err } = await here(['issue', ...args], overrides);
    assert.deepEqual([code, out], [1, ''], err);
    assert.match(err, reason);
    assert.doesNotMatch(err, /\n\s+at /, 'no stack trace for a fault of the caller');
  }
});

test('verify says unchanged for every file that issue wrote, without the server', async () => {
  const out = join(folder, 'clean');
  const pdfs = (await readdir(out)).filter((name) => name.endsWith('.pdf')).map((name) => join(out, name));
  const offline = { CHANCERY_URL: 'http://127.0.0.1:1', CHANCERY_TOKEN: '' };
  const json = join(out, 'credential.json');
  await writeFile(json, await credentialBytes());
  const run = await chancery(['verify', ...pdfs, json], offline);
  assert.equal(run.code, 0, run.out + run.err);
  assert.equal(run.out.match(/: unchanged$/gm)?.length, 3);
  assert.match(run.out, /recipient {4}Ada Lovelace/);
  const asJson = await here(['verify', '--json', json], offline);
  assert.equal(JSON.parse(asJson.out).verdict, 'unchanged');
  assert.equal(JSON.parse(asJson.out).achievement, 'Sample course');
});

async function credentialBytes(): Promise<Buffer> {
  const [{ id }] = (await doors.test.sql(
    `select id from item where name = 'Ada Lovelace' and status = 'issued' limit 1`,
  )) as [{ id: string }];
  return Buffer.from(await (await fetch(`${doors.url}/credential/${id}/credential.json`)).arrayBuffer());
}

test('exit code 1 for a changed file, 2 where it cannot be told, 64 without a file', async () => {
  const out = join(folder, 'clean');
  const [pdf] = (await readdir(out)).filter((name) => name.endsWith('.pdf')) as [string];
  const bytes = await readFile(join(out, pdf));
  const changed = join(out, 'changed.pdf');
  await writeFile(changed, Buffer.concat([bytes, Buffer.from(' ')]));
  const alone = join(folder, 'alone');
  await mkdir(alone);
  await cp(join(out, pdf), join(alone, pdf));
  const text = join(folder, 'note.txt');
  await writeFile(text, 'no credential');
  const stranger = await doors.test.addTenant();
  const foreign = join(folder, 'stranger.did.json');
  const url = `${doors.url}/organizations/${stranger.organizationId}/did.json`;
  await writeFile(foreign, await (await fetch(url)).text());
  const cases: [string[], number, RegExp][] = [
    [[changed], 1, /CHANGED/],
    [[join(out, pdf), changed], 1, /: unchanged\n[\s\S]*CHANGED/],
    [[join(alone, pdf)], 2, /cannot tell: unknown key/],
    [[join(alone, pdf), '--did', foreign], 2, /cannot tell: unknown key/],
    [[join(alone, pdf), '--did', join(out, 'issuer.did.json')], 0, /unchanged/],
    [[text], 2, /not a credential/],
    [[join(folder, 'absent.pdf')], 2, /cannot be read\n.*ENOENT/],
    [[], 64, /^$/],
  ];
  for (const [at, [args, code, shown]] of cases.entries()) {
    const run = await (at === 0 ? chancery : here)(['verify', ...args]);
    assert.equal(run.code, code, `${args}: ${run.out}${run.err}`);
    assert.match(run.out, shown);
  }
});

/** Numerical Recipes' generator: the same flips in every run. */
function randoms(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const changes = rounds(60, 1_000);

test(`no change of one bit in ${changes} is called unchanged, in the PDF or in the JSON`, async () => {
  const out = join(folder, 'clean');
  const [pdf] = (await readdir(out)).filter((name) => /^VEC.*\.pdf$/.test(name)) as [string];
  const keys = await loadKnownKeys([join(out, 'issuer.did.json')], join(folder, 'nowhere'));
  const random = randoms(7);
  for (const [name, bytes] of [
    ['certificate.pdf', await readFile(join(out, pdf))],
    ['credential.json', await credentialBytes()],
  ] as const) {
    assert.equal((await verifyBytes(name, bytes, keys)).verdict, 'unchanged');
    for (let round = 0; round < changes; round++) {
      const copy = Buffer.from(bytes);
      const at = random(copy.length);
      copy[at] = (copy[at] as number) ^ (1 << random(8));
      const { verdict, reasons } = await verifyBytes(name, copy, keys);
      assert.notEqual(verdict, 'unchanged', `${name}, byte ${at}`);
      assert.ok(reasons.length > 0);
    }
    for (const other of [bytes.subarray(0, -1), bytes.subarray(1), Buffer.concat([bytes, bytes]), Buffer.alloc(0)])
      assert.notEqual((await verifyBytes(name, other, keys)).verdict, 'unchanged');
  }
});

test('a reader that goes away changes neither the exit code nor stderr', async () => {
  const file = join(folder, 'nothing.json');
  await writeFile(file, '{}');
  // The reader is gone long before the program has started.
  const child = spawn(
    'bash',
    ['-c', '"$@" | true; exit $PIPESTATUS', '-', process.execPath, program, 'verify', file, file],
    {
      env: { ...compileCache, ...environment, PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [err, [code]] = await Promise.all([child.stderr.toArray(), once(child, 'exit')]);
  assert.deepEqual([code, Buffer.concat(err).toString('utf8')], [2, '']);
});

test('a credential put into another issuer’s sealed PDF, or a PDF without its own issuer’s key, is not unchanged', async () => {
  const out = join(folder, 'clean');
  const [pdf] = (await readdir(out)).filter((name) => /^VEC.*\.pdf$/.test(name)) as [string];
  const document = JSON.parse(await readFile(join(out, 'issuer.did.json'), 'utf8'));
  const withoutSeal = { ...document, verificationMethod: document.verificationMethod.slice(0, 1) };
  const path = join(folder, 'without-seal.did.json');
  await writeFile(path, JSON.stringify(withoutSeal));
  const keys = await loadKnownKeys([path], join(folder, 'nowhere'));
  const { verdict } = await verifyBytes('x.pdf', await readFile(join(out, pdf)), keys);
  assert.equal(verdict, 'unknown_key');
});

test('a template is added, a batch is watched', async () => {
  const file = join(folder, 'template.json');
  await writeFile(file, JSON.stringify(sampleTemplate()));
  const added = await chancery(['template-add', file]);
  assert.equal(added.code, 0, added.err);
  assert.match(added.out, /^[0-9a-f-]{36}\n$/);
  await writeFile(file, '{"format": ');
  const broken = await here(['template-add', file]);
  assert.deepEqual([broken.code, broken.out], [1, '']);
  assert.match(broken.err, /template\.json is not JSON/);
  assert.doesNotMatch(broken.err, /\n\s+at /);
  await writeFile(file, JSON.stringify({ ...sampleTemplate(), elements: [] }));
  const invalid = await here(['template-add', file]);
  assert.deepEqual([invalid.code, invalid.out], [1, '']);
  assert.match(invalid.err, /^ {2}elements: is not valid/m);
  const list = await here(['status']);
  assert.equal(list.code, 0);
  assert.match(list.out, /^[0-9a-f-]{36} {2}completed {13}2 issued, 0 failed of 2 {2}clean\.csv$/m);
  const unknown = await here(['status', '9e7860e3-7c0a-401f-98f6-b98e316934f4']);
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /no such batch/);
});

test('with signatories the command ends when they are asked; what they have approved is downloaded later', async () => {
  const signed = await addSignedTenant(doors.test, [true]);
  const [{ memberId, actor } = assert.fail()] = signed.signatories;
  const own = { CHANCERY_TOKEN: await doors.key(signed) };
  const args = ['issue', await sheet('signed.csv', ...good), '--template', signed.templateId, '--signatory', memberId];
  const asked = await chancery([...args, '--json'], own);
  assert.equal(asked.code, 2, asked.err);
  const { id } = JSON.parse(asked.out) as { id: string };
  assert.match(asked.err, new RegExp(`asked by mail. Later: chancery status ${id} --out`));
  const approval = await approvalAt(doors.test, id, 1);
  const { hash } = await viewApproval(doors.test.app, actor, approval.id);
  await approveBatch(doors.test.app, actor, approval.id, hash);
  await doors.test.waitForBatch(signed, id);
  const out = join(folder, 'signed');
  const fetched = await here(['status', id, '--out', out], own);
  assert.equal(fetched.code, 0, fetched.err);
  assert.equal((await readdir(out)).filter((name) => name.endsWith('.pdf')).length, good.length);
});

test('a wrong call ends with 64 and says what to do; nothing goes to stdout', async () => {
  const calls = [['isue'], ['__proto__'], ['issue'], ['issue', 'a.csv'], ['issue', '--color'], ['verify', '--what']];
  for (const args of calls) {
    const { code, out, err } = await here(args);
    assert.deepEqual([code, out], [64, ''], `${args}: ${err}`);
    assert.match(err, /Try: chancery|Usage: chancery/);
  }
  assert.equal((await chancery([])).code, 64);
  const { code, out } = await here(['--help']);
  assert.equal(code, 0);
  assert.match(out, /^Usage: chancery <command>/);
});

test('every command explains itself with --help and ends with 0', async () => {
  const { out } = await here(['help']);
  const names = [...out.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name]) => name as string);
  assert.ok(names.length >= 10, names.join());
  for (const name of names) {
    const said = await here([name, '--help']);
    assert.equal(said.code, 0);
    assert.match(said.out, new RegExp(`^chancery ${name}: [\\s\\S]+chancery ${name}`));
  }
});
