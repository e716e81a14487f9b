/** The same with every id, method and key on every route. */

import './every-route.test.ts';
