/** Makes the nth call of the application to its database or its files fail: before anything is done, after it was done, or half way. */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import pg from 'pg';
import { hostSession } from './snapshot.ts';

export type Layer = 'database' | 'files';
/** `half`: of a write, half its bytes; everything else as `before`. */
export type When = 'before' | 'after' | 'half';

export interface NthCall {
  /** From now on calls of the layer count; the nth fails. */
  arm(layer: Layer, n: number, when: When): void;
  /** What the failed call was, if it came to it. */
  struck(): string | undefined;
  /** Nothing fails any more. */
  disarm(): void;
}

/** Of connections named `hostSession`, and of files below the folder. Once for a process. */
export function openNthCall(folder: string): NthCall {
  let armed: { layer: Layer; left: number; when: When } | undefined;
  let struck: string | undefined;
  const strike = (layer: Layer, name: string): When | undefined => {
    if (armed?.layer !== layer || --armed.left !== 0) return undefined;
    struck = name;
    return armed.when;
  };
  failQueries((text) => strike('database', text));
  failFiles(folder, (name) => strike('files', name));
  return {
    arm(layer, n, when) {
      armed = { layer, left: n, when };
      struck = undefined;
    },
    struck: () => struck,
    disarm() {
      armed = undefined;
    },
  };
}

type Strike = (name: string) => When | undefined;
type Callback = (error: Error | null, result?: unknown) => void;
interface OpenClient {
  connectionParameters: { application_name?: string };
  connection: { stream: { destroy(): void } };
}

/** A statement that fails takes its connection along, as a network does. */
function failQueries(strike: Strike): void {
  const prototype = pg.Client.prototype as unknown as { query(...args: unknown[]): unknown };
  const query = prototype.query;
  prototype.query = function (this: OpenClient, ...args) {
    const asked = args[0] as string | { text?: string };
    const text = typeof asked === 'string' ? asked : (asked.text ?? '');
    const ours = this.connectionParameters.application_name === hostSession;
    const when = ours ? strike(text.replace(/\s+/g, ' ').slice(0, 80)) : undefined;
    if (when === undefined) return query.apply(this, args);
    const lost = new Error('Connection terminated unexpectedly');
    const cut = () => this.connection.stream.destroy();
    const at = args.findIndex((one) => typeof one === 'function');
    if (when === 'before') {
      cut();
      if (at < 0) return Promise.reject(lost);
      return setImmediate(args[at] as Callback, lost);
    }
    if (at < 0)
      return (query.apply(this, args) as Promise<unknown>).then(() => {
        cut();
        throw lost;
      });
    const callback = args[at] as Callback;
    const wrapped: Callback = (error) => {
      cut();
      callback(error ?? lost);
    };
    return query.apply(this, args.with(at, wrapped));
  };
}

const ioError = (code: 'EIO' | 'ENOSPC', name: string) => Object.assign(new Error(`${code}: ${name}`), { code });

function failFiles(folder: string, strike: Strike): void {
  const handles = new WeakSet<object>();
  const promises = fs.promises as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  for (const name of ['open', 'rename', 'mkdir', 'stat']) {
    const act = promises[name] as (typeof promises)[string];
    promises[name] = async (...args) => {
      if (!String(args[0]).startsWith(folder)) return act(...args);
      const result = await faulty(strike, name, () => act(...args));
      if (name === 'open') handles.add(result as object);
      return result;
    };
  }
  syncBuiltinESMExports();
  void fs.promises.open(folder, 'r').then(async (handle) => {
    const prototype = Object.getPrototypeOf(handle) as Record<string, (...args: unknown[]) => Promise<unknown>>;
    await handle.close();
    for (const name of ['write', 'datasync', 'sync', 'read']) {
      const act = prototype[name] as (typeof prototype)[string];
      prototype[name] = async function (this: object, ...args) {
        if (!handles.has(this)) return act.apply(this, args);
        const half = async () => {
          if (name !== 'write') return;
          const piece = args[0] as Uint8Array;
          await act.apply(this, [piece.subarray(0, piece.length >> 1), ...args.slice(1)]);
        };
        return faulty(strike, name, () => act.apply(this, args), half);
      };
    }
  });
}

async function faulty(
  strike: Strike,
  name: string,
  act: () => Promise<unknown>,
  half: () => Promise<void> = async () => {},
): Promise<unknown> {
  const when = strike(name);
  if (when === undefined) return act();
  if (when === 'half') await half();
  if (when === 'after') {
    const result = (await act()) as { close?: () => Promise<void> } | undefined;
    if (name === 'open') await result?.close?.();
  }
  throw ioError(when === 'half' ? 'ENOSPC' : 'EIO', name);
}
