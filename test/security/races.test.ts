/** Races for the last one, a few rounds of each. */

import './races.ts';
