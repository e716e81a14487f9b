/** The table of proofs in docs/dialects/vec.md. */

import { operations } from '../../../src/dialects/vec/openapi/operations.ts';
import { testProofTable } from '../../support/proof-table.ts';

// Of a conflict of keys and of bodies that are too large.
testProofTable({ name: 'vec', operations, isElsewhere: (_, status) => status === 409 || status === 413 });
