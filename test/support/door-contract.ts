/** Holds every answer of a door against the OpenAPI document it serves; a field the document does not know counts as a fault. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import { unicredaDocument } from '../../src/dialects/unicreda/openapi/document.ts';
import { vecDocument } from '../../src/dialects/vec/openapi/document.ts';

type Json = Record<string, unknown>;

interface Response {
  $ref?: string;
  content?: Record<string, { schema?: Json }>;
}

export interface Answer {
  method: string;
  /** As registered, e.g. `/business/batches/:id`; undefined where no route was found. */
  route: string | undefined;
  /** A route that only says that the method is wrong. */
  refused: boolean;
  status: number;
  type: string;
  body: string;
}

/** `/a/:id` and `/a/{batchId}` are the same address. */
export const withoutNames = (path: string) => path.replace(/\{\w+\}|:\w+/g, '*');

/** Objects with listed properties allow no others. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const own = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  return own.type === 'object' && own.properties && own.additionalProperties === undefined
    ? { ...own, additionalProperties: false }
    : own;
}

/** What is wrong with an answer; undefined where it is as the document says. */
export type Contract = (answer: Answer) => string | undefined;

/** `unrouted` is what any address answers that has no such method, or is none at all. */
function contractOf(name: string, made: object, unrouted: Json): Contract {
  const document = made as {
    paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
    components: { responses: Record<string, Response>; schemas: Json };
  };
  const operations = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method.toUpperCase()} ${withoutNames(path)}`, operation] as const,
      ),
    ),
  );
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addSchema({ $id: name, components: closed(document.components) as Json });
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (schema: Json): ValidateFunction => {
    const text = JSON.stringify(closed(schema)).replaceAll('"#/components/', `"${name}#/components/`);
    const validator = validators.get(text) ?? ajv.compile(JSON.parse(text) as Json);
    validators.set(text, validator);
    return validator;
  };
  const plain: Response = { content: { 'application/json': { schema: unrouted } } };
  const documented = ({ method, route, refused, status }: Answer): Response | undefined => {
    if (refused) return status === 405 || status === 401 || status === 429 ? plain : undefined;
    if (route === undefined) return status === 404 || status === 401 || status === 429 ? plain : undefined;
    const response = operations.get(`${method === 'HEAD' ? 'GET' : method} ${withoutNames(route)}`)?.responses[status];
    return response?.$ref ? document.components.responses[response.$ref.split('/').at(-1) as string] : response;
  };
  return (answer) => {
    const call = `${answer.method} ${answer.route} ${answer.status}`;
    const response = documented(answer);
    if (!response) return `${call} is not in the document: ${answer.body.slice(0, 200)}`;
    const type = answer.type.split(';')[0] as string;
    const content = response.content?.[type];
    if (!content) return `${call} answered ${type}`;
    if (!content.schema || answer.method === 'HEAD') return undefined;
    const validator = validatorOf(content.schema);
    if (validator(JSON.parse(answer.body))) return undefined;
    return `${call}: ${ajv.errorsText(validator.errors)} in ${answer.body.slice(0, 500)}`;
  };
}

const texts = (...names: string[]): Json => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: names,
});

/** By what the addresses of the door begin with. */
export const contracts = {
  '/business/': contractOf('vec', vecDocument(), texts('message')),
  '/api/v1/': contractOf('unicreda', unicredaDocument(), texts('error', 'detail')),
} as const satisfies Record<string, Contract>;

/** Call it before the doors are registered; gives the faults found so far. */
export function watchAnswers(server: FastifyInstance): string[] {
  const faults = new Set<string>();
  const found: string[] = [];
  server.addHook('onSend', async (request, reply, payload) => {
    const { url, config } = request.routeOptions;
    const door = (Object.keys(contracts) as (keyof typeof contracts)[]).find((begin) => request.url.startsWith(begin));
    if (!door || url === `${door}openapi.json`) return;
    const fault = contracts[door]({
      method: request.method,
      route: request.is404 ? undefined : url,
      refused: config.refused === true,
      status: reply.statusCode,
      type: String(reply.getHeader('content-type') ?? ''),
      body: typeof payload === 'string' ? payload : '',
    });
    if (fault === undefined || faults.has(fault)) return;
    faults.add(fault);
    found.push(fault);
  });
  return found;
}
