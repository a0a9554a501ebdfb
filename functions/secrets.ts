import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretsManagerSecrets } from '../shared/aws/secrets.ts';
import type { Clock, Secrets } from '../shared/ports.ts';
import { secretVariable } from '../shared/secret-variable.ts';
import { clientConfig, type SdkEnvironment } from './aws-clients.ts';

/** A secret is what its environment variable says, where nothing stands in for Secrets Manager; else what is kept there. */
export function secretsOf(environment: SdkEnvironment, clock: Clock): Secrets {
  const settings = clientConfig(environment, 'AWS_ENDPOINT_URL_SECRETS_MANAGER');
  const manager = new SecretsManagerSecrets(new SecretsManagerClient(settings), clock);
  return {
    async get(name, key) {
      return environment[secretVariable(name, key)] ?? (await manager.get(name, key));
    },
  };
}
