/** What is fuzzed: a function of bytes that may refuse them in ways it declares, and do nothing else. */

import { isDeepStrictEqual } from 'node:util';
import type { Issue } from '../../src/domain/issue.ts';
import { ChanceryError } from '../../src/errors.ts';

export interface Target {
  name: string;
  seeds(): Iterable<Uint8Array | string> | Promise<Iterable<Uint8Array | string>>;
  /** Put in where bytes are changed. */
  words: readonly string[];
  /** Of which sources it counts which blocks were run. */
  covers: RegExp;
  /** Throws what the caller of the parser would be thrown, and an Error where what came out is wrong. */
  run(bytes: Buffer): unknown;
  /** Beside a ChanceryError of a caller's fault. */
  declared?(error: unknown): boolean;
}

export function isDeclared(target: Target, error: unknown): boolean {
  if (error instanceof ChanceryError && error.code !== 'internal') return true;
  return target.declared?.(error) ?? false;
}

export async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export type Outcome = { value: unknown } | { refused: string; issues: Issue[] };

/** What came out, or of a declared refusal its issues. */
async function outcomeOf(work: () => unknown): Promise<Outcome> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof ChanceryError) || error.code === 'internal') throw error;
    return { refused: error.code, issues: error.issues };
  }
}

/**
 * Reads the bytes whole and in small pieces; where the two differ, what is read depends on how the network cut it.
 * `anyFault`: of several faults any may be told.
 */
export async function sameInPieces(
  bytes: Buffer,
  read: (pieces: AsyncIterable<Buffer>) => unknown,
  { anyFault = false } = {},
): Promise<Outcome> {
  const whole = await outcomeOf(() => read(inPieces(bytes, 65_536)));
  const size = 1 + (bytes.length % 13);
  const cut = await outcomeOf(() => read(inPieces(bytes, size)));
  if (anyFault && 'refused' in whole && 'refused' in cut) return whole;
  if (!isDeepStrictEqual(whole, cut))
    throw new Error(`in pieces of ${size} it reads otherwise: ${shown(whole)} and ${shown(cut)}`);
  return whole;
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 300);
