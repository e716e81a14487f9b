/** Sends one webhook message: to an address that was checked, over verified TLS, once, following nowhere, within bounds of time and size. */

import http from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { ConnectorFault, faultSentence } from './connector-fault.ts';
import { hostOf, openReachable, portOf, type Reachable } from './reachable.ts';
import { checkAddresses, checkedLookup } from './resolve.ts';

export interface WebhookAnswer {
  status: number;
  /** Beginning of the body, as text without control characters. */
  excerpt: string;
  /** What the receiver asks for by Retry-After. */
  retryAfterSeconds: number | null;
}

export type WebhookOutcome = { answer: WebhookAnswer } | { fault: string };

export interface WebhookConnector {
  reachable: Reachable;
  /** Never throws. */
  post(url: URL, headers: Record<string, string>, body: Buffer): Promise<WebhookOutcome>;
}

/** Milliseconds and bytes. */
export interface ConnectorBounds {
  /** Name, connection and TLS. */
  connect: number;
  total: number;
  /** Of the answer's body; then it is cut. */
  bodyBytes: number;
}

const defaults: ConnectorBounds = { connect: 5_000, total: 15_000, bodyBytes: 65_536 };
const excerptBytes = 1_024;

export function openConnector(
  options: { allowPrivate: string; nameServers: string },
  bounds: ConnectorBounds = defaults,
): WebhookConnector {
  const reachable = openReachable(options.allowPrivate);
  const servers = options.nameServers.split(',').flatMap((server) => (server.trim() === '' ? [] : [server.trim()]));
  return {
    reachable,
    async post(url, headers, body) {
      try {
        return { answer: await exchange(url, headers, body, { reachable, servers, bounds }) };
      } catch (error) {
        return { fault: faultSentence(error) };
      }
    },
  };
}

interface Wiring {
  reachable: Reachable;
  servers: readonly string[];
  bounds: ConnectorBounds;
}

async function exchange(
  url: URL,
  headers: Record<string, string>,
  body: Buffer,
  { reachable, servers, bounds }: Wiring,
): Promise<WebhookAnswer> {
  const isSecure = url.protocol === 'https:';
  const host = hostOf(url);
  // A literal address never comes to the resolver.
  if (isIP(host)) checkAddresses([host], reachable, isSecure);
  const { promise, resolve, reject } = Promise.withResolvers<WebhookAnswer>();
  const request = (isSecure ? https : http).request({
    method: 'POST',
    host,
    port: portOf(url),
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, 'content-length': body.length, 'accept-encoding': 'identity' },
    // One connection for one message, and none of the process's agents or proxies.
    agent: false,
    lookup: checkedLookup(reachable, isSecure, servers),
    autoSelectFamilyAttemptTimeout: 2_000,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    maxHeaderSize: 16_384,
  } as https.RequestOptions);
  const give = (reason: string) => request.destroy(new ConnectorFault(reason));
  const connecting = setTimeout(() => give(`no connection within ${bounds.connect / 1_000} s`), bounds.connect);
  const waiting = setTimeout(() => give(`no answer within ${bounds.total / 1_000} s`), bounds.total);
  request.once('socket', (socket) => {
    socket.once(isSecure ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    socket.once('connect', () => recheck(socket, reachable, give));
  });
  let isAnswered = false;
  // From the status on there is an answer, whatever becomes of the rest.
  const lose = (error: Error) => isAnswered || reject(error);
  request.once('response', (response) => {
    isAnswered = true;
    void readAnswer(response, bounds.bodyBytes).then(resolve, reject);
  });
  request.on('error', lose);
  request.once('close', () => lose(new ConnectorFault('the connection was closed without an answer')));
  request.end(body);
  try {
    return await promise;
  } finally {
    clearTimeout(connecting);
    clearTimeout(waiting);
    request.destroy();
  }
}

/** What the socket says it is connected to; nothing has been written yet. */
function recheck(socket: Socket, reachable: Reachable, give: (reason: string) => void): void {
  if (!socket.remoteAddress || !reachable.mayReach(socket.remoteAddress))
    give('the host has a private or reserved address');
}

/** The status decides; the body is read for the log only, so however it ends, by a cut, a break or the clock, there is an answer. */
async function readAnswer(response: http.IncomingMessage, limit: number): Promise<WebhookAnswer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      if (size < excerptBytes) parts.push(part);
      size += part.length;
      if (size > limit) break;
    }
  } catch {
    // Broken off, or cut by the clock.
  }
  const isText = !response.headers['content-encoding'];
  return {
    status: response.statusCode as number,
    excerpt: isText ? plainText(Buffer.concat(parts).subarray(0, excerptBytes)) : '(encoded)',
    retryAfterSeconds: retryAfter(response.headers['retry-after']),
  };
}

/** PostgreSQL takes no NUL, and a terminal takes too much. */
function plainText(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/[^\P{Cc}\n\t]/gu, '');
}

/** Seconds, from a number or a date; null for anything else. */
function retryAfter(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1_000);
}
