/** The HTTP server: limits and timeouts for all doors; each door is a plugin with its own parsers, errors and not-found answers. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { sendProblem } from '../api/errors.ts';
import { registerApi } from '../api/index.ts';
import type { App } from '../app.ts';
import { connectionFaultXml, presentError as presentXmlError } from '../dialects/click2mail/errors.ts';
import { isOfClick2mail, registerClick2mail } from '../dialects/click2mail/index.ts';
import { xmlType } from '../dialects/click2mail/xml-writer.ts';
import { connectionFaultBody, presentError } from '../dialects/unicreda/errors.ts';
import { registerUnicreda } from '../dialects/unicreda/index.ts';
import { registerVec } from '../dialects/vec/index.ts';
import { notFound } from '../errors.ts';
import { registerPublic } from '../public/index.ts';
import { boundAnswers } from './bound-answers.ts';
import { registerHealth } from './health.ts';
import { openRateLimits } from './rate-limits.ts';
import { sweepUploads } from './read-form.ts';
import {
  type ConnectionAnswer,
  type ConnectionFault,
  type ConnectionFaults,
  inJson,
  openConnectionFaults,
} from './refuse-connection.ts';

/** Milliseconds. */
export interface ServerTimeouts {
  /** For one whole request; a million rows arrive in far less. */
  request: number;
  headers: number;
  /** Without a byte in either direction, while one is awaited. */
  silence: number;
  /** How often all of them are looked at. */
  check: number;
  /** Over which an answer must be read fast enough. */
  answerWindow: number;
}

const defaults: ServerTimeouts = {
  request: 300_000,
  headers: 15_000,
  silence: 60_000,
  check: 2_000,
  answerWindow: 30_000,
};

/** Laravel's words, but where another door is meant. */
function refuseAddress(app: App, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const address = (request.raw.url as string).split('?')[0] as string;
  if (address.startsWith('/chancery/')) return sendProblem(app, notFound('address', address), request, reply);
  if (address.startsWith('/api/v1/')) return presentError(app, notFound('address', address), request, reply);
  if (isOfClick2mail(address)) return presentXmlError(app, notFound('address', address), request, reply);
  return reply.code(404).send({ message: `The route ${address.slice(1)} could not be found.` });
}

function connectionAnswer(status: ConnectionFault, { url, headers }: IncomingMessage): ConnectionAnswer | undefined {
  if (url?.startsWith('/api/v1/')) return inJson(connectionFaultBody(status, headers));
  if (url && isOfClick2mail(url)) return { type: xmlType, text: connectionFaultXml(status) };
  return undefined;
}

export async function buildServer(app: App, given: Partial<ServerTimeouts> = {}): Promise<FastifyInstance> {
  const timeouts = { ...defaults, ...given };
  await sweepUploads(join(app.config.dataDirectory, 'uploads'));
  const faults = openConnectionFaults(connectionAnswer);
  const server = fastify({
    logger: false,
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.silence,
    // Longer than the pause of any usual poller: a connection that closes as the next request leaves is an error at the client.
    keepAliveTimeout: 75_000,
    bodyLimit: 2 ** 20,
    genReqId: () => randomUUID(),
    // Addresses that cannot be read never reach a door.
    frameworkErrors: (_, request, reply) =>
      refuseAddress(app, request as FastifyRequest, reply as unknown as FastifyReply),
    clientErrorHandler: faults.refuse,
    forceCloseConnections: 'idle',
    http: { headersTimeout: timeouts.headers, connectionsCheckingInterval: timeouts.check, maxHeaderSize: 16_384 },
    routerOptions: {
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      maxParamLength: 200,
    },
  });
  watchRequests(server, app, faults.began);
  answerInTurn(server);
  const { DOWNLOAD_SECONDS: seconds, DOWNLOAD_RATE: bytesPerSecond } = app.config;
  const { answerWindow: window, check } = timeouts;
  boundAnswers(server, app, { seconds, bytesPerSecond, window, check });
  refuseWhileHalted(server, app);
  // One for all doors: a key's requests are counted wherever it knocks.
  const limits = openRateLimits();
  await server.register(async (scope) => registerHealth(scope, app));
  await server.register(async (scope) => registerVec(scope, app, limits));
  await server.register(async (scope) => registerUnicreda(scope, app, limits), { prefix: '/api/v1' });
  await server.register(async (scope) => registerClick2mail(scope, app, limits));
  await server.register(async (scope) => registerApi(scope, app, limits), { prefix: '/chancery/v1' });
  await server.register(async (scope) => registerPublic(scope, app, limits));
  return server;
}

const reads = ['GET', 'HEAD', 'OPTIONS'];
const forMachines = ['/livez', '/readyz', '/metrics'];

/** In quarantine, and without the master key, whatever may change something is refused; by a program older than its database, everything but what machines watch it by. */
function refuseWhileHalted(server: FastifyInstance, { instance }: App): void {
  server.addHook('onRequest', async ({ method, routeOptions }, reply) => {
    if (instance.halt === undefined || forMachines.includes(routeOptions.url ?? '')) return;
    if (instance.halt.kind !== 'outdated' && reads.includes(method)) return;
    reply.header('retry-after', '60');
    instance.refuse();
  });
}

/** One answer at a time for each connection: who sends a hundred requests at once and reads nothing would have a hundred made and kept in memory. */
function answerInTurn(server: FastifyInstance): void {
  const last = new WeakMap<Socket, Promise<unknown>>();
  server.addHook('onRequest', async ({ raw: { socket } }, reply) => {
    const before = last.get(socket);
    last.set(socket, new Promise((resolve) => reply.raw.once('close', resolve)));
    await before;
    // Nobody is there any more, and nothing is begun for them.
    if (before && socket.destroyed) reply.hijack();
  });
}

function watchRequests(server: FastifyInstance, app: App, began: ConnectionFaults['began']): void {
  // What no route says otherwise: answers are about people, so nobody keeps them, and they are what their type says.
  server.addHook('onRequest', async (_, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    if (app.publicUrl.startsWith('https:')) reply.header('strict-transport-security', 'max-age=31536000');
  });
  server.addHook('onRequest', async (request, reply) => {
    began(request.raw, reply.raw);
    // Who falls silent in the middle of a request is told so, as who takes too long over the whole is; node would only hang up.
    request.raw.once('timeout', (socket: Socket) => {
      if (reply.raw.headersSent) socket.destroy();
      else
        server.server.emit(
          'clientError',
          Object.assign(new Error('silence'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
          socket,
        );
    });
  });
  server.addHook('onResponse', async (request, reply) => {
    app.log.info(
      {
        request: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
}
