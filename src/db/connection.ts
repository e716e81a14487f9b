/** How a connection to PostgreSQL is described, dressed and judged: one way for the pools, the listener and the migrations. */

import pg from 'pg';
import { ChanceryError } from '../errors.ts';

export interface ConnectionFacts {
  /** Host name, or the folder of a Unix socket. */
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** A `postgresql://` address or its parts. */
export type Connection = string | ConnectionFacts;

/** The role the application works as; it owns nothing and row-level security binds it. */
export const applicationRole = 'chancery_app';

/** Client configuration; `settings` become session defaults from the first statement on. */
export function clientConfig(connection: Connection, settings: Record<string, string>): pg.ClientConfig {
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const common = {
    application_name: 'chancery',
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    connectionTimeoutMillis: 30_000,
    types,
  };
  if (typeof connection !== 'string') return { ...common, ...connection, options: options.join(' ') };
  let url: URL;
  try {
    url = new URL(connection);
  } catch (cause) {
    throw new ChanceryError(
      'invalid_input',
      'the database address is not of the form postgresql://user:password@host/name',
      {
        cause,
      },
    );
  }
  const given = url.searchParams.get('options');
  url.searchParams.set('options', [...(given ? [given] : []), ...options].join(' '));
  // URLSearchParams writes a blank as a plus, which pg takes literally.
  url.search = url.search.replaceAll('+', '%20');
  return { ...common, connectionString: url.href };
}

/** `date` stays text (a calendar day has no time zone), `int8` becomes a number and is refused where a number cannot hold it. */
const parsers: Record<number, (text: string) => unknown> = {
  20: safeInteger,
  1016: (text) => (textParser(1016)(text) as string[]).map((one) => (one === null ? one : safeInteger(one))),
  1082: (text) => text,
  1182: (text) => textParser(1009)(text),
};

const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers[oid]) || pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig;

function textParser(oid: number): (text: string) => unknown {
  return pg.types.getTypeParser(oid as Parameters<typeof pg.types.getTypeParser>[0], 'text');
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database gave ${text}, which is too large for a number`);
  return value;
}

/** SQLSTATEs after which the same call may succeed once the server is back, has room or has fewer clients. */
const passing = /^(08...|57P0[1-5]|53...|58...|55006)$/;
const systemCodes =
  /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOTCONN)$/;
/** pg names these by sentence only. */
const lostConnection =
  /^(Connection terminated|Client has encountered a connection error|Client was closed and is not queryable|timeout exceeded when trying to connect|timeout expired|Query read timeout|Cannot use a pool after)/;

/** Whether the fault lies in reaching the database, not in what was asked. */
export function isUnavailable(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === undefined ? lostConnection.test(message ?? '') : passing.test(code) || systemCodes.test(code);
}

/** The error to throw: `not_ready` for a database that is unreachable, full or taken up by others, everything else unchanged. */
export function surfaced(error: unknown): unknown {
  if (error instanceof ChanceryError) return error;
  const { message } = error as Error;
  if (isUnavailable(error))
    return new ChanceryError('not_ready', `the database is not available: ${message}`, { cause: error });
  if (isCollision(error) || isCutOff(error))
    return new ChanceryError('not_ready', `others are in the way: ${message}`, { cause: error });
  return error;
}

/** A statement that waited too long, for a lock or for anything else, or that an administrator ended. */
export function isCutOff(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === '57014' || code === '55P03';
}

/** Serialization failure or deadlock: nothing was committed, the same transaction may simply run again. */
export function isCollision(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === '40001' || code === '40P01';
}

/** Whether the statement was refused only because another one of its transaction had failed before. */
export function isAfterFailure(error: unknown): boolean {
  return (error as { code?: string }).code === '25P02';
}
