/** How the built-in server is set: durable, sized for one machine, reachable only through its socket. */

import { sharedMemoryType } from './disk-space.ts';
import { ourMark } from './postmaster-file.ts';
import { port } from './socket-directory.ts';

/** Settings by name, for the command line, where they win over the cluster's own files. */
export async function serverSettings(socketFolder: string): Promise<Record<string, string>> {
  const [markName, mark] = ourMark.split('=') as [string, string];
  return {
    [markName]: mark,
    listen_addresses: '',
    port: String(port),
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    max_connections: '100',
    shared_buffers: '192MB',
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    dynamic_shared_memory_type: await sharedMemoryType(),
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_level: 'replica',
    wal_compression: 'pglz',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    // Bulk tables change by hundreds of thousands of rows: look often, and count new rows too, or plans go stale. Issuing changes each row twice,
    // so that a table is analyzed whenever it has grown by a tenth; at a fiftieth of changes that took 6 % of all the CPU time of a batch.
    autovacuum_naptime: '10s',
    autovacuum_vacuum_scale_factor: '0.05',
    autovacuum_analyze_scale_factor: '0.2',
    autovacuum_vacuum_insert_scale_factor: '0.1',
    autovacuum_vacuum_cost_limit: '1000',
    jit: 'off',
    random_page_cost: '1.1',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // What a statement did wrong is its caller's to report, and rows with personal data stay out of logs.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '-1',
    log_line_prefix: 'postgres[%p] ',
  };
}
