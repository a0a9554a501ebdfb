/** Values for `${NAME}`. */
export type Variables = Readonly<Record<string, string | undefined>>;

const WRITTEN = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** `$${NAME}` stands for a literal `${NAME}`. */
const SHIELDED = /\$(\$?)\uE000([A-Za-z_][A-Za-z0-9_]*)\uE001/g;

/**
 * Puts private-use characters in the place of the braces of every `${NAME}`, so that YAML takes them for letters, also
 * within its own braces. Every offset stays what it was.
 */
export function shieldVariables(text: string): string {
  return text.replace(WRITTEN, '$\uE000$1\uE001');
}

/** Undoes `shieldVariables`. */
export function unshieldVariables(text: string): string {
  return text.replace(/\$\uE000([A-Za-z0-9_]+)\uE001/g, '${$1}');
}

/** A text, or a whole document, of which nothing is to be filled: every `${NAME}` written as `$${NAME}`. */
export function escapeVariables(text: string): string {
  return text.replace(/\$\{(?=[A-Za-z_])/g, '$$$${');
}

/** Fills the variables of a shielded text; what they are filled with is not looked at again. */
export function substitute(text: string, variables: Variables): { text: string; missing: string[] } {
  const missing: string[] = [];
  const filled = text.replace(SHIELDED, (_, escaping: string, name: string) => {
    const written = `\${${name}}`;
    if (escaping !== '') return written;
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) missing.push(name);
    return value ?? written;
  });
  return { text: filled, missing };
}
