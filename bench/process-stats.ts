/** What the processes cost, out of /proc: CPU seconds of this process by kind of thread and of its children, memory at its highest. Zeros where there is no /proc. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Seconds of CPU. */
export interface CpuSeconds {
  main: number;
  workers: number;
  /** V8's and libuv's own threads: garbage collection, compilation, files, hashes. */
  background: number;
  /** Every process below this one, ended ones too: PostgreSQL. */
  children: number;
}

export interface ProcessStats {
  cpu: CpuSeconds;
  /** Bytes; this is the only Node process. */
  nodeRssPeak: number;
  /** Bytes; proportional, so that shared buffers count once. */
  childrenPssPeak: number;
}

const ticksPerSecond = 100;

/** Watches until stopped; the figures are those of the time between. */
export function watchProcesses(): { stop(): ProcessStats } {
  resetPeak();
  const threads = new Map<string, { kind: 'main' | 'workers' | 'background'; seconds: number }>();
  const look = () => {
    for (const id of list('/proc/self/task')) {
      const stat = readStat(`/proc/self/task/${id}/stat`);
      if (stat) threads.set(id, { kind: kindOf(stat.name), seconds: stat.own });
    }
  };
  look();
  const before = new Map([...threads].map(([id, { seconds }]) => [id, seconds]));
  const childrenBefore = childSeconds();
  let nodeRssPeak = process.memoryUsage.rss();
  let childrenPssPeak = 0;
  let turn = 0;
  const timer = setInterval(() => {
    look();
    nodeRssPeak = Math.max(nodeRssPeak, process.memoryUsage.rss());
    // Adding up the pages of all processes costs many milliseconds.
    if (turn++ % 40 === 8) childrenPssPeak = Math.max(childrenPssPeak, childPss());
  }, 250);
  return {
    stop() {
      clearInterval(timer);
      look();
      const cpu: CpuSeconds = { main: 0, workers: 0, background: 0, children: childSeconds() - childrenBefore };
      for (const [id, { kind, seconds }] of threads) cpu[kind] += seconds - (before.get(id) ?? 0);
      return { cpu, nodeRssPeak: Math.max(nodeRssPeak, peakRss()), childrenPssPeak };
    },
  };
}

/** Node names its threads. */
function kindOf(name: string): 'main' | 'workers' | 'background' {
  if (name === 'WorkerThread') return 'workers';
  return name === 'MainThread' || name.startsWith('node') ? 'main' : 'background';
}

/** CPU seconds of every process below this one, ended ones too. */
export function childSeconds(): number {
  return descendants().reduce((sum, { own, ended }) => sum + own + ended, 0);
}

function childPss(): number {
  return descendants().reduce((sum, { pid }) => sum + (kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss') ?? 0) * 1_024, 0);
}

interface Stat {
  pid: number;
  parent: number;
  name: string;
  own: number;
  /** Of its children that have ended. */
  ended: number;
}

function descendants(): Stat[] {
  const all = list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readStat(`/proc/${pid}/stat`) ?? []);
  const found: Stat[] = [];
  for (let parents = new Set([process.pid]); parents.size > 0; ) {
    const next = all.filter(({ parent }) => parents.has(parent));
    found.push(...next);
    parents = new Set(next.map(({ pid }) => pid));
  }
  return found;
}

/** proc(5): the name stands in parentheses and may hold blanks; utime, stime, cutime, cstime are fields 14 to 17. */
function readStat(path: string): Stat | undefined {
  const text = read(path);
  const end = text.lastIndexOf(')');
  if (end < 0) return undefined;
  const fields = text.slice(end + 2).split(' ');
  const seconds = (at: number) => Number(fields[at - 3]) / ticksPerSecond;
  return {
    pid: Number.parseInt(text, 10),
    parent: Number(fields[1]),
    name: text.slice(text.indexOf('(') + 1, end),
    own: seconds(14) + seconds(15),
    ended: seconds(16) + seconds(17),
  };
}

function peakRss(): number {
  return (kilobytes('/proc/self/status', 'VmHWM') ?? 0) * 1_024;
}

function resetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak then is that of the whole run.
  }
}

function kilobytes(path: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(read(path));
  return found ? Number(found[1]) : undefined;
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
