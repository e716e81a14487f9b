/** `npm run bench:peers`: the same certificate and the same credential by us and by others, in interleaved rounds, by the CPU time of each one's processes. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { renderPreview } from '../../src/pdf/preview.ts';
import { describeMachine, describeMachineForPeople } from '../machine.ts';
import { type NameKind, nameKinds } from '../names.ts';
import { median } from '../rounds.ts';
import { table } from '../table.ts';
import { credentials, documents } from './contest.ts';
import { type Maker, startMaker } from './maker.ts';
import type { Made } from './maker-process.ts';

const usage = `npm run bench:peers -- [--only typst,pdfkit] [--rounds N] [--names K] [--keep F] [--json]

The bench certificate as a PDF by Typst, PDFKit, pdf-lib, pdfme and headless Chromium, its credential by @digitalbazaar/vc, and both by
Chancery. Each peer is a process of its own; they take turns, a round each, of about a second of CPU. What is compared is the CPU time of the
process and all below it for one document, the median of the rounds. The peers' packages are in bench/package.json; when they are missing they
are installed with npm ci --prefix bench. Chromium is the machine's own (on the PATH, or named in CHROMIUM) and is left out where there is none.

  --only X     some of the peers
  --rounds N   rounds of each peer, at least 2 (default 5)
  --names K    whose names: latin (default) or mix, which only some of the peers can draw rightly
  --keep F     writes a document of each peer into the folder F, with a picture
  --json       one line of JSON on stdout
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    names: { type: 'string', default: 'latin' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string) => void process.stderr.write(`${line}\n`);
const roundMilliseconds = 1_000;
const warmMilliseconds = 4_000;

interface Figures {
  name: string;
  version: string;
  remark: string;
  /** Milliseconds of CPU for one: median, lowest and highest round. */
  cpu: number;
  cpuRange: [number, number];
  /** Milliseconds for one, median. */
  wall: number;
  bytes: number;
  documents: number;
  /** How often ours are made in the time of one. */
  ratio: number;
}

interface Contestant extends Maker {
  count: number;
  rounds: Made[];
}

async function measure(names: readonly string[], first: string): Promise<Figures[]> {
  const kind = nameKinds.find((known) => known === values.names) ?? 'latin';
  const running: Contestant[] = [];
  for (const name of names) {
    say(`starting: ${name}`);
    const peer = await warm(name, kind).catch((error: Error) => say(`${name} is left out: ${error.message}`));
    if (peer) running.push(peer);
  }
  for (let round = 0; round < Math.max(2, Number(values.rounds)); round++) {
    say(`round ${round + 1}`);
    for (const peer of running) peer.rounds.push(await peer.make({ count: peer.count, names: kind }));
  }
  for (const peer of running) await peer.end();
  const figures = running.map(({ name, version, remark, count, rounds }): Omit<Figures, 'ratio'> => {
    const cpu = rounds.map((made) => made.cpu);
    return {
      ...{ name, version, remark, cpu: median(cpu), cpuRange: [Math.min(...cpu), Math.max(...cpu)] },
      wall: median(rounds.map((made) => made.wall)),
      bytes: median(rounds.map((made) => made.bytes)),
      documents: count * rounds.length,
    };
  });
  const ours = figures.find(({ name }) => name === first)?.cpu ?? Number.NaN;
  return figures.map((peer) => ({ ...peer, ratio: peer.cpu / ours }));
}

/** Until its code is compiled and its caches are filled: by the same CPU time for each; the last turn shows how many make a round. */
async function warm(name: string, names: NameKind): Promise<Contestant> {
  const maker = await startMaker(name);
  try {
    let made = await maker.make({ count: 10, names });
    if (values.keep) await keep(values.keep, name, Buffer.from(made.first, 'base64'));
    for (let spent = 10 * made.cpu; spent < warmMilliseconds; ) {
      const count = Math.max(10, Math.round(warmMilliseconds / 4 / made.cpu));
      made = await maker.make({ count, names });
      spent += count * made.cpu;
    }
    return { ...maker, count: Math.max(5, Math.round(roundMilliseconds / made.cpu)), rounds: [] };
  } catch (error) {
    await maker.end();
    throw error;
  }
}

async function keep(folder: string, name: string, made: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true });
  const isPdf = made.subarray(0, 5).toString() === '%PDF-';
  await writeFile(join(folder, `${name}.${isPdf ? 'pdf' : 'json'}`), made);
  if (isPdf) await writeFile(join(folder, `${name}.png`), await renderPreview(made, { width: 1_400 }));
}

function chosen(all: object): string[] {
  const [ours = '', ...peers] = Object.keys(all);
  const wanted = peers.filter((name) => values.only?.split(',').includes(name) ?? true);
  return wanted.length > 0 ? [ours, ...wanted] : [];
}

function print(title: string, figures: readonly Figures[]): void {
  const rows = [
    ['', 'version', 'CPU ms', 'range', 'times ours', 'wall ms', 'bytes', 'made'],
    ...figures.map((one) => [
      ...[one.name, one.version, one.cpu.toFixed(2), one.cpuRange.map((cpu) => cpu.toFixed(2)).join('-')],
      ...[one.ratio.toFixed(1), one.wall.toFixed(2), one.bytes.toFixed(0), String(one.documents)],
    ]),
  ];
  const remarks = figures.filter(({ remark }) => remark).map(({ name, remark }) => `  ${name}: ${remark}`);
  process.stdout.write(`\n${title}\n${table(rows)}\n${remarks.join('\n')}\n`);
}

function install(): void {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  if (existsSync(join(folder, 'node_modules/pdfkit'))) return;
  say('installing the peers: npm ci --prefix bench');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the peers cannot be installed; npm ci --prefix bench says why');
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(usage);
  install();
  const machine = await describeMachine();
  say(describeMachineForPeople(machine));
  const names = { documents: chosen(documents), credentials: chosen(credentials) };
  const figures = {
    documents: await measure(names.documents, 'chancery'),
    credentials: await measure(names.credentials, 'chancery credential'),
  };
  if (values.json) return void process.stdout.write(`${JSON.stringify({ machine, ...figures })}\n`);
  if (figures.documents.length > 0) print('The certificate as a PDF', figures.documents);
  if (figures.credentials.length > 0) print('Its credential, OB 3.0 with eddsa-rdfc-2022', figures.credentials);
}

await main();
