/** The OpenAPI 3.1 document of the UniCreda door. */

import { type DescribedDoor, openApiDocument } from '../../../http/openapi/document.ts';
import { errors, reasons } from './errors.ts';
import { operations } from './operations.ts';

const door: DescribedDoor = {
  title: 'Chancery: the UniCreda door',
  description:
    'The API of UniCreda as this server speaks it. What is ours rather than UniCreda’s is called an extension; docs/dialects/unicreda.md lists every divergence.',
  security: {
    name: 'api_key',
    scheme: {
      type: 'apiKey',
      in: 'header',
      name: 'X-API-Key',
      description: '`uc_live_…`, or `uc_test_…` for specimens',
    },
  },
  operations,
  errors,
  reasons,
  everywhere: [401, 403, 429, 500, 503],
};

export const unicredaDocument = () => openApiDocument(door);
