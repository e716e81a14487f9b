/** A client of Click2Mail's batches that outlives the server: whatever gets no answer is asked again of the next one. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

export interface MailLogin {
  username: string;
  password: string;
  /** Of our own API. */
  key: string;
}

/** Where the server is now; asked before each try. */
export type FindServer = () => Promise<string>;

export class MailClient {
  readonly #server: FindServer;
  readonly #login: MailLogin;
  /** After each call that was answered. */
  readonly #answered: (call: string) => Promise<void>;

  constructor(server: FindServer, login: MailLogin, answered: (call: string) => Promise<void> = async () => {}) {
    this.#server = server;
    this.#login = login;
    this.#answered = answered;
  }

  /** Create, XML, PDF, submit; the id of the batch. */
  async submit(pdf: Buffer, xml: string): Promise<string> {
    const created = await this.#call('POST', '/v1/batches', 201);
    const id = /<id>(\d+)<\/id>/.exec(created)?.[1] as string;
    await this.#call('PUT', `/v1/batches/${id}`, 200, Buffer.from(xml), 'application/xml');
    await this.#call('PUT', `/v1/batches/${id}`, 200, pdf, 'application/pdf');
    await this.#call('POST', `/v1/batches/${id}`, 200);
    return id;
  }

  /** The status once it is completed. */
  async untilCompleted(id: string): Promise<string> {
    for (const deadline = performance.now() + 240_000; ; await sleep(150)) {
      const status = await this.#call('GET', `/v1/batches/${id}`, 201);
      assert.match(status, /<hasErrors>false/, status);
      if (status.includes('<completedAt>')) return status;
      assert.ok(performance.now() < deadline, `it does not end: ${status}`);
    }
  }

  tracking(id: string): Promise<string> {
    return this.#call('GET', `/v1/batches/${id}/tracking`, 201);
  }

  /** The answer to events of all pieces. */
  async importEvents(pieceIds: readonly string[]): Promise<{ imported: number; repeated: number; refused: number }> {
    const events = pieceIds.map((pieceId) => ({ pieceId, status: 'Accepted', at: '2026-11-22T15:04:05Z' }));
    const path = '/chancery/v1/mail-pieces/events';
    return JSON.parse(await this.#call('POST', path, 200, Buffer.from(JSON.stringify(events)), 'application/json'));
  }

  async #call(method: string, path: string, expected: number, body?: Buffer, type?: string): Promise<string> {
    const { username, password, key } = this.#login;
    const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const headers = {
      authorization: path.startsWith('/chancery') ? `Bearer ${key}` : basic,
      connection: 'close',
      ...(type && { 'content-type': type }),
    };
    for (;;) {
      const url = `${await this.#server()}${path}`;
      try {
        const response = await fetch(url, { method, headers, ...(body && { body: new Uint8Array(body) }) });
        const text = await response.text();
        assert.equal(response.status, expected, `${method} ${path}: ${text}`);
        await this.#answered(`${method} ${path} ${type ?? ''}`);
        return text;
      } catch (error) {
        // No answer, or half of one.
        if (!(error instanceof TypeError)) throw error;
      }
    }
  }
}
