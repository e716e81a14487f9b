/** An OpenAPI 3.1 document of one door, built from the table of its calls. */

import { z } from 'zod';
import type { Operation } from './operation.ts';

export type Json = Record<string, unknown>;
export type SchemaOf = (schema: z.ZodType) => Json;

/** What a door says of itself. */
export interface DescribedDoor {
  title: string;
  description: string;
  /** How a client says who it is, under its name in the document. */
  security: { name: string; scheme: Json };
  operations: readonly Operation[];
  /** Bodies of errors by HTTP number, with what each number means. */
  errors: Readonly<Record<number, z.ZodType>>;
  reasons: Readonly<Record<number, string>>;
  /** Numbers that every call may answer. */
  everywhere: readonly number[];
  webhooks?: (schemaOf: SchemaOf) => Json;
}

/** Schemas with an id become references to components. */
export function openApiDocument(door: DescribedDoor): Json {
  const components: Json = {};
  const schemaOf = (schema: z.ZodType): Json => {
    const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io: 'input' }) as Json & { $defs?: Json };
    for (const [name, definition] of Object.entries($defs ?? {})) components[name] = referring(definition as Json);
    const { id, ...rest } = own as Json & { id?: string };
    if (id === undefined) return referring(rest);
    components[id] = referring(rest);
    return { $ref: `#/components/schemas/${id}` };
  };
  const responses = Object.fromEntries(
    Object.entries(door.errors).map(([number, schema]) => [
      `Error${number}`,
      {
        description: door.reasons[Number(number)],
        ...(number === '429' && { headers: retryHeaders }),
        content: { 'application/json': { schema: schemaOf(schema) } },
      },
    ]),
  );
  const paths: Record<string, Json> = {};
  for (const operation of door.operations) {
    const path = paths[operation.path] ?? {};
    paths[operation.path] = path;
    path[operation.method] = operationOf(operation, door.everywhere, schemaOf);
  }
  const webhooks = door.webhooks?.(schemaOf);
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: door.title,
      version: '1',
      description: door.description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server' }],
    security: [{ [door.security.name]: [] }],
    tags: [...new Set(door.operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    ...(webhooks && { webhooks }),
    components: {
      securitySchemes: { [door.security.name]: door.security.scheme },
      responses,
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

function operationOf(operation: Operation, everywhere: readonly number[], schemaOf: SchemaOf): Json {
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
    isKeyed = operation.method === 'post',
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
    ...(isKeyed ? [idempotencyKey] : []),
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

function contentOf(body: Record<string, z.ZodType>, schemaOf: SchemaOf): Json {
  return Object.fromEntries(Object.entries(body).map(([type, schema]) => [type, { schema: schemaOf(schema) }]));
}

function successOf(success: Operation['success'], schemaOf: SchemaOf): Json {
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
