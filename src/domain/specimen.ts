/** What is made with a test key is a specimen and says so wherever it has a name: nobody can take it for what it imitates. */

export const specimenMark = 'SPECIMEN';

/** Of a document or a credential, whatever its language. */
export const specimenTitle = (title: string): string => `${specimenMark}: ${title}`;

/** Who issues specimens: never the organization as such. */
export const specimenIssuer = (organization: string): string => `${organization} (test)`;
