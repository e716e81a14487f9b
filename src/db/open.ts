/** The open database: three pools, one bound by row-level security, one for the owner, one for the queue; every statement goes through one of them. */

import { hash } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ChanceryError, invalidInput } from '../errors.ts';
import {
  applicationRole,
  type Connection,
  clientConfig,
  isAfterFailure,
  isCollision,
  isUnavailable,
  surfaced,
} from './connection.ts';
import { listenOn } from './listen.ts';

export type { Connection, ConnectionFacts } from './connection.ts';

export interface Tx {
  /** Statements run in the order in which they are asked for. Who asks for the next before the last is answered saves a round trip. */
  query<R = Record<string, unknown>>(text: string, values?: unknown[]): Promise<{ rows: R[]; rowCount: number }>;
}

export interface Database {
  /**
   * One transaction as the application role, with row-level security set to one organization. `work` runs again (up to 5 times) after
   * a serialization failure or deadlock, so it changes nothing outside the transaction. `not_ready` when the database is away, full or taken up by others.
   * `prepared`: its statements are planned once for each connection, for what somebody waits for. A lock that others keep for more than five seconds is
   * `not_ready` too, unless the transaction `waits`.
   */
  organization<T>(organizationId: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** One transaction as the application role without an organization: only security-definer look-ups and tables without tenant see anything. */
  anonymous<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Single statement as the application role without an organization and without a transaction: one round trip. */
  anonymousQuery: Tx['query'];
  /** One transaction as the owner: migrations, provisioning, the command line's administration, metrics. Never used by a door for a request. */
  owner<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Single statement as owner without a transaction. */
  ownerQuery: Tx['query'];
  /**
   * The same for the queue, whose jobs run at least once anyway: it is answered before it is on disk, and a server that loses its power may forget
   * the last tenths of a second of it. That a job was taken, or done, is then found out anew.
   */
  queueQuery: Tx['query'];
  /** The same, planned once for each connection: for texts that come again and again. */
  queuePrepared: Tx['query'];
  /**
   * A dedicated connection that listens and reconnects by itself. After a reconnect `on` is called once with an empty payload,
   * because notifications may have been missed. `session` is a statement run on every (re)connection, for what must live as long as
   * the session does. Gives the function that ends it.
   */
  listen(channel: string, on: (payload: string) => void, session?: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface TransactionOptions {
  prepared?: boolean;
  /** For locks, as long as a statement may take: nobody sits before a screen. */
  waits?: boolean;
}

export interface OpenOptions {
  /** Connections of the application pool; the queue's has a quarter of it, at least 2, and the owner's has 2. */
  poolSize: number;
  log: (line: string) => void;
  /** Asked with each new connection before anything else uses it; when it throws, the connection is not used. */
  look?: (connection: Pick<Tx, 'query'>) => Promise<unknown>;
}

/** Opens the pools and proves that the application role is in force. `not_ready` when the database is away or not migrated. */
export async function openDatabase(connection: Connection, options: OpenOptions): Promise<Database> {
  const limits = { statement_timeout: '60000', lock_timeout: '5000', idle_in_transaction_session_timeout: '60000' };
  const application = openPool(
    { ...clientConfig(connection, { role: applicationRole, ...limits }), query_timeout: 75_000 },
    options.poolSize,
    options,
  );
  const owner = openPool(clientConfig(connection, {}), 2, options);
  const hasty = { plan_cache_mode: 'force_generic_plan', synchronous_commit: 'off' };
  const queue = openPool(clientConfig(connection, hasty), Math.max(2, Math.ceil(options.poolSize / 4)), options);
  const listeners = new Set<() => Promise<void>>();
  const close = async () => {
    await Promise.all([...listeners].map((end) => end()));
    await Promise.all([application.end(), owner.end(), queue.end()]);
  };
  try {
    await proveRole(application);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    organization: async (id, work, options) => transaction(application, beginFor(id, options?.waits), work, options),
    anonymous: (work) => transaction(application, 'begin', work),
    anonymousQuery: async (text, values) => answer(await application.query(text, values).catch(rethrow)) as never,
    owner: (work) => transaction(owner, 'begin', work),
    ownerQuery: async (text, values) => answer(await owner.query(soon({ text, values })).catch(rethrow)) as never,
    queueQuery: async (text, values) => answer(await queue.query(soon({ text, values })).catch(rethrow)) as never,
    queuePrepared: async (text, values) =>
      answer(await queue.query(soon(statement(text, values))).catch(rethrow)) as never,
    listen: async (channel, on, session) => {
      const end = await listenOn(clientConfig(connection, {}), channel, on, options.log, session);
      listeners.add(end);
      return async () => {
        listeners.delete(end);
        await end();
      };
    },
    close: once(close),
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** One round trip for both; the id is checked because the simple protocol takes no parameters. */
function beginFor(organizationId: string, waits = false): string {
  if (!uuid.test(organizationId)) throw invalidInput('the organization id is not a UUID');
  return `begin; set local chancery.organization = '${organizationId}'${waits ? '; set local lock_timeout = 0' : ''}`;
}

function openPool(config: pg.PoolConfig, max: number, { log, look }: OpenOptions): pg.Pool {
  const onConnect = async (client: pg.ClientBase) =>
    void (await look?.({ query: async (text, values) => answer(await client.query(text, values)) as never }));
  const common = { max, pipeline: true, idleTimeoutMillis: 30_000, allowExitOnIdle: true };
  const pool = new pg.Pool({ ...config, ...common, ...(look ? { onConnect } : {}) });
  const report = (error: Error & { client?: unknown }) => {
    // The pool hangs the whole client, password included, on the error, which may be somebody's cause.
    delete error.client;
    // While closing, an embedded server may be gone before the last idle connection.
    if (!pool.ending) log(`database connection lost: ${error.message}`);
  };
  pool.on('error', report);
  // A client that is checked out when its server dies emits the error itself, and an unheard one would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

async function proveRole(pool: pg.Pool): Promise<void> {
  try {
    const { rows } = await pool.query(
      'select current_user as name, rolsuper or rolbypassrls as unbound from pg_roles where rolname = current_user',
    );
    if (rows[0]?.name !== applicationRole || rows[0].unbound)
      throw new ChanceryError(
        'conflict',
        `the role ${applicationRole} is not in force, row-level security would not hold`,
      );
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '22023' || code === '42501' || code === '42704')
      throw new ChanceryError('not_ready', `the database is not migrated: ${message}`, { cause: error });
    throw surfaced(error);
  }
}

async function transaction<T>(
  pool: pg.Pool,
  begin: string,
  work: (tx: Tx) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(pool, begin, work, options);
    } catch (error) {
      if (!isCollision(error) || attempt === 5) throw surfaced(error);
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

async function attemptOnce<T>(
  pool: pg.Pool,
  begin: string,
  work: (tx: Tx) => Promise<T>,
  { prepared = false }: TransactionOptions = {},
): Promise<T> {
  const client = await pool.connect();
  let open = true;
  let broken: Error | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let failed: unknown;
  const noteFailure = (error: unknown) => {
    failed ??= error;
  };
  const tx: Tx = {
    async query(text, values) {
      if (!open) throw new ChanceryError('internal', 'a statement was sent after its transaction had ended');
      gather(client);
      const next = client.query(prepared && values ? statement(text, values) : { text, values });
      const ended = next.catch(noteFailure);
      last = last.then(() => ended);
      return answer(await next) as never;
    },
  };
  try {
    // Where somebody waits, the first statements are on their way before it is answered.
    if (prepared) gather(client);
    const begun = client.query(soon({ text: prepared ? `${begin}; ${planOnce}` : begin }));
    last = begun.catch(noteFailure);
    if (!prepared) await begun;
    const result = await work(tx);
    open = false;
    await last;
    await begun;
    const { command } = await client.query('commit').catch((cause: unknown) => {
      if (!isUnavailable(cause)) throw cause;
      throw new ChanceryError('not_ready', 'the database went away during COMMIT: the outcome is unknown', {
        cause,
        details: { commit: 'unknown' },
      });
    });
    // COMMIT of a transaction in which a statement failed answers ROLLBACK, without an error.
    if (command !== 'COMMIT')
      throw new ChanceryError('internal', 'the transaction was rolled back because an error in it was ignored');
    return result;
  } catch (thrown) {
    open = false;
    await last;
    // Of statements sent together, those behind the one that failed fail as well, and `work` may have heard of them first.
    const error = isAfterFailure(thrown) ? (failed ?? thrown) : thrown;
    broken = await rollBack(client, error);
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * For what is always answered quickly: a connection that has fallen silent without a word is given up. The system itself would notice
 * after a quarter of an hour, and behind a proxy never.
 */
function soon<Q extends pg.QueryConfig>(query: Q): Q {
  return { ...query, query_timeout: 20_000 };
}

/** Left alone, PostgreSQL plans a prepared statement anew each time it thinks that cheaper; measured: 0.6 ms for one that runs in 0.1. */
const planOnce = 'set local plan_cache_mode = force_generic_plan';

/** What is asked for in one turn leaves in one packet, and the server is woken once for it. */
function gather(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** A prepared statement. */
function statement(text: string, values: unknown[] | undefined) {
  return { name: nameOf(text), text, values };
}

const names = new Map<string, string>();

/** Of a prepared statement: the same for the same text. */
function nameOf(text: string): string {
  const name = names.get(text) ?? hash('sha256', text, 'base64url');
  if (names.size >= 1_000) names.clear();
  names.set(text, name);
  return name;
}

/** The fault that makes the connection unusable, if there is one. A connection that has not answered gets no further statement. */
async function rollBack(client: pg.PoolClient, error: unknown): Promise<Error | undefined> {
  const lost = error instanceof ChanceryError && error.details.commit === 'unknown';
  if (lost || isUnavailable(error)) return error as Error;
  return client.query('rollback').then(
    () => undefined,
    (fault: Error) => fault,
  );
}

/** A text of several statements has several results; their rows are put together. */
function answer(result: pg.QueryResult | pg.QueryResult[]): { rows: unknown[]; rowCount: number } {
  if (!Array.isArray(result)) return { rows: result.rows, rowCount: result.rowCount ?? 0 };
  return {
    rows: result.flatMap(({ rows }) => rows),
    rowCount: result.reduce((sum, one) => sum + (one.rowCount ?? 0), 0),
  };
}

function rethrow(error: unknown): never {
  throw surfaced(error);
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
