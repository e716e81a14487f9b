/** A program of its own that holds a built-in PostgreSQL until it is killed: `node embedded-owner.ts <folder> [identity]`; prints one line of JSON when ready. */

import { startEmbedded } from '../../src/db/embedded/start-embedded.ts';

const [directory, identity] = process.argv.slice(2);
const started = startEmbedded({
  directory: directory as string,
  identity: identity as 'self' | 'namespace' | 'nobody' | undefined,
  log: (line) => process.stderr.write(`${line}\n`),
});
started.then(
  (server) => {
    process.stdout.write(`${JSON.stringify({ connection: server.connection })}\n`);
    setInterval(() => {}, 60_000);
    process.on('SIGINT', () => {});
    process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  },
  (error: { code?: string; message: string }) => {
    process.stdout.write(`${JSON.stringify({ code: error.code, message: error.message })}\n`);
    process.exitCode = 1;
  },
);
