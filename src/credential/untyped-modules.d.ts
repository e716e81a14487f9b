/** Types for the JSON-LD packages, which ship none: only what this room and its tests call. */

declare module 'jsonld' {
  const jsonld: {
    toRDF(document: unknown, options: Record<string, unknown>): Promise<unknown>;
  };
  // biome-ignore lint/style/noDefaultExport: the package exports nothing else
  export default jsonld;
}

declare module 'rdf-canonize' {
  export function canonize(dataset: unknown, options: Record<string, unknown>): Promise<string>;
  export const NQuads: { serializeQuad(quad: unknown): string };
}

declare module '@digitalbazaar/vc' {
  export function verifyCredential(options: Record<string, unknown>): Promise<{ verified: boolean; error?: unknown }>;
}

declare module '@digitalbazaar/data-integrity' {
  export class DataIntegrityProof {
    constructor(options: Record<string, unknown>);
  }
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: Record<string, unknown>;
}
