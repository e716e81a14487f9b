/** `npm run bench:belt`: the belt at the sizes asked for, each in a process of its own: rows a second, where the CPU time of a row goes, memory over time, bytes. */

import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BeltFigures, openBelt } from '../belt.ts';
import { describeMachine, describeMachineForPeople } from '../machine.ts';
import { type NameKind, nameKinds } from '../names.ts';
import { beltTable, stageTable } from '../report.ts';
import { createDatabase, embeddedUrl, serverProcess } from './database.ts';
import { memoryPlot } from './memory-plot.ts';
import { readStages, type StageShare } from './stages.ts';
import { startWorker } from './worker.ts';

const usage = `npm run bench:belt -- [--rows 1k,10k,100k] [--names latin|mix] [--workers 1|2] [--threads N]
                      [--database-url U] [--plots FOLDER] [--folder F] [--no-profile] [--json]

  --rows N          sizes of the batches, one after the other; k and M are thousands and millions (default 1k,10k,100k)
  --names K         whose names: latin (default) or mix
  --workers N       processes on the belt; the second is \`chancery worker\` (default 1)
  --threads N       worker threads of each process (default: one for each core)
  --database-url U  a PostgreSQL server where a throw-away database may be made; default DATABASE_URL, else the embedded one
  --plots FOLDER    where the memory plots go, belt-<rows>.svg
  --folder F        where the throw-away data folder is made
  --no-profile      without the sampled profile, which costs two to three per cent of the time and some memory
  --json            one line of JSON on stdout
`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1k,10k,100k' },
    names: { type: 'string', default: 'latin' },
    workers: { type: 'string', default: '1' },
    threads: { type: 'string' },
    'database-url': { type: 'string' },
    plots: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
    'no-profile': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string) => void process.stderr.write(`${line}\n`);
const profiled = !values['no-profile'];
const sampling = (folder: string) =>
  profiled ? ['--cpu-prof', '--cpu-prof-interval=4000', `--cpu-prof-dir=${folder}`] : [];

export interface BeltRun extends BeltFigures {
  workers: number;
  stages: StageShare[];
}

/** In the process of one size: all of it but the profile, which is written when the process ends. */
async function measure(rows: number, profiles: string): Promise<BeltFigures> {
  const url = values['database-url'] ?? process.env.DATABASE_URL;
  const database = url ? await createDatabase(url) : undefined;
  try {
    const threads = values.threads ? Number(values.threads) : undefined;
    await using belt = await openBelt({ folder: values.folder, threads, databaseUrl: database?.url, say });
    const environment = {
      CHANCERY_DATA: belt.data,
      DATABASE_URL: database?.url ?? (await embeddedUrl(belt.data)),
      ...(values.threads ? { THREADS: values.threads } : {}),
    };
    await using worker = values.workers === '2' ? await startWorker(environment, sampling(profiles)) : undefined;
    const nodes = [process.pid, ...(worker ? [worker.pid] : [])];
    const watched = { nodes, database: await serverProcess(belt.app) };
    await belt.run(1_000, values.names as NameKind);
    return await belt.run(rows, values.names as NameKind, watched);
  } finally {
    await database?.drop();
  }
}

async function runSize(rows: number): Promise<BeltRun> {
  const profiles = await mkdtemp(join(tmpdir(), 'chancery-bench-profiles-'));
  try {
    const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
      env: { ...process.env, CHANCERY_BENCH_ROWS: String(rows), CHANCERY_BENCH_PROFILES: profiles },
      execArgv: ['--disable-warning=ExperimentalWarning', ...sampling(profiles)],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    const figures = await new Promise<BeltFigures>((resolve, reject) => {
      let answer: BeltFigures;
      child.once('message', (message) => {
        answer = message as BeltFigures;
      });
      child.once('exit', (code) =>
        code === 0 ? resolve(answer) : reject(new Error(`${rows} rows ended with ${code}`)),
      );
    });
    return { ...figures, workers: Number(values.workers), stages: await readStages(profiles) };
  } finally {
    await rm(profiles, { recursive: true, force: true });
  }
}

async function plot(run: BeltRun, folder: string): Promise<void> {
  const series = Array.from({ length: run.workers }, (_, at) => ({
    name: at === 0 ? 'Node: doors and belt, RSS' : 'Node: second worker, RSS',
    points: run.memory.map(({ seconds, nodes }) => [seconds, nodes[at] ?? 0] as [number, number]),
  }));
  const database = run.memory.map((look) => [look.seconds, look.database] as [number, number]);
  await mkdir(folder, { recursive: true });
  const title = `Memory while a batch of ${run.rows} rows is made, ${run.names} names`;
  const all = [...series, { name: 'PostgreSQL, without shared memory', points: database }];
  await writeFile(join(folder, `belt-${run.rows}.svg`), `${memoryPlot(title, all)}\n`);
}

function sizesOf(text: string): number[] {
  return text.split(',').map((size) => {
    const [, digits, unit] = /^(\d+)([kM]?)$/.exec(size) ?? [];
    if (digits === undefined) throw new Error(`not a number of rows: ${size}`);
    return Number(digits) * (unit === 'M' ? 1_000_000 : unit === 'k' ? 1_000 : 1);
  });
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(usage);
  if (!nameKinds.some((kind) => kind === values.names)) throw new Error(`no such names: ${values.names}`);
  const machine = await describeMachine();
  say(describeMachineForPeople(machine));
  const runs: BeltRun[] = [];
  for (const rows of sizesOf(values.rows)) {
    say(`belt: ${rows} rows, ${values.names}, ${values.workers} worker process(es)`);
    const run = await runSize(rows);
    runs.push(run);
    if (values.plots) await plot(run, values.plots);
  }
  if (values.json) return void process.stdout.write(`${JSON.stringify({ machine, runs })}\n`);
  process.stdout.write(`\n${beltTable(runs)}${runs.map(stageTable).join('')}`);
}

const inside = process.env.CHANCERY_BENCH_ROWS;
if (inside) {
  const figures = await measure(Number(inside), process.env.CHANCERY_BENCH_PROFILES as string);
  process.send?.(figures, () => process.disconnect());
} else await main();
