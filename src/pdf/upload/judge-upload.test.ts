/** The process that looks at uploads: what it may not do, what ends it, and what it says of files that are hard to read. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { longTest } from '../../../test/support/rounds.ts';
import { type Objects, pageObjects, stream, tablePdf } from '../../../test/support/uploaded-pdf.ts';
import type { ChanceryError } from '../../errors.ts';
import { askJudge } from './ask-judge.ts';
import { confined, confinedEnvironment } from './confined.ts';
import { judgeUpload } from './judge-upload.ts';

async function* inPieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

const verdict = (bytes: Buffer) =>
  judgeUpload(inPieces(bytes)).then(
    (judged) => judged && `${judged.kind}, ${judged.pages}`,
    (error: ChanceryError) => String(error.issues?.[0]?.params?.reason ?? error),
  );

/** Runs code as the judge runs, and gives what it prints. */
async function asJudge(code: string): Promise<string> {
  const [command, ...args] = confined(['--input-type=module', '-e', code]);
  const child = spawn(command as string, args, { stdio: ['ignore', 'pipe', 'ignore'], env: confinedEnvironment });
  let said = '';
  child.stdout.on('data', (piece: Buffer) => {
    said += piece;
  });
  await once(child, 'close');
  return said.trim();
}

test('the process can neither read nor write files, start programs or threads, nor see the environment', async () => {
  const said = await asJudge(`
    const tried = async (work) => { try { return await work() } catch (error) { return error.code } };
    const fs = await import('node:fs'); const { spawnSync } = await import('node:child_process'); const { Worker } = await import('node:worker_threads');
    console.log(JSON.stringify([
      await tried(() => fs.readFileSync('/etc/passwd', 'utf8')), await tried(() => fs.readdirSync('/')), await tried(() => fs.writeFileSync('/tmp/judge', '')),
      await tried(() => spawnSync('true').error?.code ?? 'ran'), await tried(() => new Worker('1', { eval: true }) && 'ran'), Object.keys(process.env)]))`);
  const denied = 'ERR_ACCESS_DENIED';
  const environment = process.platform === 'linux' ? ['PATH'] : [];
  assert.deepEqual(
    (JSON.parse(said) as unknown[]).map((one) =>
      Array.isArray(one) ? one.filter((name) => name !== 'PWD' && name !== '_' && name !== 'OLDPWD') : one,
    ),
    [denied, denied, denied, denied, denied, environment],
  );
});

test('on Linux the process has no network and at most so much memory', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux offers it');
  const server = createServer((_, response) => response.end('reached')).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const fetched = await asJudge(
    `console.log(await fetch('http://127.0.0.1:${port}').then((r) => r.text(), () => 'no way'))`,
  );
  assert.equal(fetched, 'no way');
  const most = await asJudge(
    `const held = []; try { for (;;) held.push(Buffer.alloc(50e6, 1)) } catch { console.log(held.length * 50) }`,
  );
  assert.ok(Number(most) < 1_600, `${most} MB`);
});

/** Would be drawn for hours. */
function endless(): Buffer {
  const group =
    '/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Group<</S/Transparency/I true>>/Resources<</ExtGState<</G 21 0 R>>>>';
  const objects: Objects = {
    ...pageObjects(1),
    4: '<</Type/Page/Parent 2 0 R/Resources<</XObject<</X 20 0 R>>/ExtGState<</G 21 0 R>>>>/Contents 5 0 R>>',
    5: stream(`/G gs\n${'/X Do '.repeat(200_000)}`),
    20: stream('/G gs 0 0 595 842 re f', group),
    21: '<</ca .5/BM/Luminosity>>',
  };
  return tablePdf(objects);
}

test('a process that works for longer than it may is ended, in the middle of what it does', async () => {
  const judge = { program: fileURLToPath(new URL('./judge-child.ts', import.meta.url)), mostAnswered: 1_000 };
  const answered = await askJudge({ ...judge, patience: { start: 30_000, work: 500 } }, 'judge', [endless()]);
  assert.equal(answered.length, 0);
});

longTest(
  'a file that would be drawn for hours is refused after seconds, and the next one is judged as if nothing had been',
  async () => {
    // Whether the reader gives up first or the process is ended depends on the machine.
    assert.match(String(await verdict(endless())), /too much memory or time|cannot be drawn/);
    assert.equal(await verdict(tablePdf(pageObjects(3))), 'pdf, 3');
  },
);

/** A PNG whose header claims `side` pixels each way, of one bit each. */
function hugePng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([size, body, sum]);
  };
  const rows = deflateSync(Buffer.alloc(Math.min(side * (side / 8 + 1), 50_000_000)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc(data: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

test('pictures are judged by what they are: bombs, halves and impostors are refused with the reason', async () => {
  const jpeg = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#123456' } })
    .jpeg()
    .toBuffer();
  const png = await sharp({ create: { width: 30, height: 20, channels: 4, background: '#12345680' } })
    .png()
    .toBuffer();
  const verdicts = await Promise.all(
    [
      jpeg,
      png,
      hugePng(20_000),
      jpeg.subarray(0, jpeg.length / 2),
      png.subarray(0, png.length - 20),
      Buffer.concat([jpeg, Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]),
      Buffer.alloc(0),
      Buffer.from('just words'),
    ].map(verdict),
  );
  const expected = [
    /^jpeg, 1$/,
    /^png, 1$/,
    /more than 40 million pixels/,
    /cut off or damaged/,
    /cut off or damaged/,
    /an archive as well/,
    /^undefined$/,
    /^undefined$/,
  ];
  verdicts.forEach((said, at) => {
    assert.match(String(said), expected[at] as RegExp);
  });
});
