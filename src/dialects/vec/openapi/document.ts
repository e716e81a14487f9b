/** The OpenAPI 3.1 document of the VEC door, built from the table of its calls. */

import { z } from 'zod';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { type ErrorStatus, errors } from './pages.ts';
import { webhooksPart } from './webhooks.ts';

type Json = Record<string, unknown>;

const reasons: Record<ErrorStatus, string> = {
  401: 'Authentication failed',
  403: 'Permission denied',
  404: 'No such resource, or it is somebody else’s',
  409: 'It cannot be done in this state, or a request with the same Idempotency-Key is under way',
  413: 'The request or a part of it is too large',
  415: 'The body is of a type this call does not take',
  422: 'Validation failed',
  429: 'Rate limit exceeded',
  500: 'Server error',
  503: 'Try again after `Retry-After` seconds',
};

const everywhere: ErrorStatus[] = [401, 403, 429, 500, 503];

/** What the document says of a JSON answer; schemas with an id become references to components. */
export function vecDocument(): Json {
  const components: Json = {};
  const schemaOf = (schema: z.ZodType): Json => {
    const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io: 'input' }) as Json & { $defs?: Json };
    for (const [name, definition] of Object.entries($defs ?? {})) components[name] = referring(definition as Json);
    const { id, ...rest } = own as Json & { id?: string };
    if (id === undefined) return referring(rest);
    components[id] = referring(rest);
    return { $ref: `#/components/schemas/${id}` };
  };
  const errorResponses = Object.fromEntries(
    Object.entries(errors).map(([number, schema]) => [
      `Error${number}`,
      {
        description: reasons[Number(number) as ErrorStatus],
        ...(number === '429' && { headers: retryHeaders }),
        content: { 'application/json': { schema: schemaOf(schema) } },
      },
    ]),
  );
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    paths[operation.path] = path;
    path[operation.method] = operationOf(operation, schemaOf);
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Chancery: the VEC door',
      version: '1',
      description:
        'The institution API of VEC.digital as this server speaks it. What is ours rather than VEC’s is called an extension; docs/dialects/vec.md lists every divergence.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server' }],
    security: [{ token: [] }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    webhooks: webhooksPart(schemaOf),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token of the institution' } },
      responses: errorResponses,
      schemas: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Extension: the same key and content within 24 hours answer what was answered first',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const whole = { schema: { type: 'integer' } };
const retryHeaders = {
  'Retry-After': { description: 'Seconds to wait', ...whole },
  'X-RateLimit-Reset': { description: 'When the limit starts anew, in seconds since 1970', ...whole },
  'X-RateLimit-Limit': whole,
  'X-RateLimit-Remaining': whole,
};

function operationOf(operation: Operation, schemaOf: (schema: z.ZodType) => Json): Json {
  const {
    operationId,
    tag,
    summary,
    permission,
    query,
    body,
    success,
    errors: own = [],
    otherErrors = {},
    rehearsal,
  } = operation;
  const named = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const numbers = [...everywhere, ...own].filter((number) => !otherErrors[number]).sort((a, b) => a - b);
  const answers: [string, Json][] = [
    ...(rehearsal ? [rehearsedAs(schemaOf(rehearsal))] : []),
    [String(success.status), successOf(success, schemaOf)],
    ...Object.entries(otherErrors).map(([number, schema]): [string, Json] => [
      number,
      { description: 'Refused', content: { 'application/json': { schema: schemaOf(schema) } } },
    ]),
    ...numbers.map((number): [string, Json] => [String(number), { $ref: `#/components/responses/Error${number}` }]),
  ];
  const parameters = [
    ...named,
    ...(query ? queryParameters(schemaOf(query)) : []),
    ...(operation.method === 'post' ? [idempotencyKey] : []),
  ];
  return {
    operationId,
    tags: [tag],
    summary,
    description: `Needs the permission \`${permission}\`.`,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: contentOf(body, schemaOf) } }),
    responses: Object.fromEntries(answers),
  };
}

function contentOf(body: Record<string, z.ZodType>, schemaOf: (schema: z.ZodType) => Json): Json {
  return Object.fromEntries(Object.entries(body).map(([type, schema]) => [type, { schema: schemaOf(schema) }]));
}

function successOf(success: Operation['success'], schemaOf: (schema: z.ZodType) => Json): Json {
  const type = success.type ?? 'application/json';
  // A body of bytes has no schema in OpenAPI 3.1.
  return {
    description: success.description,
    content: { [type]: success.schema ? { schema: schemaOf(success.schema) } : {} },
  };
}

function queryParameters({ properties }: Json): Json[] {
  return Object.entries(properties as Record<string, Json>).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...(description !== undefined && { description }),
    schema,
  }));
}

function rehearsedAs(schema: Json): [string, Json] {
  return ['200', { description: 'What would happen; nothing was stored', content: { 'application/json': { schema } } }];
}

/** References within one schema become references to the document's components; that a number is a safe one goes without saying. */
function referring(schema: Json): Json {
  const text = JSON.stringify(schema, (key, value) =>
    key === 'maximum' && value === Number.MAX_SAFE_INTEGER ? undefined : value,
  );
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}
