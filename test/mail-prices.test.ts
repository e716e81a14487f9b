/** The price table out of a file: read at the start, refused with every place at fault. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { builtInPrices } from '../src/domain/built-in-prices.ts';
import { ChanceryError } from '../src/errors.ts';
import { loadPrices } from '../src/usecases/mail-prices/load-prices.ts';

test('prices come out of the file that MAIL_PRICES names', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-prices-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'prices.json');
  const load = async (text: string) => {
    await writeFile(path, text);
    return loadPrices({ MAIL_PRICES: path });
  };
  const refused = (pattern: RegExp) => (error: unknown) =>
    error instanceof ChanceryError && error.code === 'invalid_input' && pattern.test(error.message);

  assert.equal(await loadPrices({ MAIL_PRICES: undefined }), builtInPrices);
  assert.equal((await load(JSON.stringify({ ...builtInPrices, piece: 99 }))).piece, 99);
  await assert.rejects(load('{'), refused(/MAIL_PRICES: .*prices\.json cannot be read/));
  await assert.rejects(load(JSON.stringify({ ...builtInPrices, piece: -1, peice: 3 })), refused(/piece: .*;.*peice/s));
  await assert.rejects(load(JSON.stringify({ ...builtInPrices, postage: {} })), refused(/postage\.card/));
  await assert.rejects(loadPrices({ MAIL_PRICES: join(folder, 'none.json') }), refused(/cannot be read/));
});
