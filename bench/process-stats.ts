/** What the processes cost, out of /proc: CPU seconds of Node processes by kind of thread and of the database, memory over time and at its highest. Zeros where there is no /proc. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Seconds of CPU. */
export interface CpuSeconds {
  main: number;
  workers: number;
  /** V8's and libuv's own threads: garbage collection, compilation, files, hashes. */
  background: number;
  /** PostgreSQL with all its processes, ended ones too. */
  children: number;
}

export interface ProcessStats {
  cpu: CpuSeconds;
  /** Bytes; of all watched Node processes together. */
  nodeRssPeak: number;
  /** Bytes; proportional, so that shared buffers count once. */
  childrenPssPeak: number;
  memory: MemoryLook[];
}

/** Bytes in memory at one time. */
export interface MemoryLook {
  seconds: number;
  /** RSS of each watched Node process. */
  nodes: number[];
  /** What the database's processes have for themselves, without shared buffers. */
  database: number;
}

export interface Watched {
  /** Process ids of the Node processes; default: this one alone. */
  nodes?: readonly number[];
  /** Process id of the database's first process; default: all children of this process. */
  database?: number | undefined;
}

const ticksPerSecond = 100;
/** Milliseconds between two looks. */
const pause = 250;

/** Watches until stopped; the figures are those of the time between. */
export function watchProcesses({ nodes = [process.pid], database }: Watched = {}): { stop(): ProcessStats } {
  for (const pid of nodes) resetPeak(pid);
  const threads = new Map<string, { kind: 'main' | 'workers' | 'background'; seconds: number }>();
  const look = () => {
    for (const pid of nodes)
      for (const id of list(`/proc/${pid}/task`)) {
        const stat = readStat(`/proc/${pid}/task/${id}/stat`);
        if (stat) threads.set(id, { kind: kindOf(stat.name), seconds: stat.own });
      }
  };
  const others = () => (database === undefined ? childrenBut(nodes) : [...self(database), ...descendants(database)]);
  const otherSeconds = () => others().reduce((sum, { own, ended }) => sum + own + ended, 0);
  look();
  const before = new Map([...threads].map(([id, { seconds }]) => [id, seconds]));
  const othersBefore = otherSeconds();
  const start = performance.now();
  const memory: MemoryLook[] = [];
  let nodeRssPeak = 0;
  let childrenPssPeak = 0;
  let turn = 0;
  const timer = setInterval(() => {
    look();
    const rss = nodes.map((pid) => (kilobytes(`/proc/${pid}/status`, 'VmRSS') ?? 0) * 1_024);
    nodeRssPeak = Math.max(nodeRssPeak, sum(rss));
    // What follows reads a file for each process, and the pages of all processes take many milliseconds.
    if (turn % 4 === 0)
      memory.push({ seconds: (performance.now() - start) / 1_000, nodes: rss, database: kept(others(), 'RssAnon') });
    if (turn++ % 40 === 8) childrenPssPeak = Math.max(childrenPssPeak, kept(others(), 'Pss'));
  }, pause);
  return {
    stop() {
      clearInterval(timer);
      look();
      const cpu: CpuSeconds = { main: 0, workers: 0, background: 0, children: otherSeconds() - othersBefore };
      for (const [id, { kind, seconds }] of threads) cpu[kind] += seconds - (before.get(id) ?? 0);
      // Of one process the kernel knows the peak between two looks; peaks of several may not be of the same time.
      if (nodes.length === 1) nodeRssPeak = Math.max(nodeRssPeak, peakRss(nodes[0] as number));
      return { cpu, nodeRssPeak, childrenPssPeak, memory };
    },
  };
}

/** Bytes of all these processes. */
function kept(stats: readonly Stat[], what: 'Pss' | 'RssAnon'): number {
  const file = what === 'Pss' ? 'smaps_rollup' : 'status';
  return sum(stats.map(({ pid }) => kilobytes(`/proc/${pid}/${file}`, what) ?? 0)) * 1_024;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Node names its threads. */
function kindOf(name: string): 'main' | 'workers' | 'background' {
  if (name === 'WorkerThread') return 'workers';
  return name === 'MainThread' || name.startsWith('node') ? 'main' : 'background';
}

/** CPU seconds of every process below this one, ended ones too. */
export function childSeconds(): number {
  return descendants(process.pid).reduce((sum, { own, ended }) => sum + own + ended, 0);
}

/** The process that owns the other end of a database connection, where that is on this machine. */
export function firstProcessOf(backend: number): number | undefined {
  const stat = readStat(`/proc/${backend}/stat`);
  return stat?.name.startsWith('postgres') ? stat.parent : undefined;
}

interface Stat {
  pid: number;
  parent: number;
  name: string;
  own: number;
  /** Of its children that have ended. */
  ended: number;
}

function self(pid: number): Stat[] {
  const stat = readStat(`/proc/${pid}/stat`);
  return stat ? [stat] : [];
}

function childrenBut(pids: readonly number[]): Stat[] {
  return descendants(process.pid).filter(({ pid }) => !pids.includes(pid));
}

function descendants(of: number): Stat[] {
  const all = list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readStat(`/proc/${pid}/stat`) ?? []);
  const found: Stat[] = [];
  for (let parents = new Set([of]); parents.size > 0; ) {
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

function peakRss(pid: number): number {
  return (kilobytes(`/proc/${pid}/status`, 'VmHWM') ?? 0) * 1_024;
}

function resetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
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
