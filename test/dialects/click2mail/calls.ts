/** Every call of the Click2Mail door, with its success and the errors it can answer beside 401, 405, 429 and 500. */

import type { ProvenCall } from '../../support/proof-table.ts';

export const calls: readonly ProvenCall[] = [
  { method: 'post', path: '/v1/batches', success: { status: 201 } },
  { method: 'put', path: '/v1/batches/{id}', success: { status: 200 }, errors: [400, 404, 409, 413, 415] },
  { method: 'post', path: '/v1/batches/{id}', success: { status: 200 }, errors: [400, 404] },
  { method: 'get', path: '/v1/batches/{id}', success: { status: 201 }, errors: [404] },
  { method: 'get', path: '/v1/batches/{id}/details', success: { status: 201 }, errors: [404] },
  { method: 'get', path: '/v1/batches/{id}/tracking', success: { status: 201 }, errors: [404] },
];
