/** A PostgreSQL that only this test file uses, to be ended as crashes end it; it is started again by itself, and what it had committed is there. */

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { recordedPid } from '../../src/db/embedded/postmaster-file.ts';
import { prepareServer, serverVariable } from './template-database.ts';

export interface MortalServer extends AsyncDisposable {
  /** SIGQUIT is an immediate shutdown; settles when the process is gone. */
  end(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  /**
   * To be asked for between the copying of a database and a crash: a copied sequence still believes that its next numbers are written
   * ahead, and would give them out twice.
   */
  checkpoint(): Promise<void>;
  /** Settles when it answers again. */
  untilUp(): Promise<void>;
}

/** From here on, and until it is disposed of, every database of this process is on it. */
export async function useMortalServer(settings: Record<string, string> = {}): Promise<MortalServer> {
  // A commit that was answered must survive: of the process only, so the disk is not waited for.
  const durable = { synchronous_commit: 'on', full_page_writes: 'on' };
  const server = await prepareServer('', { ...durable, ...settings });
  const before = process.env[serverVariable];
  const { connection, template } = server;
  process.env[serverVariable] = JSON.stringify({ connection, template });
  const ask = async (sql: string) => {
    const client = new pg.Client({ ...connection, database: 'postgres', connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query<{ answer: string }>(sql)).rows?.[0]?.answer as string;
    } finally {
      await client.end().catch(() => {});
    }
  };
  const cluster = await ask(`select current_setting('data_directory') as answer`);
  return {
    async [Symbol.asyncDispose]() {
      if (before === undefined) delete process.env[serverVariable];
      else process.env[serverVariable] = before;
      await server.end();
    },
    async end(signal) {
      const pid = (await recordedPid(cluster)) as number;
      process.kill(pid, signal);
      while (isAlive(pid)) await sleep(10);
    },
    checkpoint: async () => void (await ask('checkpoint')),
    async untilUp() {
      for (const deadline = performance.now() + 60_000; ; await sleep(50)) {
        const answer = await ask(`select 'up' as answer`).catch((error: Error) => error.message);
        if (answer === 'up') return;
        if (performance.now() > deadline) throw new Error(`PostgreSQL did not come back: ${answer}`);
      }
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
