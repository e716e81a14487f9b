/** `/wallet`: a member asks for a link, opens their wallet by it and sees what was issued to them. Looking at a link uses nothing up. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { ChanceryError } from '../errors.ts';
import { normalizeError } from '../http/normalize-error.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { listCredentials } from '../usecases/wallet/list-credentials.ts';
import { openWallet, viewWalletLink } from '../usecases/wallet/open-wallet.ts';
import { askForLink } from '../usecases/wallet/send-link.ts';
import { endSession, findSession } from '../usecases/wallet/wallet-session.ts';
import { pageStatus } from './errors.ts';
import { acceptForms, type FormFields } from './form-body.ts';
import { pageNumber } from './page-number.ts';
import { isFromOwnPage } from './same-site.ts';
import { pageHeaders } from './security-headers.ts';
import {
  renderAskedPage,
  renderAskPage,
  renderClosedPage,
  renderWalletFaultPage,
  walletPath,
} from './wallet-ask-page.ts';
import { cookieOf, noCookie, sessionCookie } from './wallet-cookie.ts';
import { languageAskedFor, speakTo } from './wallet-language.ts';
import { credentialsPath, renderOpenPage, renderWalletPage, signOutPath } from './wallet-page.ts';

interface WithForm {
  Querystring: Record<string, unknown>;
  Body: FormFields | undefined;
}

interface WithToken extends WithForm {
  Params: { token: string };
}

/** Milliseconds: longer than a link takes to be stored, so that the answer's time does not tell whether one was. */
const askTime = 400;

/** `server` is a scope of its own: it takes forms and nothing else, and speaks the reader's language of every fault. */
export function registerWalletRoutes(server: FastifyInstance, app: App, limits: RateLimits): void {
  acceptForms(server);
  server.setErrorHandler((error, request, reply) => answerFault(error, request, reply));
  server.addHook('onRequest', async ({ method, headers }) => {
    if (method === 'POST' && !isFromOwnPage(headers, app.publicUrl))
      throw new ChanceryError('forbidden', 'the form comes from another site');
  });
  registerAsking(server, app, limits);
  registerOpening(server, app);

  server.get<WithForm>(credentialsPath, async (request, reply) => {
    const session = await findSession(app, cookieOf(request.headers));
    if (!session) return reply.redirect(`${walletPath}?ended=yes`, 303);
    const page = pageNumber(request.query.page);
    const { credentials, hasOlder } = await listCredentials(app, session, page);
    const view = { ...session, credentials, hasOlder, page, publicUrl: app.publicUrl };
    return reply.headers(pageHeaders).send(renderWalletPage(speakTo(request, credentials[0]?.language), view));
  });
  server.post<WithForm>(signOutPath, async (request, reply) => {
    const token = cookieOf(request.headers);
    if (token !== undefined) await endSession(app, token);
    return reply.header('set-cookie', noCookie(app)).redirect(`${walletPath}?signed-out=yes`, 303);
  });
  // Whoever asks again for the address their form was sent to.
  server.get(signOutPath, (_, reply) => reply.redirect(walletPath, 303));
}

function registerAsking(server: FastifyInstance, app: App, limits: RateLimits): void {
  server.get<WithForm>(walletPath, async (request, reply) => {
    if (await findSession(app, cookieOf(request.headers))) return reply.redirect(credentialsPath, 303);
    const speech = speakTo(request);
    const { asked, ended, 'signed-out': out } = request.query;
    reply.headers(pageHeaders);
    if (asked === 'yes') return reply.send(renderAskedPage(speech));
    const { signedOut, ended: over } = speech.words;
    return reply.send(
      renderAskPage(speech, { notice: out === 'yes' ? signedOut : ended === 'yes' ? over : undefined }),
    );
  });
  server.post<WithForm>(walletPath, async (request, reply) => {
    const max = app.config.RATE_LIMIT_UNAUTHENTICATED;
    const standing = max > 0 && limits.take(`wallet ${request.ip}`, max);
    if (standing && !standing.allowed) {
      reply.header('retry-after', standing.retryAfter);
      throw new ChanceryError('too_many_requests', 'too many links were asked for');
    }
    const { email = '' } = request.body ?? {};
    try {
      await Promise.all([askForLink(app, email, languageAskedFor(request)), sleep(askTime)]);
    } catch (error) {
      if (!(error instanceof ChanceryError) || error.code !== 'invalid_input') throw error;
      const speech = speakTo(request);
      const sentence = email.trim() === '' ? speech.words.emailMissing : speech.words.emailWrong;
      const page = renderAskPage(speech, { problem: { sentence, typed: email.slice(0, 254) } });
      return reply.code(422).headers(pageHeaders).send(page);
    }
    return reply.redirect(`${walletPath}?asked=yes`, 303);
  });
}

function registerOpening(server: FastifyInstance, app: App): void {
  server.get<WithToken>(`${walletPath}/open/:token`, async (request, reply) => {
    const link = await viewWalletLink(app, request.params.token);
    const speech = speakTo(request, link.language);
    reply.headers(pageHeaders);
    if (link.closed === null) return reply.send(renderOpenPage(speech, { ...link, path: pathOf(request) }));
    // Whoever came in by it already and opens the mail once more.
    const session = link.memberId && (await findSession(app, cookieOf(request.headers)));
    if (session && session.memberId === link.memberId) return reply.redirect(credentialsPath, 303);
    return reply.code(link.closed === 'unknown' ? 404 : 410).send(renderClosedPage(speech, link.closed));
  });
  server.post<WithToken>(`${walletPath}/open/:token`, async (request, reply) => {
    const opened = await openWallet(app, request.params.token);
    // The link says itself why it opens nothing.
    if (opened === undefined) return reply.redirect(pathOf(request), 303);
    return reply.header('set-cookie', sessionCookie(app, opened)).redirect(credentialsPath, 303);
  });
}

const pathOf = ({ params }: FastifyRequest<WithToken>) => `${walletPath}/open/${encodeURIComponent(params.token)}`;

/** Faults of ours are thrown on to the handler of all pages. */
function answerFault(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = normalizeError(thrown);
  const status = pageStatus[error.code];
  if (status >= 500) throw error;
  const speech = speakTo(request);
  const { words } = speech;
  const [title, next] =
    error.code === 'too_many_requests' ? [words.tooMany, words.tooManyNext] : [words.fault, words.faultNext];
  return reply
    .code(status)
    .headers(pageHeaders)
    .send(renderWalletFaultPage(speech, title, next));
}
