/** The figures as tables for people. */

import type { StageShare } from './belt/stages.ts';
import type { BeltFigures } from './belt.ts';
import type { CredentialFigures } from './credential.ts';
import type { PageFigures } from './page.ts';
import type { Measured } from './rounds.ts';
import type { RowFigures } from './row.ts';
import { table } from './table.ts';

const measuredColumns = ['', '1/cpu-s', 'range', 'cpu ms', '1/wall-s', 'p50 ms', 'p99 ms'];

function measuredRow(name: string, { perCpuSecond, perCpuSecondRange, perWallSecond, p50, p99 }: Measured): string[] {
  const range = perCpuSecondRange.map((rate) => rate.toFixed(0)).join('-');
  const cpu = (1_000 / perCpuSecond).toFixed(3);
  return [name, perCpuSecond.toFixed(0), range, cpu, perWallSecond.toFixed(0), p50.toFixed(3), p99.toFixed(3)];
}

export function pageTable({ coldMilliseconds, prefixBytes, tailBytes, latin, mix, check }: PageFigures): string {
  const rows = [
    measuredColumns,
    measuredRow('page, latin names', latin),
    measuredRow('page, mixed names', mix),
    measuredRow('check, latin names', check.latin),
    measuredRow('check, mixed names', check.mix),
  ];
  const sizes = `prefix ${prefixBytes} B once, tail ${tailBytes.latin.toFixed(0)} B latin, ${tailBytes.mix.toFixed(0)} B mixed`;
  return `Pages (goal: 2,000 a second and core)\n${table(rows)}\n  ${sizes}; compiled in ${coldMilliseconds.toFixed(0)} ms with the first inputs\n`;
}

export function credentialTable({ coldMilliseconds, bytes, latin, mix }: CredentialFigures): string {
  const rows = [
    measuredColumns,
    measuredRow('credential, latin names', latin),
    measuredRow('credential, mixed names', mix),
  ];
  return `Credentials (goal: 12,000 a second and core)\n${table(rows)}\n  ${bytes} B signed; first one after ${coldMilliseconds.toFixed(0)} ms\n`;
}

export function rowTable({ firstMilliseconds, row, dated, schema }: RowFigures): string {
  const rows = [
    measuredColumns,
    measuredRow('one row, latin names', row),
    measuredRow('of it: a new batch', dated),
    measuredRow('a new column plan', schema),
  ];
  return `One row as a batch of its own, in a thread (no database)\n${table(rows)}\n  first one after ${firstMilliseconds.toFixed(0)} ms, with the thread's start\n`;
}

export function beltTable(runs: readonly BeltFigures[]): string {
  const rows = [
    [
      'rows',
      'names',
      'rows/s',
      'wall s',
      'accepted s',
      'cpu ms/row',
      'main',
      'workers',
      'background',
      'database',
      'RSS MB',
      'db MB',
    ],
    ...runs.map((run) => [
      String(run.rows),
      run.names,
      run.rowsPerSecond.toFixed(0),
      run.wallSeconds.toFixed(1),
      run.acceptedSeconds.toFixed(1),
      ...[
        run.cpuPerRow.all,
        run.cpuPerRow.main,
        run.cpuPerRow.workers,
        run.cpuPerRow.background,
        run.cpuPerRow.children,
      ].map((value) => value.toFixed(3)),
      (run.nodeRssPeak / 2 ** 20).toFixed(0),
      (run.childrenPssPeak / 2 ** 20).toFixed(0),
    ]),
  ];
  const bytes = [
    [
      'rows',
      'names',
      'kept B',
      'tail',
      'source',
      'item row',
      'item indexes',
      'other tables',
      'prefix',
      'WAL B',
      'verified',
    ],
    ...runs.map(({ rows, names, bytesPerRow: b, verified }) => [
      String(rows),
      names,
      ...[b.kept, b.tail, b.source, b.itemRow, b.itemIndexes, b.otherTables, b.prefixShare, b.wal].map((value) =>
        value.toFixed(0),
      ),
      String(verified),
    ]),
  ];
  return `Belt (goal: 2,000 rows a second on two cores, 1 GB, 12 KB kept)\n${table(rows)}\nKept for each certificate, in bytes\n${table(bytes)}\n${linearity(runs)}`;
}

/** CPU time of a row by stage: what the kernel counted for each kind of thread, divided as the profiles were. */
export function stageTable({ rows, names, cpuPerRow, stages }: BeltFigures & { stages: StageShare[] }): string {
  if (stages.length === 0) return '';
  const least = 0.0005;
  const line = (name: string, milliseconds: number) => [
    name,
    milliseconds.toFixed(3),
    `${((milliseconds / cpuPerRow.all) * 100).toFixed(1)} %`,
  ];
  const parts = stages
    .map(({ thread, stage, share }) => ({ thread, stage, milliseconds: share * cpuPerRow[thread] }))
    .filter(({ milliseconds }) => milliseconds >= least);
  const kind = (thread: StageShare['thread']) =>
    parts.filter((one) => one.thread === thread).map((one) => line(`  ${one.stage}`, one.milliseconds));
  const lines = [
    ['', 'ms/row', 'of all'],
    line('worker threads', cpuPerRow.workers),
    ...kind('workers'),
    line('main threads', cpuPerRow.main),
    ...kind('main'),
    line("V8's and libuv's threads", cpuPerRow.background),
    line('PostgreSQL', cpuPerRow.children),
    line('all', cpuPerRow.all),
  ];
  return `\nWhere the CPU time of a row goes, ${rows} rows, ${names} names\n${table(lines)}\n`;
}

/** How a row of the largest batch compares with one of the smallest of the same names. */
function linearity(runs: readonly BeltFigures[]): string {
  const sorted = [...runs].sort((a, b) => a.rows - b.rows);
  const large = sorted.at(-1);
  const small = sorted.find(({ names, rows }) => names === large?.names && rows < large.rows);
  if (!large || !small) return '';
  const ratio = (value: (run: BeltFigures) => number) => `${((value(large) / value(small) - 1) * 100).toFixed(1)} %`;
  const wall = ratio((run) => run.wallSeconds / run.rows);
  return `  a row of ${large.rows} against one of ${small.rows}: wall ${wall}, CPU ${ratio((run) => run.cpuPerRow.all)}\n`;
}
