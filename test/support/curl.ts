/** The curl of the machine, as integrators type it. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CurlAnswer {
  status: number;
  body: string;
}

/** Rejects where no answer came. */
export async function curl(...args: string[]): Promise<CurlAnswer> {
  const { stdout } = await run('curl', ['-sS', '--max-time', '60', '-w', '\n%{http_code}', ...args], {
    maxBuffer: 64_000_000,
  });
  const at = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
}

export async function hasCurl(): Promise<boolean> {
  return run('curl', ['--version']).then(
    () => true,
    () => false,
  );
}
