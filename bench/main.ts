/** `npm run bench`: pages, credentials and the whole belt, one after the other, each in a process of its own. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BeltFigures, openBelt } from './belt.ts';
import { type CredentialFigures, measureCredentials } from './credential.ts';
import { describeMachine, describeMachineForPeople } from './machine.ts';
import { nameKinds } from './names.ts';
import { measurePages, type PageFigures } from './page.ts';
import { beltTable, credentialTable, pageTable, rowTable } from './report.ts';
import { measureRow, type RowFigures } from './row.ts';

const usage = `npm run bench -- [--only page,credential,row,belt] [--rounds N] [--rows N] [--threads N] [--folder F] [--json]

  --only X     some of them; row (one row as a batch of its own) runs only when named
  --rows N     the belt alone: 10,000 rows, then N rows
  --names K    whose names those rows have: mix (default) or latin
  --rounds N   rounds of each measurement, at least 2 (default 3; the belt: 2)
  --threads N  worker threads of the belt (default: one for each core)
  --folder F   where the belt makes its throw-away data folder
  --json       one line of JSON on stdout
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    rows: { type: 'string' },
    names: { type: 'string', default: 'mix' },
    threads: { type: 'string' },
    folder: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const chosenNames = nameKinds.filter((kind) => kind === values.names);

const say = (line: string) => void process.stderr.write(`${line}\n`);

const benches = {
  page: () => measurePages(rounds(3)),
  credential: () => measureCredentials(rounds(3)),
  row: () => measureRow(rounds(3)),
  belt: async () => {
    await using belt = await openBelt({ folder: values.folder, threads: number(values.threads), say });
    const runs: BeltFigures[] = [];
    await belt.run(1_000, 'mix');
    const sizes = number(values.rows) ? [10_000, number(values.rows) as number] : Array(rounds(2)).fill(10_000);
    for (const rows of sizes) {
      for (const names of number(values.rows) ? chosenNames : nameKinds) {
        say(`belt: ${rows} rows, ${names}`);
        runs.push(await belt.run(rows, names));
      }
    }
    return runs;
  },
} as const;
type Bench = keyof typeof benches;

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function rounds(usual: number): number {
  return Math.max(2, number(values.rounds) ?? usual);
}

/** In a process of its own, so that neither memory nor compiled code of one measurement tells on another. */
function inProcess(name: Bench): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
      env: { ...process.env, CHANCERY_BENCH: name },
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    let answer: unknown;
    child.once('message', (message) => {
      answer = message;
    });
    child.once('exit', (code) => (code === 0 ? resolve(answer) : reject(new Error(`${name} ended with ${code}`))));
  });
}

interface Figures {
  page?: PageFigures;
  credential?: CredentialFigures;
  row?: RowFigures;
  belt?: BeltFigures[];
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(usage);
  const machine = await describeMachine();
  say(describeMachineForPeople(machine));
  const wanted = (values.only ?? (values.rows ? 'belt' : 'page,credential,belt')).split(',') as Bench[];
  const figures: Figures = {};
  for (const name of wanted) {
    say(`measuring: ${name}`);
    figures[name] = (await inProcess(name)) as never;
  }
  if (values.json) return void process.stdout.write(`${JSON.stringify({ machine, ...figures })}\n`);
  const { page, credential, row, belt } = figures;
  const tables = [
    page && pageTable(page),
    credential && credentialTable(credential),
    row && rowTable(row),
    belt && beltTable(belt),
  ];
  process.stdout.write(`\n${tables.filter(Boolean).join('\n')}`);
}

const inside = process.env.CHANCERY_BENCH as Bench | undefined;
if (inside) process.send?.(await benches[inside]());
else await main();
