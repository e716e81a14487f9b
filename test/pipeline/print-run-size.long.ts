/** The largest documents and runs: 200 MB in, 20,000 pages out, within bounded time and memory. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { composeRun } from '../../src/pdf/print/compose-run.ts';
import { piece, planOf } from '../../src/pdf/print/print-run.test-support.ts';

const pages = 2_000;
const side = 183;

/** Each page with a picture of 100 KB and its number. */
function* largeDocument(): Generator<Buffer> {
  let length = 0;
  const offsets: number[] = [];
  const counted = (text: string | Buffer) => {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    length += bytes.length;
    return bytes;
  };
  const object = (number: number, ...body: (string | Buffer)[]) => {
    offsets[number] = length;
    return Buffer.concat([`${number} 0 obj\n`, ...body, '\nendobj\n'].map(counted));
  };
  const kids = Array.from({ length: pages }, (_, at) => `${4 + 3 * at} 0 R`).join(' ');
  yield counted('%PDF-1.4\n');
  yield object(1, '<</Type/Catalog/Pages 2 0 R>>');
  yield object(2, `<</Type/Pages/Count ${pages}/MediaBox[0 0 612 792]/Kids[${kids}]>>`);
  yield object(3, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>');
  for (let at = 0; at < pages; at++) {
    const first = 4 + 3 * at;
    const content = `q 300 0 0 300 72 300 cm /I Do Q BT /F 24 Tf 72 700 Td (page ${at + 1}) Tj ET`;
    const picture = randomFillSync(Buffer.alloc(side * side * 3));
    const resources = `/Resources<</Font<</F 3 0 R>>/XObject<</I ${first + 2} 0 R>>>>`;
    yield object(first, `<</Type/Page/Parent 2 0 R${resources}/Contents ${first + 1} 0 R>>`);
    yield object(first + 1, `<</Length ${content.length}>>stream\n${content}\nendstream`);
    yield object(
      first + 2,
      `<</Subtype/Image/Width ${side}/Height ${side}/ColorSpace/DeviceRGB/BitsPerComponent 8/Length ${picture.length}>>stream\n`,
      picture,
      '\nendstream',
    );
  }
  const at = length;
  const table = offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const size = `${offsets.length}`;
  yield Buffer.from(
    `xref\n0 ${size}\n0000000000 65535 f \n${table.join('')}trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`,
    'latin1',
  );
}

/** Most memory that the composing process ever had, in megabytes. */
function peakOfChild(): number {
  const list = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  const pid = /^\s*(\d+).*compose-child/m.exec(list)?.[1];
  const peak = pid && /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(peak ?? 0) / 1_000;
}

test('a document of 200 MB and 2,000 pages makes a run of 20,000', async (t) => {
  const pieces = Array.from({ length: 2_000 }, (_, at) => {
    const firstPage = Math.min(at, pages - 10) + 1;
    return piece(at + 1, { firstPage, lastPage: firstPage + 9, barcode: `00270${String(at).padStart(15, '0')}22201` });
  });
  async function* document() {
    yield* largeDocument();
  }
  const plan = planOf(pieces, { duplex: true, placement: 'first_page' });
  const { pdf, done } = composeRun(document(), plan);
  let bytes = 0;
  let parts = 0;
  let peak = 0;
  const begun = performance.now();
  for await (const part of pdf) {
    bytes += part.length;
    if (process.platform === 'linux' && ++parts % 500 === 0) peak = Math.max(peak, peakOfChild());
  }
  const { pages: written, sheets } = await done;
  const seconds = (performance.now() - begun) / 1_000;
  assert.deepEqual([written, sheets], [20_000, 10_000]);
  // Every picture once, however many pieces show it.
  assert.ok(bytes > 200_000_000 && bytes < 210_000_000, `${bytes} bytes`);
  assert.ok(process.platform !== 'linux' || (peak > 100 && peak < 900), `${peak} MB`);
  t.diagnostic(`${Math.round(seconds)} s, the process had ${Math.round(peak)} MB at most`);
});
