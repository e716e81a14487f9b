/** The table of proofs in docs/dialects/unicreda.md. */

import { operations } from '../../../src/dialects/unicreda/openapi/operations.ts';
import { testProofTable } from '../../support/proof-table.ts';

// Of bodies that are too large, and of a conflict of keys.
testProofTable({
  name: 'unicreda',
  operations,
  isElsewhere: (call, status) => status === 413 || (status === 409 && call.endsWith('/issue')),
});
