/** Has a print run composed by a process of its own that may use bounded memory and time, sees no network and no files, and can start nothing. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { PrintPlan } from '../../domain/print-plan.ts';
import { openTurnstile } from '../../domain/turnstile.ts';
import { ChanceryError } from '../../errors.ts';
import { assetFault } from '../asset-fault.ts';
import { type Confinement, confined, confinedEnvironment } from '../upload/confined.ts';
import { plainSources, readsPlainSources } from '../upload/plain-sources.ts';
import type { ComposeAnswer } from './compose-child.ts';

export interface ComposedRun {
  /** Of the file; sides of paper, envelopes included. */
  pages: number;
  /** Pieces of paper and envelopes that the run takes. */
  sheets: number;
  sha256: string;
}

export interface Composing {
  /** To be read once, to its end; it throws what `done` throws. */
  pdf: AsyncIterable<Uint8Array>;
  done: Promise<ComposedRun>;
}

/** A document of 250 MB is held whole, and the places of its million objects. Half of it is never used. */
const confinement: Confinement = { memory: 2_500_000, seconds: 300, heapMb: 768 };
/** Milliseconds until the program runs, and without a byte in or out while somebody waits. */
const patience = { start: 30_000, silence: 120_000 };
const turns = openTurnstile(2);

/** Whoever stops the whole program may end this one first, and a machine without memory ends any: no fault of the document. */
const fromOutside = new Set<NodeJS.Signals | null>(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL']);

/**
 * The same document and plan always give the same bytes. `document` must have been judged. Throws `invalid_input` at `asset` where it cannot be
 * imported, `not_ready` where the program cannot be started or is ended by somebody else.
 */
export function composeRun(document: AsyncIterable<Uint8Array>, plan: PrintPlan): Composing {
  const { promise: done, resolve, reject } = Promise.withResolvers<ComposedRun>();
  // Whoever reads the file learns of it there.
  done.catch(() => undefined);
  return { pdf: composed(document, plan, resolve, reject), done };
}

async function* composed(
  document: AsyncIterable<Uint8Array>,
  plan: PrintPlan,
  resolve: (run: ComposedRun) => void,
  reject: (reason: unknown) => void,
): AsyncGenerator<Uint8Array> {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  await new Promise<void>((begin) => {
    void turns.pass(() => {
      begin();
      return over;
    });
  });
  const composer = new Composer();
  try {
    const hash = createHash('sha256');
    for await (const piece of composer.run(document, plan)) {
      hash.update(piece);
      yield piece;
    }
    resolve({ ...composer.result(), sha256: hash.digest('hex') });
  } catch (error) {
    reject(error);
    throw error;
  } finally {
    composer.stop();
    reject(new ChanceryError('internal', 'the composed file was not read to its end'));
    end();
  }
}

class Composer {
  readonly #child = start();
  readonly #ended: Promise<NodeJS.Signals | null>;
  #signal: NodeJS.Signals | null = null;
  #isTooSlow = false;
  #said = '';
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #spawnFault: unknown;
  #feedFault: unknown;

  constructor() {
    const verdict = this.#child.stdio[4] as Readable;
    verdict.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
      this.#wait(patience.silence);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (_code, signal) => resolve(signal));
      this.#child.once('error', (error) => {
        this.#spawnFault = error;
        resolve(null);
      });
    });
  }

  async *run(document: AsyncIterable<Uint8Array>, plan: PrintPlan): AsyncGenerator<Uint8Array> {
    this.#wait(patience.start);
    const fed = this.#feed(document, plan);
    for await (const piece of this.#child.stdout as Readable) {
      // Nobody waits while the piece is being stored.
      clearTimeout(this.#timer);
      yield piece as Buffer;
      this.#wait(patience.silence);
    }
    this.#signal = await this.#ended;
    clearTimeout(this.#timer);
    await fed;
    if (this.#feedFault) throw this.#feedFault;
  }

  result(): { pages: number; sheets: number } {
    const [started, line] = this.#said.split('\n');
    if (started !== 'ready')
      throw new ChanceryError('not_ready', 'the program that composes print runs did not start', {
        cause: this.#spawnFault,
      });
    if (!line && !this.#isTooSlow && fromOutside.has(this.#signal))
      throw new ChanceryError('not_ready', `the program that composes print runs was ended (${this.#signal})`);
    if (!line) throw assetFault('the file takes too much memory or time to print; print it to a new PDF');
    const answer = JSON.parse(line) as ComposeAnswer;
    if ('refused' in answer) throw assetFault(answer.refused);
    if ('broken' in answer)
      throw new ChanceryError('internal', 'a print run cannot be composed', { cause: answer.broken });
    return answer;
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#child.kill('SIGKILL');
  }

  #wait(time: number): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    this.#timer = setTimeout(() => {
      this.#isTooSlow = true;
      this.#child.kill('SIGKILL');
    }, time);
  }

  async #feed(document: AsyncIterable<Uint8Array>, plan: PrintPlan): Promise<void> {
    const input = this.#child.stdin as Writable;
    // A child that ends before it has read everything has said why, or nothing.
    input.on('error', () => undefined);
    const closed = once(input, 'close').catch(() => undefined);
    const write = async (bytes: Uint8Array | string) => {
      if (!input.destroyed && !input.write(bytes))
        await Promise.race([once(input, 'drain').catch(() => undefined), closed]);
    };
    try {
      await write(`${JSON.stringify(plan)}\n`);
      for await (const piece of document) {
        await write(piece);
        if (input.destroyed) break;
        this.#wait(patience.silence);
      }
      input.end();
    } catch (error) {
      this.#feedFault = error;
      this.#child.kill('SIGKILL');
    }
  }
}

function start(): ChildProcess {
  const [command, ...args] = confined([readsPlainSources, program], confinement);
  const child = spawn(command as string, args, {
    stdio: ['pipe', 'pipe', 'ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: confinedEnvironment,
  });
  // A child that ends at once has its own reason.
  (child.stdio[3] as Writable).on('error', () => {}).end(plainSources(program));
  return child;
}

const program = fileURLToPath(new URL('./compose-child.ts', import.meta.url));
