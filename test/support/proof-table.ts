/** The table on a door's page that says where each answer of each call is proven: it is true, and nothing is missing in it. */

import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { readTranscript } from './transcript.ts';

const root = join(import.meta.dirname, '../..');
interface Exchange {
  method: string;
  path: string;
  status: string;
}

interface Row {
  method: string;
  path: string;
  /** By number, the transcripts that have it. */
  cells: Map<string, string[]>;
}

function readTable(page: string): Row[] {
  const lines = page.split('\n');
  const cellsOf = (line: string) => line.split('|').slice(1, -1);
  const head = lines.findIndex((line) => /^\| call +\| success/.test(line));
  const numbers = cellsOf(lines[head] as string).map((cell) => cell.trim());
  const body = lines.slice(head + 2);
  return body.slice(0, body.indexOf('')).map((line) => {
    const [call = '', ...cells] = cellsOf(line);
    const [, method = '', path = ''] = /`(\w+) (.*)`/.exec(call) ?? assert.fail(line);
    const found = cells.map((cell, at): [string, string[]] => {
      const names = [...cell.matchAll(/\[([\w-]+)\]/g)].map(([, name]) => name as string);
      return [/^ *(\d{3}) \[/.exec(cell)?.[1] ?? (numbers[at + 1] as string), names];
    });
    return { method, path, cells: new Map(found.filter(([, names]) => names.length > 0)) };
  });
}

const isAt = (path: string, pattern: string) =>
  new RegExp(`^${pattern.replace('{id}', '(\\{\\{\\w+\\}\\}|[0-9a-f-]{1,36})')}$`).test(path);

/** A call with its success and its errors beside 401, 403, 405, 429 and 500; one of an OpenAPI document is such. */
export interface ProvenCall {
  method: string;
  path: string;
  success: { status: number };
  errors?: number[];
  otherErrors?: Record<number, unknown>;
}

export interface ProvenDoor {
  /** Of the page in docs/dialects, and of the folder of tests. */
  name: string;
  operations: readonly ProvenCall[];
  /** Whether an answer has no short transcript; the page names its test. */
  isElsewhere(call: string, status: number): boolean;
}

/** Defines the tests of one door. */
export function testProofTable({ name: door, operations, isElsewhere }: ProvenDoor): void {
  const folder = `test/dialects/${door}`;
  let rows: Row[];
  const transcripts = new Map<string, Exchange[]>();

  before(async () => {
    for await (const file of glob(`${folder}/transcripts/*.http`, { cwd: root })) {
      const exchanges = readTranscript(await readFile(join(root, file), 'utf8')).map(({ sent, expected }) => {
        const [method = '', address = ''] = sent.split(' ');
        return { method, path: address.split('?')[0] as string, status: expected.split(' ')[1] as string };
      });
      transcripts.set(/([\w-]+)\.http$/.exec(file)?.[1] as string, exchanges);
    }
    rows = readTable(await readFile(join(root, `docs/dialects/${door}.md`), 'utf8'));
  });

  test('every transcript that is named has an exchange with that call and that answer', () => {
    const untrue = rows.flatMap(({ method, path, cells }) =>
      [...cells].flatMap(([status, names]) =>
        names
          .filter((name) => {
            const proves = (one: Exchange) =>
              one.status === status && isAt(one.path, path) && (one.method === method) !== (status === '405');
            return !transcripts.get(name)?.some(proves);
          })
          .map((name) => `${method} ${path} ${status} is not in ${name}`),
      ),
    );
    assert.deepEqual(untrue, []);
  });

  test('every documented call is a row, with its success and every error it can answer', () => {
    assert.equal(rows.length, operations.length);
    for (const { method, path, success, errors = [], otherErrors = {} } of operations) {
      const name = `${method.toUpperCase()} ${path.replace(/\{\w+\}/, '{id}')}`;
      const row = rows.find((one) => `${one.method} ${one.path}` === name) ?? assert.fail(`${name} is not a row`);
      const answers = [success.status, 401, 403, 405, 429, 500, ...errors, ...Object.keys(otherErrors).map(Number)];
      const wanted = [...new Set(answers.filter((one) => !isElsewhere(name, one)))];
      assert.deepEqual([...row.cells.keys()].map(Number).sort(), wanted.sort(), name);
    }
  });

  test('every transcript is played by a test, and every page and test the documentation links to is there', async () => {
    const played: string[] = [];
    for await (const file of glob(`${folder}/*.test.ts`, { cwd: root }))
      played.push(await readFile(join(root, file), 'utf8'));
    const silent = [...transcripts.keys()].filter(
      (name) => !played.some((text) => text.includes(`('${name}')`) || text.includes(`transcripts/${name}.http`)),
    );
    assert.deepEqual(silent, []);
    const page = await readFile(join(root, `docs/dialects/${door}.md`), 'utf8');
    for (const [, path] of page.matchAll(/(?:\]\(|^\[[\w-]+\]: )([\w./-]+\.\w+)/gm))
      await readFile(join(root, 'docs/dialects', path as string));
  });
}
