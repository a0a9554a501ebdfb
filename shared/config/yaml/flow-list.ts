/** What a text lists, parted by commas, as a YAML list, quoted where YAML would read it otherwise: `['@level', $.a]`. */
export function flowList(text: string): string {
  const entries = text.split(/[,，]/).map((entry) => entry.trim());
  return `[${entries
    .filter((entry) => entry !== '')
    .map(written)
    .join(', ')}]`;
}

function written(entry: string): string {
  const isPlain = /^[\w$/][\w$./-]*$/.test(entry) && !/^[\d.]+$/.test(entry);
  return isPlain ? entry : `'${entry.replace(/'/g, "''")}'`;
}
