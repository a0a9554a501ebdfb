/** The environment variable that stands for a secret: `TOCSIN_SECRET_NAME__KEY`, in upper case, other signs as `_`. */
export function secretVariable(name: string, key: string | null): string {
  const part = (text: string) => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  return `TOCSIN_SECRET_${part(name)}${key === null ? '' : `__${part(key)}`}`;
}
