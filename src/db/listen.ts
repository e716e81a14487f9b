/** One connection that listens on a channel; it notices when it is dead and comes back by itself. */

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { surfaced } from './connection.ts';

/** Seconds between signs of life, so that a connection cut without a word is noticed. */
const heartbeat = 15_000;

/**
 * Listens until the returned function is called. After a reconnect `on('')` says that notifications may have been missed.
 * Throws `not_ready` when the first connection fails.
 */
export async function listenOn(
  config: pg.ClientConfig,
  channel: string,
  on: (payload: string) => void,
  log: (line: string) => void,
  session?: string,
): Promise<() => Promise<void>> {
  const stop = new AbortController();
  const connect = () => connectListener(config, channel, on, session);
  let current = await connect().catch((error: unknown) => {
    throw surfaced(error);
  });
  const keep = async () => {
    while (!stop.signal.aborted) {
      const reason = await current.lost;
      if (stop.signal.aborted) return;
      log(`listening on ${channel} was interrupted: ${reason}`);
      current = await reconnect(connect, stop.signal);
      if (stop.signal.aborted) await current.end();
      else on('');
    }
  };
  const keeping = keep().catch((error: Error) => {
    if (!stop.signal.aborted) log(`listening on ${channel} has ended: ${error.message}`);
  });
  return async () => {
    stop.abort();
    await current.end();
    await keeping;
  };
}

interface Listener {
  /** Settles with the reason once the connection is gone. */
  lost: Promise<string>;
  end(): Promise<void>;
}

async function connectListener(
  config: pg.ClientConfig,
  channel: string,
  on: (payload: string) => void,
  session?: string,
): Promise<Listener> {
  const client = new pg.Client({ ...config, query_timeout: 10_000 });
  const { promise: lost, resolve } = Promise.withResolvers<string>();
  client.on('error', (error) => resolve(error.message));
  client.on('end', () => resolve('the connection was closed'));
  client.on('notification', (message) => {
    if (message.channel === channel) on(message.payload ?? '');
  });
  try {
    await client.connect();
    if (session) await client.query(session);
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  const pulse = setInterval(() => {
    client.query('select 1').catch((error: Error) => resolve(error.message));
  }, heartbeat);
  pulse.unref();
  const end = async () => {
    clearInterval(pulse);
    resolve('ended');
    await client.end().catch(() => {});
  };
  void lost.then(end);
  return { lost, end };
}

async function reconnect(connect: () => Promise<Listener>, aborted: AbortSignal): Promise<Listener> {
  for (let wait = 100; ; wait = Math.min(5_000, wait * 2)) {
    await sleep(wait * (0.5 + Math.random()), undefined, { signal: aborted });
    const listener = await connect().catch(() => null);
    if (listener) return listener;
  }
}
