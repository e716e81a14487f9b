/** Races for the last one, five hundred rounds of each. */

import './races.ts';
