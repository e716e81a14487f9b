/** docs/errors.md: the closed tables of error codes, with each door's HTTP number, and of issue codes with their sentences. */

import { problemStatus } from '../api/errors.ts';
import { click2mailStatus } from '../dialects/click2mail/errors.ts';
import { unicredaStatus } from '../dialects/unicreda/errors.ts';
import { vecStatus } from '../dialects/vec/errors.ts';
import { issueSentences } from '../domain/issue.ts';
import { type ErrorCode, errorCodes } from '../errors.ts';
import { pageStatus } from '../public/errors.ts';
import { generatedBy, markdownTable } from './markdown.ts';

const meanings: Record<ErrorCode, string> = {
  invalid_input: 'The request, file or row says something that cannot be; the issues name each fault.',
  unauthenticated: 'The API key is missing, unknown or revoked.',
  forbidden: 'The key lacks a permission, which is named.',
  not_found: 'There is no such thing, or it belongs to someone else: the answer is the same.',
  conflict: 'Something else holds or has changed what this was about.',
  illegal_transition: 'The thing is in a status that does not allow this.',
  limit_exceeded: 'Not enough credits, or a limit of the organization.',
  too_many_requests:
    'The key, or an address without a valid one, asks too often; try again after `Retry-After` seconds.',
  unsupported_media: 'The body is of a type this address does not take.',
  payload_too_large: 'The body or a part of it is too large.',
  upstream_failed: 'A server that this one needs refused or did not answer.',
  not_ready: 'The database or the disk cannot take it now; try again after `Retry-After` seconds.',
  internal: 'A mistake of this program. The answer says nothing more; the log does, under the request’s id.',
};

export function errorsPage(): string {
  const codes = (Object.keys(errorCodes) as ErrorCode[]).map((code) => [
    `\`${code}\``,
    meanings[code],
    errorCodes[code].retryable ? 'yes' : 'no',
    String(problemStatus[code]),
    String(vecStatus[code]),
    String(unicredaStatus[code]),
    String(click2mailStatus[code]),
    String(pageStatus[code]),
  ]);
  const issues = Object.entries(issueSentences).map(([code, sentence]) => [`\`${code}\``, sentence]);
  return [
    '# Errors',
    generatedBy('src/errors.ts, src/domain/issue.ts and the doors’ tables'),
    'The core throws one class with one of these codes; only a door turns a code into an HTTP number, a sentence and a body.',
    markdownTable(
      ['code', 'meaning', 'may succeed later unchanged', 'our API', 'VEC', 'UniCreda', 'Click2Mail', 'public pages'],
      codes,
    ),
    'Our API answers problems of RFC 9457 (`application/problem+json`) with `code`, `requestId`, and `issues` where there are any. VEC’s bodies are in [dialects/vec.md](dialects/vec.md). UniCreda’s are `{"error", "detail"}`, both the same sentence; JSON that cannot be read is 400 there. Click2Mail’s are XML, `<status>9</status>` and a `<description>`; more recipients than allowed are 413 there.',
    '## Issues',
    'An issue is `{path, code, params}`: where, what, and the facts for the sentence (the offending value, bounds, a line number). In our API, on the command line and in the `_error` column of the failed rows it reads as follows, after the name of the column; `{…}` are params.',
    markdownTable(['code', 'sentence'], issues),
  ].join('\n\n');
}
