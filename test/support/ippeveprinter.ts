/** Debian's own IPP printer, `ippeveprinter`: every document it prints is kept as a file. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const programs = { printer: '/usr/sbin/ippeveprinter', bus: '/usr/bin/dbus-daemon' };

/** Why tests of printers are skipped. */
export const noPrinter: string | false = Object.values(programs).every((path) => existsSync(path))
  ? false
  : 'ippeveprinter is not here (Debian: cups-ipp-utils, dbus)';

export interface TestPrinter extends AsyncDisposable {
  /** `ipp://127.0.0.1:<port>/ipp/print` */
  url: string;
  port: number;
  /** What came out, in order: the job's name and its bytes. */
  printed(): Promise<{ name: string; bytes: Buffer }[]>;
  /** Ends it as a power cut would, and starts it anew: it remembers no job. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPrinter(options: { seconds?: number; simplex?: boolean } = {}): Promise<TestPrinter> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-printer-'));
  const out = join(folder, 'out');
  await Promise.all([mkdir(out), mkdir(join(folder, 'spool'))]);
  const command = join(folder, 'print');
  // The copy is there whole or not at all. Printers count what they print; a file without an end is not counted.
  const script = `#!/bin/sh
sleep ${options.seconds ?? 0}
n=$(date +%s%N)
cp "$1" "${out}/.$n" && printf %s "$IPP_JOB_NAME" > "${out}/$n.name" && mv "${out}/.$n" "${out}/$n.pdf"
tail -c 20 "$1" | grep -aq %%EOF || exit 0
sides=$(grep -ao '/Count [0-9]*' "$1" | sort -k2n | tail -1 | cut -d' ' -f2)
echo "ATTR: job-impressions-completed=\${sides:-0}" >&2
`;
  await writeFile(command, script, { mode: 0o755 });
  const socket = join(folder, 'bus');
  // It announces itself nowhere, and yet does not start without a bus on which it could.
  const bus = spawn(programs.bus, ['--session', '--nofork', '--nosyslog', `--address=unix:path=${socket}`], {
    stdio: 'ignore',
  });
  await until(() => existsSync(socket), 'the bus');
  const port = await freePort();
  let printer = await run();

  async function run(): Promise<ChildProcess> {
    const sides = options.simplex ? [] : ['-2'];
    const flags = [
      ...sides,
      '-r',
      'off',
      '-f',
      'application/pdf',
      '-s',
      '60,60',
      '-n',
      'localhost',
      '-p',
      String(port),
    ];
    const child = spawn(programs.printer, [...flags, '-d', join(folder, 'spool'), '-c', command, 'Test printer'], {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}` },
    });
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`ippeveprinter ended with ${child.exitCode}`);
      return fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      );
    }, 'the printer');
    return child;
  }

  return {
    url: `ipp://127.0.0.1:${port}/ipp/print`,
    port,
    async printed() {
      const files = (await readdir(out)).filter((name) => name.endsWith('.pdf')).sort();
      return Promise.all(
        files.map(async (name) => ({
          name: await readFile(join(out, name.replace(/pdf$/, 'name')), 'utf8'),
          bytes: await readFile(join(out, name)),
        })),
      );
    },
    async restart() {
      await ended(printer);
      printer = await run();
    },
    stop: () => ended(printer),
    async [Symbol.asyncDispose]() {
      await ended(printer);
      await ended(bus);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function until(check: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const deadline = performance.now() + 20_000; !(await check()); await sleep(50))
    if (performance.now() > deadline) throw new Error(`${what} did not start`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
