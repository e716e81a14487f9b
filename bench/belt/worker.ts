/** A second process on the belt: `chancery worker`, as people run it. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Worker extends AsyncDisposable {
  pid: number;
}

/** Ready when this resolves. `nodeOptions` are given to Node before the program. */
export async function startWorker(
  environment: Record<string, string>,
  nodeOptions: readonly string[],
): Promise<Worker> {
  const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...nodeOptions, program, 'worker'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.endsWith('worker: ready')) resolve();
      else process.stderr.write(`${line}\n`);
    });
    void ended.then(() => reject(new Error('the worker ended before it was ready')));
  });
  return {
    pid: child.pid as number,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
