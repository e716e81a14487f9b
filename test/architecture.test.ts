/** The house rules of ARCHITECTURE.md, checked on the sources: who may import whom, sizes, names, and where things may be written. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { filesOf } from './suites/run-suite.ts';
import { suites } from './suites/suites.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Room -> rooms it may import at run time; `type X` for types only, `*` for anything. Every room may import itself.
 * Files directly in src are rooms of their own, without `.ts`.
 */
const mayImport: Record<string, string[]> = {
  errors: ['type domain'],
  fault: [],
  log: [],
  config: ['errors'],
  domain: ['errors'],
  ingest: ['domain', 'errors'],
  pdf: ['domain', 'errors'],
  credential: ['domain', 'errors'],
  deliver: ['domain', 'errors'],
  blobs: ['domain', 'errors'],
  db: ['domain', 'errors', 'type ingest'],
  queue: ['db', 'domain', 'errors'],
  pipeline: tools('queue', 'fault', 'type app'),
  usecases: tools('queue', 'fault', 'type app', 'pipeline'),
  http: ['usecases', 'domain', 'errors', 'type app'],
  dialects: door(),
  api: door(),
  public: door(),
  cli: [...door(), 'app', 'config', 'log', 'pipeline'],
  docs: ['domain', 'errors', 'config', 'dialects', 'api', 'public'],
  app: ['*'],
  'compile-cache': [],
  main: ['cli', 'compile-cache'],
};

function tools(...more: string[]): string[] {
  return ['ingest', 'pdf', 'credential', 'deliver', 'blobs', 'db', 'domain', 'errors', ...more];
}

/** A door knows what people ask for and the shapes that come back; never the tools and never another door. */
function door(): string[] {
  return ['http', 'usecases', 'domain', 'errors', 'type app', 'type db', 'type ingest'];
}

/** Imports outside the table, each with its reason. One that is gone must leave this list too. */
const admitted: Record<string, string> = {
  'src/http/server.ts -> api': 'registers the doors',
  'src/http/server.ts -> dialects': 'registers the doors',
  'src/http/server.ts -> public': 'registers the doors',
  'src/http/health.ts -> db': 'a probe without an organization: sums for /metrics',
  'src/cli/doctor.ts -> db': 'checks the books of the whole installation',
  'src/cli/verify.ts -> credential': 'verifies offline: no server, no database, no use case',
  'src/cli/verify.ts -> pdf': 'verifies offline: no server, no database, no use case',
  'src/cli/known-keys.ts -> credential': 'verifies offline: no server, no database, no use case',
};

interface Source {
  /** From the root, e.g. `src/db/open.ts`. */
  path: string;
  text: string;
  lines: string[];
}

function sourcesUnder(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        /\.tsx?$/.test(entry.name) &&
        !entry.name.endsWith('.d.ts') &&
        !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => {
      const path = normalize(join(entry.parentPath, entry.name)).slice(root.length);
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, lines: text.trimEnd().split('\n') };
    });
}

const isTest = ({ path }: Source) => /\.test\.ts$|\.test-support\.ts$|-contract\.ts$|test-samples\.ts$/.test(path);
const everything = sourcesUnder('src');
const product = everything.filter((source) => !isTest(source));
/** The second part of the path: `db` of `src/db/open.ts`, `app` of `src/app.ts`. */
const roomOf = (path: string) => (path.split('/')[1] ?? '').replace(/\.ts$/, '');
/** VEC and its sisters share a folder and nothing else. */
const dialectOf = (path: string) => /^src\/dialects\/([^/]+)\//.exec(path)?.[1];

interface Import {
  from: Source;
  target: string;
  typeOnly: boolean;
}

