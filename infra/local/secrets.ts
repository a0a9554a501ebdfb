import { PortError, type Secrets } from '../../shared/ports.ts';
import { secretVariable } from '../../shared/secret-variable.ts';

export type SecretValues = Record<string, string | Record<string, string>>;

/**
 * Secrets of this machine: `secret:NAME#KEY` from a file's values, else from its environment variable.
 */
export class LocalSecrets implements Secrets {
  readonly #values: SecretValues;
  readonly #environment: Record<string, string | undefined>;

  constructor(values: SecretValues, environment: Record<string, string | undefined>) {
    this.#values = values;
    this.#environment = environment;
  }

  async get(name: string, key: string | null): Promise<string> {
    const value = this.#fromFile(name, key) ?? this.#environment[secretVariable(name, key)];
    if (value !== undefined) return value;
    const reference = key === null ? name : `${name}#${key}`;
    const expected = `the environment variable ${secretVariable(name, key)} or an entry of the secrets file was expected`;
    throw new PortError('SecretNotFound', `there is no secret ${reference}: ${expected}`, {
      transient: false,
    });
  }

  #fromFile(name: string, key: string | null): string | undefined {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    if (typeof value === 'string') return key === null ? value : undefined;
    return key !== null && value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;
  }
}

/**
 * Nothing leaves this machine: a secret that nobody set is made up, as `likely` has it by its reference, else in the
 * shape of a Feishu webhook; the stand-ins take it as any other.
 */
export function inventMissing(secrets: Secrets, likely: (reference: string) => string | undefined): Secrets {
  return {
    async get(name, key) {
      try {
        return await secrets.get(name, key);
      } catch (error) {
        if (!(error instanceof PortError) || error.code !== 'SecretNotFound') throw error;
        const known = likely(`secret:${name}${key === null ? '' : `#${key}`}`);
        return (
          known ?? `https://open.feishu.cn/open-apis/bot/v2/hook/${key === null ? name : `${name}-${key}`}`
        );
      }
    },
  };
}
