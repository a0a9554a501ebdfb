import { COMMANDS } from '../commands.ts';

/** In the order in which a newcomer meets them. */
const GROUPS: readonly { title: string; names: readonly string[] }[] = [
  {
    title: 'Write rules',
    names: ['init', 'suggest', 'import', 'check', 'test', 'match', 'backtest', 'cost'],
  },
  { title: 'Run on this machine', names: ['local'] },
  {
    title: 'Put them in force on AWS',
    names: ['diff', 'apply', 'pull', 'rules', 'subscribe', 'unsubscribe', 'subscriptions'],
  },
  { title: 'Look and act', names: ['alerts', 'ack', 'silence', 'route', 'send', 'dlq', 'console'] },
];

const EXAMPLES = `Examples:
  tocsin local                                             everything on this machine, with a sample service
  tocsin init && tocsin test tocsin.yaml                   a document to start from
  tocsin backtest tocsin.yaml --logs ./api.log             what it would have sent
  tocsin apply tocsin.yaml                                 in force on AWS within 30 seconds

tocsin COMMAND --help says more. --json prints NDJSON for machines. Exit codes: 0 fine, 1 the answer is no, 2 wrong
usage, 3 AWS or the network failed.
`;

/** What `tocsin --help` prints. */
export async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map(async (load) => (await load()).command));
  const grouped = GROUPS.flatMap(({ names }) => names);
  const others = commands.map(({ name }) => name).filter((name) => !grouped.includes(name));
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const sections = [...GROUPS, { title: 'More', names: others }].map(({ title, names }) => {
    const lines = names.flatMap((name) => {
      const summary = commands.find((command) => command.name === name)?.summary;
      return summary === undefined ? [] : [`  ${name.padEnd(width)}${summary}\n`];
    });
    return lines.length === 0 ? '' : `${title}\n${lines.join('')}\n`;
  });
  return `tocsin: turns logs into alerts in Feishu and e-mail.\n\nUsage: tocsin COMMAND …\n\n${sections.join('')}${EXAMPLES}`;
}
