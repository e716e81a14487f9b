/** A whole server as its users run it, with the demo in a throw-away data folder and a PostgreSQL of its own, and a batch handed in to it. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ServerFacts } from '../../src/cli/demo.ts';

export interface Server extends AsyncDisposable {
  url: string;
  token: string;
  templateId: string;
  /** Of UniCreda's door. */
  apiKey: string;
  unicredaTemplateId: string;
  /** Bytes of memory of the server's own process; 0 where there is no /proc. */
  rss(): number;
}

export async function openServer(folder: string): Promise<Server> {
  const data = await mkdtemp(join(folder, 'chancery-bench-'));
  const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, 'serve', '--json'], {
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', CHANCERY_DATA: data },
      // One key stands here for many clients.
      ...{ RATE_LIMIT: '0', RATE_LIMIT_UNAUTHENTICATED: '0' },
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void ended.then(() => reject(new Error('the server ended before it was ready')));
  });
  const { url, vec, unicreda } = JSON.parse(line) as ServerFacts;
  if (!vec || !unicreda) throw new Error('the server has no demo');
  return {
    url,
    token: vec.token,
    templateId: vec.templateId,
    apiKey: unicreda.apiKey,
    unicredaTemplateId: unicreda.templateId,
    rss: () => rssOf(child.pid as number),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

function rssOf(pid: number): number {
  try {
    return 1_024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
