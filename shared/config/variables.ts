/** Values for `${NAME}`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** `$${NAME}` stands for a literal `${NAME}`. */
const VARIABLE = /\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Fills `${NAME}` in a text; what it is filled with is not looked at again. */
export function substitute(text: string, variables: Variables): { text: string; missing: string[] } {
  const missing: string[] = [];
  const filled = text.replace(VARIABLE, (whole, escaping: string, name: string) => {
    if (escaping !== '') return whole.slice(1);
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) missing.push(name);
    return value ?? whole;
  });
  return { text: filled, missing };
}
