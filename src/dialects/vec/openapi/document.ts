/** The OpenAPI 3.1 document of the VEC door. */

import { type DescribedDoor, openApiDocument } from '../../../http/openapi/document.ts';
import { operations } from './operations.ts';
import { type ErrorStatus, errors } from './pages.ts';
import { webhooksPart } from './webhooks.ts';

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

const door: DescribedDoor = {
  title: 'Chancery: the VEC door',
  description:
    'The institution API of VEC.digital as this server speaks it. What is ours rather than VEC’s is called an extension; docs/dialects/vec.md lists every divergence.',
  security: {
    name: 'token',
    scheme: { type: 'http', scheme: 'bearer', description: 'An API token of the institution' },
  },
  operations,
  errors,
  reasons,
  everywhere: [401, 403, 429, 500, 503],
  webhooks: webhooksPart,
};

export const vecDocument = () => openApiDocument(door);
