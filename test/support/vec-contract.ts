/** Holds every answer of the VEC door against the OpenAPI document it serves; a field the document does not know counts as a fault. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
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

const document = vecDocument() as {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
  components: { responses: Record<string, Response>; schemas: Json };
};

/** `/a/:id` and `/a/{batchId}` are the same address. */
export const withoutNames = (path: string) => path.replace(/\{\w+\}|:\w+/g, '*');

const operations = new Map(
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${withoutNames(path)}`, operation] as const,
    ),
  ),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema({ $id: 'vec', components: closed(document.components) as Json });

/** Objects with listed properties allow no others. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const own = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  return own.type === 'object' && own.properties && own.additionalProperties === undefined
    ? { ...own, additionalProperties: false }
    : own;
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(schema: Json): ValidateFunction {
  const text = JSON.stringify(closed(schema)).replaceAll('"#/components/', '"vec#/components/');
  const validator = validators.get(text) ?? ajv.compile(JSON.parse(text) as Json);
  validators.set(text, validator);
  return validator;
}

const onlyMessage: Response = {
  content: {
    'application/json': {
      schema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
    },
  },
};

function documented({ method, route, refused, status }: Answer): Response | undefined {
  if (refused) return status === 405 || status === 401 || status === 429 ? onlyMessage : undefined;
  if (route === undefined) return status === 404 || status === 401 || status === 429 ? onlyMessage : undefined;
  const response = operations.get(`${method === 'HEAD' ? 'GET' : method} ${withoutNames(route)}`)?.responses[status];
  return response?.$ref ? document.components.responses[response.$ref.split('/').at(-1) as string] : response;
}

/** What is wrong with an answer; undefined where it is as the document says. */
export function faultOf(answer: Answer): string | undefined {
  const name = `${answer.method} ${answer.route} ${answer.status}`;
  const response = documented(answer);
  if (!response) return `${name} is not in the document: ${answer.body.slice(0, 200)}`;
  const type = answer.type.split(';')[0] as string;
  const content = response.content?.[type];
  if (!content) return `${name} answered ${type}`;
  if (!content.schema || answer.method === 'HEAD') return undefined;
  const validator = validatorOf(content.schema);
  if (validator(JSON.parse(answer.body))) return undefined;
  return `${name}: ${ajv.errorsText(validator.errors)} in ${answer.body.slice(0, 500)}`;
}

/** Call it before the doors are registered; gives the faults found so far. */
export function watchVecAnswers(server: FastifyInstance): string[] {
  const faults = new Set<string>();
  const found: string[] = [];
  server.addHook('onSend', async (request, reply, payload) => {
    const { url, config } = request.routeOptions;
    if (!request.url.startsWith('/business') || url === '/business/openapi.json') return;
    const fault = faultOf({
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
