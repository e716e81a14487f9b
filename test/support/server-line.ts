/** Servers one after the other on one place: each dies at the point it was given, and whoever asks is led to the next one. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Place, untilSessionsEnd } from './snapshot.ts';
import { type Host, startHost } from './test-host.ts';

export interface ServerLineOptions {
  /** `FAULTS` of the first, the second, …; those after them have none. */
  faults?: readonly string[];
  environment?: Record<string, string>;
  /** After each death, before the next one starts; `faults` of the one that died. */
  died?: (faults: string | undefined) => Promise<void>;
}

export class ServerLine implements AsyncDisposable {
  readonly #place: Place;
  readonly #options: ServerLineOptions;
  #host: Host;
  #replaced: Promise<void> | undefined;
  deaths = 0;

  constructor(place: Place, options: ServerLineOptions = {}) {
    this.#place = place;
    this.#options = options;
    this.#host = this.#start();
  }

  get #faults(): string | undefined {
    return this.#options.faults?.[this.deaths];
  }

  #start(): Host {
    const faults = this.#faults;
    return startHost('serve', this.#place, { ...this.#options.environment, ...(faults && { FAULTS: faults }) });
  }

  /** The address of one that lives, as far as anyone can know; whoever asks meanwhile waits for the same one. */
  async url(): Promise<string> {
    for (;;) {
      if (await Promise.race([this.#host.ended, sleep(0, undefined)])) {
        this.#replaced ??= this.#replace().finally(() => {
          this.#replaced = undefined;
        });
        await this.#replaced;
      }
      const host = this.#host;
      const facts = await host.ready.catch(() => undefined);
      // It may have died of its point before it was ready.
      if (facts) return facts.url;
      assert.equal((await host.ended).signal, 'SIGKILL', host.log());
    }
  }

  async #replace(): Promise<void> {
    const { signal } = await this.#host.ended;
    assert.equal(signal, 'SIGKILL', this.#host.log());
    await untilSessionsEnd(this.#place);
    await this.#options.died?.(this.#faults);
    this.deaths++;
    this.#host = this.#start();
  }

  /** Asks again of the next server until somebody answers. */
  async ask(path: string, request: RequestInit): Promise<Response> {
    for (;;) {
      const url = `${await this.url()}${path}`;
      try {
        const response = await fetch(url, {
          ...request,
          headers: { ...(request.headers as Record<string, string>), connection: 'close' },
        });
        const body = await response.arrayBuffer();
        return new Response(body, response);
      } catch (error) {
        // No answer, or half of one.
        if (!(error instanceof TypeError)) throw error;
      }
    }
  }

  kill(): Promise<void> {
    return this.#host.kill();
  }

  log(): string {
    return this.#host.log();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host[Symbol.asyncDispose]();
  }
}
