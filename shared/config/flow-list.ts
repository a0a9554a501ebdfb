/** A text as the one entry of a YAML list, quoted where YAML would read it otherwise: `['@level']`. */
export function listOfOne(text: string): string {
  const isPlain = /^[\w$/][\w$./-]*$/.test(text) && !/^[\d.]+$/.test(text);
  return `[${isPlain ? text : `'${text.replace(/'/g, "''")}'`}]`;
}
