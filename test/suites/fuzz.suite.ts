/** Runs the files of one suite: see run-suite.ts. */

import { runSuite } from './run-suite.ts';

await runSuite('fuzz');
