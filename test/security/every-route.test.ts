/** What holds for every route of the server, asked of one server with two organizations. */

import './routes/isolation.ts';
import './routes/row-level-security.ts';
import './routes/roles.ts';
import './routes/enumeration.ts';
import './routes/headers.ts';
import './routes/log-scrub.ts';
import './routes/texts.ts';
