/** Errors as VEC speaks them: Laravel's 422 with its counting rule, sentences of the seeds, bodies by number. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { Issue } from '../../domain/issue.ts';
import type { ChanceryError, ErrorCode } from '../../errors.ts';
import { logPrivate, normalizeError, shownMessage } from '../../http/normalize-error.ts';
import { sentence } from './sentences.ts';

export const vecStatus: Record<ErrorCode, number> = {
  invalid_input: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  illegal_transition: 409,
  limit_exceeded: 422,
  too_many_requests: 429,
  unsupported_media: 415,
  payload_too_large: 413,
  upstream_failed: 502,
  not_ready: 503,
  internal: 500,
};

export function presentError(app: App, thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = normalizeError(thrown);
  logPrivate(app, request, error);
  if (error.code === 'not_ready') reply.header('retry-after', '2');
  return reply.code(vecStatus[error.code]).send(bodyOf(error));
}

function bodyOf(error: ChanceryError): Record<string, unknown> {
  switch (error.code) {
    case 'unauthenticated':
      return { message: 'Unauthorized - Invalid API token' };
    case 'forbidden':
      return {
        message: `Forbidden - ${error.details.mode === 'test' ? 'Test keys may not do this' : 'Insufficient permissions'}`,
        required_permission: error.details.permission,
      };
    case 'not_found':
      return { message: `The requested ID ${error.details.id ?? ''} was not found.`, error: 'resource_not_found' };
    case 'invalid_input':
      return validationBody(
        error.issues.length > 0
          ? error.issues
          : [{ path: 'form', code: 'invalid', params: { sentence: `${capital(error.message)}.` } }],
      );
    case 'limit_exceeded':
      return envelope([
        [
          'balance',
          [`Insufficient certificate credits: ${error.details.needed} needed, ${error.details.available} available.`],
        ],
      ]);
    case 'too_many_requests':
      return { message: 'Too Many Attempts.' };
    case 'internal':
      return { message: 'An unexpected error occurred. Our team has been notified.', error_code: 'SERVER_ERROR' };
    default:
      return { message: shownMessage(error) };
  }
}

/** Keys in the order of VEC's rules, messages in the order they were found. */
const ruleOrder = ['form', 'name', 'template_id', 'csv_file', 'signatories'];
const signatoryRules = ['', 'user_uuid', 'index'];

function validationBody(issues: readonly Issue[]): Record<string, unknown> {
  const byKey = new Map<string, string[]>();
  for (const issue of issues) {
    const key = issue.path === 'file' && issue.params?.sentence === undefined ? 'csv_file' : issue.path;
    byKey.set(key, [...(byKey.get(key) ?? []), sentence(key, issue)]);
  }
  return envelope([...byKey].sort(([a], [b]) => compareKeys(a, b)));
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** `signatories` before what is in it, there rule by rule as Laravel unfolds them; the rest as it was found. */
function compareKeys(a: string, b: string): number {
  const [x, y] = [a, b].map((key) => {
    const [field = '', at, rule = ''] = key.split('.');
    const place = ruleOrder.includes(field) ? ruleOrder.indexOf(field) : ruleOrder.length;
    if (at === undefined) return [place, -1, 0];
    return field === 'signatories' ? [place, signatoryRules.indexOf(rule), Number(at)] : [place, 0, 0];
  }) as [number[], number[]];
  return x.map((one, at) => one - (y[at] as number)).find((difference) => difference !== 0) ?? 0;
}

/** Laravel's rule: the first message, then how many more there are in all. */
function envelope(errors: [string, string[]][]): Record<string, unknown> {
  const more = errors.reduce((sum, [, messages]) => sum + messages.length, 0) - 1;
  const first = errors[0]?.[1][0] ?? '';
  return {
    message: more === 0 ? first : `${first} (and ${more} more error${more === 1 ? '' : 's'})`,
    errors: Object.fromEntries(errors),
  };
}