/** Relative imports and re-exports; `new URL(..., import.meta.url)` of a thread's file stays within its room and is not one. */
function importsOf(from: Source): Import[] {
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[^;'"]*?\sfrom\s+)?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;
  return [...from.text.matchAll(pattern)].map((match) => ({
    from,
    target: normalize(join(dirname(from.path), (match[2] ?? match[3]) as string)),
    typeOnly: match[1] !== undefined,
  }));
}

const imports = product.flatMap(importsOf).filter(({ target }) => target.startsWith('src/'));

/** The fault in one import, as `file -> room`; undefined when the table allows it. */
function breach({ from, target, typeOnly }: Import): string | undefined {
  const [here, there] = [roomOf(from.path), roomOf(target)];
  if (here === there) {
    const foreign = dialectOf(from.path) !== dialectOf(target);
    return foreign ? `${from.path} -> another dialect` : undefined;
  }
  const allowed = mayImport[here] ?? [];
  if (allowed.includes('*') || allowed.includes(there) || (typeOnly && allowed.includes(`type ${there}`)))
    return undefined;
  return `${from.path} -> ${there}`;
}

test('imports go one way: every room imports only what the table allows it', () => {
  const rooms = new Set(everything.map(({ path }) => roomOf(path)));
  assert.deepEqual([...rooms].filter((room) => !mayImport[room]).sort(), [], 'rooms that the table does not know');
  const found = new Set(imports.map(breach).filter((one) => one !== undefined));
  assert.deepEqual([...found].filter((one) => !admitted[one]).sort(), [], 'imports outside the table');
  assert.deepEqual(
    Object.keys(admitted).filter((one) => !found.has(one)),
    [],
    'admitted imports that are gone',
  );
});

test('at run time no room depends on itself by way of others', () => {
  const edges = new Map<string, Set<string>>();
  for (const { from, target, typeOnly } of imports) {
    const [here, there] = [roomOf(from.path), roomOf(target)];
    if (typeOnly || here === there || admitted[`${from.path} -> ${there}`]) continue;
    edges.set(here, (edges.get(here) ?? new Set()).add(there));
  }
  const reaches = (start: string, goal: string, seen = new Set<string>()): boolean =>
    [...(edges.get(start) ?? [])].some((next) => {
      if (next === goal) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, goal, seen);
    });
  assert.deepEqual(
    [...edges.keys()].filter((room) => reaches(room, room)),
    [],
  );
});

test('product code never imports test code', () => {
  const found = product
    .flatMap(importsOf)
    .filter(({ target }) => !target.startsWith('src/') || isTest({ path: target } as Source));
  assert.deepEqual(
    found.map(({ from, target }) => `${from.path} -> ${target}`),
    [],
  );
});

test('no file has more than 400 lines', () => {
  const all = [...everything, ...sourcesUnder('test'), ...sourcesUnder('bench')];
  assert.deepEqual(
    all.filter(({ lines }) => lines.length > 400).map(({ path, lines }) => `${path}: ${lines.length}`),
    [],
  );
});

/** Longer than 60 lines and why that is so. */
const longFunctions: Record<string, string> = {};

