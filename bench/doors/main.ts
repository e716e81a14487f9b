/** `npm run bench:doors`: what clients wait at each door of a real server, alone, beside a running batch and beside slow clients. */

import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { describeMachine, describeMachineForPeople } from '../machine.ts';
import { table } from '../table.ts';
import { type Batch, handIn, underWay, untilFinal } from './batch.ts';
import { measureCrowd, type Waits } from './crowd.ts';
import { certificatesOf, type Door, openDoors } from './doors.ts';
import { openServer, type Server } from './server.ts';
import { openSlowClients, type SlowFigures } from './slow-clients.ts';

const usage = `npm run bench:doors -- [--rows N] [--seconds S] [--slow N] [--slow-seconds S] [--folder F] [--json]

A server as its users run it, with an embedded PostgreSQL and the demo, on the same cores as the clients. Each door (one recipient issued at
once, status of a batch, verification page, download of a certificate, upload of a batch) is asked by a few and by many clients; alone, then
beside a batch that runs, then beside slow clients: silent ones, a byte of a header or of an upload every three seconds, readers who hardly
or never read.

  --rows N          rows of the batch beside it (default 100,000; 0: no such turn)
  --seconds S       for each crowd (default 10)
  --slow N          slow clients of each kind (default 200; 0: no such turn)
  --slow-seconds S  how long they stay (default 330: the limit for one whole request is 300)
  --folder F        where the throw-away data folder is made
  --json            one line of JSON on stdout
`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '10' },
    slow: { type: 'string', default: '200' },
    'slow-seconds': { type: 'string', default: '330' },
    folder: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string) => void process.stderr.write(`${line}\n`);
const seconds = Number(values.seconds);

interface Figures extends Waits {
  door: string;
  clients: string;
  beside: string;
  /** Of the belt meanwhile; null where no batch ran. */
  rowsPerSecond: number | null;
}

interface SlowTurn {
  kinds: SlowFigures[];
  /** Bytes of the server's process before and at its highest. */
  rssBefore: number;
  rssPeak: number;
}

const crowdName = ({ clients, every }: Door['crowds'][number]) =>
  every ? `${clients}, each every ${every / 1_000} s` : `${clients}`;

async function measureAlone(server: Server, doors: readonly Door[], batch: Batch): Promise<Figures[]> {
  const figures: Figures[] = [];
  for (const door of doors) {
    for (const crowd of door.crowds) {
      say(`${door.name}: ${crowdName(crowd)}`);
      const waits = await measureCrowd(server.url, { ...crowd, next: () => door.next(batch.id) }, seconds);
      const facts = { door: door.name, clients: crowdName(crowd), beside: 'nothing', rowsPerSecond: null };
      figures.push({ ...facts, ...waits });
    }
  }
  return figures;
}

async function measureBeside(server: Server, doors: readonly Door[], rows: number): Promise<Figures[]> {
  const figures: Figures[] = [];
  let batch: Batch | undefined;
  for (const door of doors) {
    for (const crowd of door.crowds) {
      batch = await underWay(server, rows, batch);
      const { id } = batch;
      say(`${door.name}: ${crowdName(crowd)}, beside ${rows} rows`);
      const [since, before] = [performance.now(), await batch.done()];
      const waits = await measureCrowd(server.url, { ...crowd, next: () => door.next(id) }, seconds);
      const done = await batch.done();
      if (done >= rows) say('the batch was over before the last call; take more --rows');
      const rowsPerSecond = (1_000 * (done - before)) / (performance.now() - since);
      const facts = { door: door.name, clients: crowdName(crowd), beside: `${rows} rows`, rowsPerSecond };
      figures.push({ ...facts, ...waits });
    }
  }
  return figures;
}

