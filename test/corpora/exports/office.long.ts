/** Every CSV that is written, opened by LibreOffice: no cell becomes a formula. */

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { cells, failedRowsText, manifestText } from './formulas.ts';

const run = promisify(execFile);
const skip = spawnSync('soffice', ['--version']).status !== 0 && 'no LibreOffice here (libreoffice-calc-nogui)';
const folder = await mkdtemp(join(tmpdir(), 'chancery-office-'));
after(() => rm(folder, { recursive: true, force: true }));

/** The formulas it makes of the file, formulas in cells and the cells as shown. */
async function opened(name: string, csv: string): Promise<{ formulas: string[]; shown: string[] }> {
  const file = join(folder, `${name}.csv`);
  await writeFile(file, csv);
  // Comma, double quote, UTF-8, from line 1; the last but two: formulas are evaluated, as by who opens a file and agrees to everything.
  const filter = 'CSV:44,34,76,1,,0,false,true,false,false,false,-1,true';
  const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
  const args = [profile, '--headless', `--infilter=${filter}`, '--convert-to', 'fods', '--outdir', folder, file];
  await run('soffice', args, { timeout: 180_000 });
  const book = await readFile(join(folder, `${name}.fods`), 'utf8');
  const formulas = [...book.matchAll(/table:formula="([^"]*)"/g)].map(([, formula]) => formula as string);
  return { formulas, shown: [...book.matchAll(/<text:p>([^<]*)</g)].map(([, text]) => text as string) };
}

test('a CSV that nobody took care of has formulas in it, or this would show nothing', { skip }, async () => {
  const { formulas } = await opened('careless', cells.map((cell) => `"${cell.replaceAll('"', '""')}"\n`).join(''));
  assert.ok(formulas.length >= 5, formulas.join('\n'));
});

test('failed rows', { skip }, async () => {
  const { formulas, shown } = await opened('failed-rows', await failedRowsText(cells));
  assert.deepEqual(formulas, []);
  assert.ok(shown.length > cells.length);
});

test('the manifest of a print run', { skip }, async () => {
  const { formulas, shown } = await opened('manifest', cells.map(manifestText).join(''));
  assert.deepEqual(formulas, []);
  assert.ok(shown.length > cells.length);
});