test('no function of the product has more than 60 lines', () => {
  // The formatter puts the closing brace under the line that opens, so indentation tells where a function ends.
  const opening =
    /^( *)(?:export )?(?:async )?(?:function\*? (\w+)|(?:static )?(?:get |set )?(#?\w+)\([^)]*\)[^;=]* \{$)|^( *)(?:export )?const (\w+) = (?:async )?(?:\([^)]*\)|\w+)[^=]* => \{$/;
  const found: string[] = [];
  for (const { path, lines } of product) {
    lines.forEach((line, at) => {
      const match = opening.exec(line);
      if (!match || /^ *(if|for|while|switch|catch)\b/.test(line)) return;
      const indent = match[1] ?? match[4] ?? '';
      const length = lines.slice(at).findIndex((one, ahead) => ahead > 0 && one.startsWith(`${indent}}`)) + 1;
      if (length > 60) found.push(`${path} ${match[2] ?? match[3] ?? match[5]}`);
    });
  }
  assert.deepEqual(found.sort(), Object.keys(longFunctions).sort());
});

test("files have the trade's names, in kebab-case", () => {
  const poor = /(^|[-/])(utils?|helpers?|managers?|services?|common|misc)([-./]|$)/;
  const kebab = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*[/.])+tsx?$/;
  const paths = [...everything, ...sourcesUnder('test'), ...sourcesUnder('bench')].map(({ path }) => path);
  assert.deepEqual(
    paths.filter((path) => poor.test(path) || !kebab.test(path)),
    [],
  );
});

test('every file opens with a sentence that says what it holds', () => {
  assert.deepEqual(
    product.filter(({ text }) => !/^\/\*\*\s+(\*\s+)?\S[\s\S]*?\*\/\n/.test(text)).map(({ path }) => path),
    [],
  );
});

/** Lines of product files that match, as `file:line`. */
function linesWith(pattern: RegExp, except: (path: string) => boolean): string[] {
  return product
    .filter(({ path }) => !except(path))
    .flatMap(({ path, lines }) => lines.flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}`] : [])));
}

test('only config.ts reads the environment', () => {
  // Programs that are started are given PATH and nothing else of it; threads find in it where compiled code is kept.
  const excepted = ['src/config.ts', 'src/compile-cache.ts'];
  assert.deepEqual(
    linesWith(/process\.env(?!\.PATH\b)/, (path) => excepted.includes(path)),
    [],
  );
});

test('nothing is exported by default', () => {
  assert.deepEqual(
    linesWith(/^export default|^export \{[^}]*\bas default\b/, () => false),
    [],
  );
});

test('programs write to a stream or the log, never to the console', () => {
  assert.deepEqual(
    linesWith(/\bconsole\.\w+\(/, () => false),
    [],
  );
});

/** Statements on our tables; `pgboss.` belongs to the queue. */
const statement =
  /\b(insert into|update|delete from|from) (?!pgboss)(organization|member|api_key|signing_key|status_list|event|template|template_version|batch|chunk|item|delivery|ledger|caught_mail|webhook_endpoint|webhook_delivery)\b[^,.;)]*\b(set|where|values|select|join|order)\b/i;

test('every line of SQL on our tables stands in db', () => {
  assert.deepEqual(
    linesWith(statement, (path) => path.startsWith('src/db/')),
    [],
  );
});

test('a status is written in db only, and only where the statement names the statuses it may come from', () => {
  const updates = everything.flatMap(({ path, text }) =>
    [...text.matchAll(/`\s*(?:with\b[^`]*)?update\s+\S+\s+set\b([^`]*?)(\bwhere\b[^`]*)?`/g)].map((match) => ({
      path,
      set: match[1] as string,
      where: match[2] ?? '',
    })),
  );
  const writes = updates.filter(({ set }) => /\bstatus = /.test(set));
  assert.ok(writes.length >= 8, `only ${writes.length} statements found`);
  const guard = /mayBecome\(|status = any\(\$|status = '/;
  const wrong = writes.filter(
    ({ path, set, where }) =>
      !path.startsWith('src/db/') || !(guard.test(where) || /case when[^`]*mayBecome\(/.test(set)),
  );
  assert.deepEqual(
    wrong.map(({ path, set }) => `${path}: set ${set.slice(0, 60)}`),
    [],
  );
});

test('each wire dialect has its door, its shapes and its errors under the same names', () => {
  const dialects = readdirSync(join(root, 'src/dialects'));
  const expected = ['errors.ts', 'index.ts', 'wire.ts'];
  for (const dialect of dialects) {
    const files = readdirSync(join(root, 'src/dialects', dialect));
    assert.deepEqual(
      expected.filter((name) => !files.includes(name)),
      [],
      dialect,
    );
  }
});

test('every short test file runs in exactly one suite', () => {
  const all = ['src', 'test'].flatMap(sourcesUnder).map((source) => source.path);
  const short = all.filter((path) => path.endsWith('.test.ts')).sort();
  const run = (Object.keys(suites) as (keyof typeof suites)[]).flatMap(filesOf).sort();
  assert.deepEqual(run, short);
  for (const suite of Object.keys(suites)) assert.ok(all.includes(`test/suites/${suite}.suite.ts`), suite);
});
