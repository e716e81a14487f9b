/** The pages that are drawn from the sources are as the sources would have them, and the example of the template guide works. */

import assert from 'node:assert/strict';
import { glob, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { pages } from '../src/docs/pages.ts';
import { parseTemplate } from '../src/domain/template.ts';
import { faultPoints } from '../src/fault.ts';
import { checkPage } from '../src/pdf/check-page.ts';
import { compilePage } from '../src/pdf/compile-page.ts';
import { datePage } from '../src/pdf/date-page.ts';
import { fillPage } from '../src/pdf/fill-page.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFile(join(root, path), 'utf8');

for (const [path, text] of Object.entries(pages)) {
  test(`${path} says what the sources say`, async () => {
    assert.equal(await read(path), text(), `${path} is out of date; run: npm run docs`);
  });
}

test('the example in docs/templates.md is a template that makes a document', async () => {
  const example = /```json\n([\s\S]*?)\n```/.exec(await read('docs/templates.md'))?.[1] ?? '';
  const parsed = parseTemplate(JSON.parse(example));
  assert.ok('template' in parsed, JSON.stringify(parsed));
  const page = await compilePage({
    template: parsed.template,
    organizationName: 'Sample School',
    signatories: [{ slot: 1, name: 'Ada Lovelace', designation: 'Head of School' }],
  });
  const program = datePage(page, '2026-01-01T00:00:00Z');
  const values = {
    name: 'Grace Hopper',
    email: 'grace@example.com',
    issue_date: 'January 1, 2026',
    expiry_date: 'January 1, 2028',
    reference_id: 'VEC-IC-20260000000000000',
    credential_id: '00000000-0000-4000-8000-000000000000',
    verification_url: 'http://localhost/credential/00000000-0000-4000-8000-000000000000',
    Workshop: 'Compilers',
    Hours: '12',
    Grade: 'merit',
  };
  assert.deepEqual(checkPage(program, values), []);
  const data = Buffer.from('{}');
  const { tail } = fillPage(program, values, { name: 'credential.json', data, mediaType: 'application/json' });
  assert.ok(tail.length > 1_000);
});

test('docs/templates.md knows every element, field type and key of the format', async () => {
  const guide = await read('docs/templates.md');
  const schema = JSON.parse(await read('docs/template.schema.json')) as unknown;
  const keys = new Set<string>();
  collectKeys(schema, keys);
  assert.deepEqual(
    [...keys].filter((key) => !guide.includes(key)),
    [],
  );
});

/** Names of properties and constants anywhere in a JSON Schema. */
function collectKeys(schema: unknown, keys: Set<string>): void {
  if (typeof schema !== 'object' || schema === null) return;
  const { properties, const: constant } = schema as { properties?: Record<string, unknown>; const?: unknown };
  if (typeof constant === 'string') keys.add(constant);
  for (const name of Object.keys(properties ?? {})) keys.add(name);
  for (const part of Object.values(schema)) collectKeys(part, keys);
}

test('docs/issuance-cycle.md says what a crash at each fault point leads to', async () => {
  const guide = await read('docs/issuance-cycle.md');
  assert.deepEqual(
    faultPoints.filter((point) => !guide.includes(`\`${point}\``)),
    [],
  );
});

test('every link from one page of the repository to another leads somewhere', async () => {
  const dead: string[] = [];
  for await (const page of glob(['*.md', 'docs/**/*.md', 'bench/*.md', 'src/**/*.md'], { cwd: root })) {
    for (const [, target] of (await read(page)).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)) {
      const path = join(root, dirname(page), target as string);
      if (!(await stat(path).catch(() => undefined))) dead.push(`${page}: ${target}`);
    }
  }
  assert.deepEqual(dead, []);
});

test('every file and every npm script that docs/proof.md names is there', async () => {
  const proof = await read('docs/proof.md');
  const names = [...proof.matchAll(/[\w/-]+\.(?:test|long)\.ts/g)]
    .map(([name]) => name)
    .filter((name) => !name.startsWith('-'));
  const files = await Array.fromAsync(glob(['src/**/*.test.ts', 'test/**/*.{test,long}.ts'], { cwd: root }));
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
  const commands = [...proof.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name as string);
  assert.deepEqual(
    [
      ...names.filter(
        (name) => !files.some((file) => file === name || (!name.includes('/') && file.endsWith(`/${name}`))),
      ),
      ...commands.filter((name) => !scripts[name]),
    ],
    [],
  );
});

test('the lock file knows the packages of all platforms, without which npm ci refuses it', async () => {
  const { packages } = JSON.parse(await read('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([key, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${key}/node_modules/${name}`],
    ),
  );
  assert.deepEqual(missing, []);
});

test('npm start hands its signals to the server: no shell stands between the two, which would end and leave it running', async () => {
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
  for (const name of ['start', 'chancery']) assert.match(scripts[name] ?? '', /^exec node /, name);
});
