/** What a sealed webhook secret belongs to: one endpoint, so that it opens nowhere else. */

export const webhookSecretContext = (endpointId: string): string => `webhook:${endpointId}`;
