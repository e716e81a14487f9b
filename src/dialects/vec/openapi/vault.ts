/** The certificate vault's calls and objects. */

import type { Operation } from './operation.ts';

export const vaultOperations: Operation[] = [];