/** The normal clients are as many as before, all doors one after the other, until the slow ones have been there long enough. */
async function measureSlow(
  server: Server,
  doors: readonly Door[],
  batch: Batch,
  { certificateId, count, stay }: { certificateId: string; count: number; stay: number },
): Promise<{ figures: Figures[]; slow: SlowTurn }> {
  const rssBefore = server.rss();
  const slow = openSlowClients(server, certificateId, count);
  const since = performance.now();
  const end = since + 1_000 * stay;
  let rssPeak = rssBefore;
  const watch = setInterval(() => {
    rssPeak = Math.max(rssPeak, server.rss());
  }, 500);
  const figures: Figures[] = [];
  for (const door of doors) {
    for (const crowd of door.crowds) {
      say(`${door.name}: ${crowdName(crowd)}, beside slow clients`);
      const waits = await measureCrowd(server.url, { ...crowd, next: () => door.next(batch.id) }, seconds);
      const beside = `5 x ${count} slow clients`;
      figures.push({ door: door.name, clients: crowdName(crowd), beside, rowsPerSecond: null, ...waits });
    }
  }
  say('waiting for what becomes of the slow clients');
  while (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 1_000));
  clearInterval(watch);
  return { figures, slow: { kinds: slow.stop(), rssBefore, rssPeak } };
}

function print(figures: readonly Figures[], slow: SlowTurn | undefined): void {
  const rows = [
    [
      'door',
      'clients',
      'beside',
      'calls',
      'errors',
      'calls/s',
      'p50 ms',
      'p99 ms',
      'worst ms',
      'cpu ms',
      'belt rows/s',
    ],
    ...figures.map((one) => [
      ...[one.door, one.clients, one.beside, String(one.calls), String(one.errors), one.perSecond.toFixed(0)],
      ...[one.p50, one.p99].map((value) => value.toFixed(1)),
      ...[one.worst.toFixed(0), one.rowsPerSecond === null ? one.cpu.toFixed(1) : ''],
      one.rowsPerSecond?.toFixed(0) ?? '',
    ]),
  ];
  process.stdout.write(`\nWhat clients wait\n${table(rows)}\n`);
  const kinds = new Set(figures.flatMap((one) => one.kinds));
  if (kinds.size > 0) process.stdout.write(`  errors: ${[...kinds].join(', ')}\n`);
  if (!slow) return;
  const dropped = slow.kinds.map((one) => [
    ...[one.kind, String(one.opened), String(one.dropped)],
    ...[one.first, one.last].map((at) => at?.toFixed(0) ?? ''),
  ]);
  const [before, peak] = [slow.rssBefore, slow.rssPeak].map((bytes) => (bytes / 2 ** 20).toFixed(0));
  process.stdout.write(
    `\nSlow clients\n${table([['', 'opened', 'dropped', 'first after s', 'last after s'], ...dropped])}\n  memory of the server: ${before} MB before, at most ${peak} MB meanwhile\n`,
  );
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(usage);
  const machine = await describeMachine();
  say(describeMachineForPeople(machine));
  await using server = await openServer(values.folder);
  const batch = await handIn(server, 500);
  await untilFinal(batch);
  const ids = await certificatesOf(server, batch.id);
  const doors = await openDoors(server, ids);
  // Compiled code and statements' plans, as in a server that has been up for a while.
  say('warming up');
  for (const door of doors.slice(0, -1))
    await measureCrowd(server.url, { clients: 8, maxCalls: 400, next: () => door.next(batch.id) }, 30);
  const figures = await measureAlone(server, doors, batch);
  await untilFinal(await handIn(server, 1));
  const [stay, count, rows] = [Number(values['slow-seconds']), Number(values.slow), Number(values.rows)];
  const slow =
    count > 0 ? await measureSlow(server, doors, batch, { certificateId: ids[0] as string, count, stay }) : undefined;
  figures.push(...(slow?.figures ?? []));
  await untilFinal(await handIn(server, 1));
  if (rows > 0) figures.push(...(await measureBeside(server, doors, rows)));
  if (values.json) process.stdout.write(`${JSON.stringify({ machine, figures, slow: slow?.slow })}\n`);
  else print(figures, slow?.slow);
}

await main();
