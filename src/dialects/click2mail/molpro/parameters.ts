/** What a MOLPRO call says, wherever its client puts it: behind the address, in a form, or in a multipart form. Names are compared without case. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Issue } from '../../../domain/issue.ts';
import { invalidInput, notFound } from '../../../errors.ts';

export interface Parameters {
  /** Trimmed; '' where it was not sent. */
  text(name: string): string;
  /** A whole number; undefined where it was not sent. Throws `invalid_input`. */
  count(name: string, bounds: { min: number; max: number }): number | undefined;
}

const longest = 1_000;
const formLimit = 64 * 1024;

/** Bodies of other kinds are left to their routes unread. */
export function acceptForms(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const options = { parseAs: 'string', bodyLimit: formLimit } as const;
  server.addContentTypeParser('application/x-www-form-urlencoded', options, (_, body, done) => done(null, body));
  server.addContentTypeParser('*', (_, __, done) => done(null));
}

/** `form`: the fields of a multipart form that the route has read. Throws `invalid_input` for what is sent twice with two meanings. */
export function readParameters(request: FastifyRequest, form: Iterable<[string, string]> = []): Parameters {
  const query = request.url.split('?').slice(1).join('?');
  const body = typeof request.body === 'string' ? request.body : '';
  return parametersOf([...new URLSearchParams(query), ...new URLSearchParams(body), ...form]);
}

export function parametersOf(pairs: Iterable<[string, string]>): Parameters {
  const values = new Map<string, string>();
  const issues: Issue[] = [];
  for (const [name, given] of pairs) {
    const key = name.toLowerCase();
    const value = given.trim();
    const earlier = values.get(key);
    if (value.length > longest)
      issues.push({ path: shown(name), code: 'too_long', params: { length: value.length, max: longest } });
    if (earlier !== undefined && earlier !== value)
      issues.push({ path: shown(name), code: 'invalid', params: { reason: 'it was sent twice' } });
    values.set(key, value);
  }
  if (issues.length > 0) throw invalidInput('the parameters are not valid', issues);
  const text = (name: string) => values.get(name.toLowerCase()) ?? '';
  return {
    text,
    count(name, { min, max }) {
      const value = text(name);
      if (value === '') return undefined;
      const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= min && number <= max) return number;
      const reason = `write a whole number from ${min} to ${max}`;
      throw invalidInput(`${name} is not valid`, [{ path: name, code: 'invalid', params: { reason } }]);
    },
  };
}

const shown = (name: string) => name.slice(0, 100);

/** Of an address. Throws `not_found` for what is no number of digits. */
export function numberOf(noun: 'address list' | 'mail job', id: string): number {
  if (!/^\d{1,10}$/.test(id)) throw notFound(noun, id);
  return Number(id);
}
