/** A real receiver of webhooks on a port of this machine, which answers as the test says and keeps what it got. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  /** The raw body. */
  body: string;
  /** The body as JSON. */
  json: Record<string, unknown>;
}

export interface WebhookSink extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/hook`. */
  url: string;
  received: Received[];
  /** Connections, whether or not a request came over them. */
  connections: number;
  /** Waits until so many messages have come, or throws after 20 s. */
  until(count: number): Promise<Received[]>;
}

export type Answer = number | ((message: Received, response: ServerResponse, nth: number) => void);

export async function openSink(answer: Answer = 204, host = '127.0.0.1'): Promise<WebhookSink> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    const message = { path: request.url ?? '', headers: request.headers, body, json: JSON.parse(body || '{}') };
    received.push(message);
    if (typeof answer === 'number') response.writeHead(answer).end();
    else answer(message, response, received.length);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const sink: WebhookSink = {
    url: `http://${host}:${port}/hook`,
    received,
    connections: 0,
    async until(count) {
      for (const deadline = performance.now() + 20_000; received.length < count; await sleep(10))
        if (performance.now() > deadline) throw new Error(`${received.length} of ${count} messages came`);
      return received;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  server.on('connection', () => sink.connections++);
  return sink;
}

/** Verifies by Standard Webhooks, written down from its specification and sharing nothing with the product. */
export function verifyStandard({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(content).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .map((one) => Buffer.from(one.slice(3), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

/** Verifies as VEC documents it. */
export function verifyVec({ headers, body }: Received, secret: string): boolean {
  return headers['x-webhook-signature'] === createHmac('sha256', secret).update(body, 'utf8').digest('hex');
}
