/** Reads a batch out of a JSON document of any size: first what stands beside its list of rows, then the rows as a stream; memory stays flat. */

import type { Issue } from '../domain/issue.ts';
import { plainDigits } from '../domain/plain-digits.ts';
import { type ChanceryError, invalidInput } from '../errors.ts';
import type { JsonFault } from './json-grammar.ts';
import { type JsonEvents, type JsonPiece, JsonScanner } from './scan-json.ts';

/** Can be read as often as it is asked for. */
export type JsonBody = () => AsyncIterable<Uint8Array>;

export interface JsonEnvelope {
  /** The values of the wanted keys, as far as they are there. */
  values: Map<string, unknown>;
  /** How many elements the list has; undefined where there is no list under its key. */
  rows: number | undefined;
  /** The first element of the list. */
  first: unknown;
  /** `not_an_object` and keys that come twice; nothing else is known where there are any. */
  issues: Issue[];
}

/** An element of the list with its place, from 1. */
export interface JsonRow {
  row: number;
  /** As JSON.parse gives it, but numbers that are longer than one can be are texts of all their digits. */
  value: unknown;
}

const bounds = { maxDepth: 64, maxBytes: 2 ** 20 };
const rowsPerArray = 500;
/** An array is given out before it is full where its elements are large. */
const bytesPerArray = 4 << 20;

/**
 * Reads the whole document and refuses one that is not JSON: throws `invalid_input` with `malformed_json` at `body`, or
 * `record_too_large` at the list's key for an element of more than 1 MiB.
 */
export async function readJsonEnvelope(body: JsonBody, listKey: string, keys: string[]): Promise<JsonEnvelope> {
  const values = new Map<string, unknown>();
  const issues: Issue[] = [];
  let rows: number | undefined;
  let first: unknown;
  const twice = (path: string) => issues.push({ path, code: 'invalid', params: { reason: 'it was sent twice' } });
  const isObject = await scan(body, listKey, {
    member(key, piece) {
      if (key !== listKey && !keys.includes(key)) return;
      if (values.has(key) || (key === listKey && rows !== undefined)) twice(key);
      values.set(key, piece && readPiece(piece));
    },
    list() {
      if (values.has(listKey) || rows !== undefined) twice(listKey);
      rows = 0;
    },
    element(piece) {
      if (rows === 0) first = readPiece(piece);
      rows = (rows ?? 0) + 1;
    },
  });
  if (!isObject) issues.push({ path: 'body', code: 'not_an_object' });
  return { values, rows, first, issues };
}

/** The elements in arrays of up to 500, fewer where they are large; throws what `readJsonEnvelope` throws. */
export async function* readJsonRows(body: JsonBody, listKey: string): AsyncGenerator<JsonRow[]> {
  let ready: JsonRow[] = [];
  let row = 0;
  let bytes = 0;
  const events = {
    member() {},
    list() {},
    element(piece: JsonPiece) {
      ready.push({ row: ++row, value: readPiece(piece) });
      bytes += piece.bytes.length;
    },
  };
  const scanner = new JsonScanner(listKey, bounds, { ...events, ...throwing });
  try {
    for await (const chunk of body()) {
      scanner.feed(asBuffer(chunk));
      if (ready.length < rowsPerArray && bytes < bytesPerArray) continue;
      for (let at = 0; at < ready.length; at += rowsPerArray) yield ready.slice(at, at + rowsPerArray);
      ready = [];
      bytes = 0;
    }
    scanner.finish();
  } catch (error) {
    throw await told(body, listKey, error);
  }
  for (let at = 0; at < ready.length; at += rowsPerArray) yield ready.slice(at, at + rowsPerArray);
}

/** A fault and where it is; lines are counted when somebody wants to know. */
class JsonTrouble extends Error {
  readonly offset: number;
  /** Undefined where an element is too large. */
  readonly reason: JsonFault | undefined;
  constructor(offset: number, reason?: JsonFault) {
    super(reason ?? 'an element is too large');
    this.offset = offset;
    this.reason = reason;
  }
}

const throwing: Pick<JsonEvents, 'tooLarge' | 'malformed'> = {
  tooLarge: (offset) => new JsonTrouble(offset),
  malformed: (offset, reason) => new JsonTrouble(offset, reason),
};

async function scan(
  body: JsonBody,
  listKey: string,
  events: Pick<JsonEvents, 'member' | 'list' | 'element'>,
): Promise<boolean> {
  const scanner = new JsonScanner(listKey, bounds, { ...events, ...throwing });
  try {
    for await (const chunk of body()) scanner.feed(asBuffer(chunk));
    return scanner.finish();
  } catch (error) {
    throw await told(body, listKey, error);
  }
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function told(body: JsonBody, listKey: string, error: unknown): Promise<unknown> {
  if (!(error instanceof JsonTrouble)) return error;
  const { offset, reason } = error;
  const place = await locate(body, offset);
  return reason === undefined ? tooLarge(listKey, place.line) : malformed({ ...place, offset, reason });
}

const tooLarge = (path: string, line: number): ChanceryError =>
  invalidInput('an element is too large', [{ path, code: 'record_too_large', params: { line, max: bounds.maxBytes } }]);

const malformed = (params: NonNullable<Issue['params']>): ChanceryError =>
  invalidInput('the body is not JSON', [{ path: 'body', code: 'malformed_json', params }]);

/** Line and column from 1, the column in characters. */
async function locate(body: JsonBody, offset: number): Promise<{ line: number; column: number }> {
  let [line, column, left] = [1, 1, offset];
  for await (const chunk of body()) {
    for (const byte of chunk.subarray(0, left)) {
      if (byte === 0x0a) [line, column] = [line + 1, 1];
      // Bytes that go on with a character are no column of their own, and a byte order mark is none at all.
      else if ((byte & 0xc0) !== 0x80 && !(byte === 0xef && left === offset && column === 1)) column++;
    }
    left -= chunk.length;
    if (left <= 0) break;
  }
  return { line, column };
}

function readPiece({ bytes, hasLongNumber }: JsonPiece): unknown {
  const text = bytes.toString('utf8');
  return hasLongNumber ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

function keepDigits(_: string, value: unknown, { source }: { source?: string } = {}): unknown {
  if (typeof value !== 'number' || source === undefined) return value;
  const digits = plainDigits(source);
  return String(value) === digits ? value : digits;
}
