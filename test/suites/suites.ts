/** Which short tests share a process; each file is in exactly one suite. */

export const suites = {
  dialects: ['test/dialects/**/*.test.ts'],
  doors: ['test/api/**/*.test.ts', 'test/*.test.ts'],
  // Counting what code runs makes all other code of the process slower.
  fuzz: ['test/fuzz/*.test.ts'],
  hostile: ['test/{corpora,faults,properties,security}/**/*.test.ts'],
  pipeline: ['test/pipeline/**/*.test.ts'],
  src: ['src/**/*.test.ts'],
} as const satisfies Record<string, readonly string[]>;
