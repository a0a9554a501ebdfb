import { parseArgs } from 'node:util';
import { connect, PLACE_OPTIONS, PLACE_USAGE } from './connection.ts';
import type { Command, Io } from './io.ts';
import { Progress } from './progress.ts';
import { isSubscribed, meant, watchedBy, watchingOf } from './subscriptions/watching.ts';

const USAGE = `tocsin subscriptions [GROUP…] [--all] [--stack NAME] [--region NAME] [--profile NAME] [--json]

Lists the log groups whose events are handed to the rules. Without GROUP it looks at every log group of the account and
Region, some five a second; names and globs narrow it down.

  --all                also those that are not subscribed, marked with a -
${PLACE_USAGE}
  --json               a line of JSON for each log group, then a summary

Exit code: 0 some are subscribed, 1 none is, 2 wrong usage, 3 AWS cannot be reached.

Examples:
  tocsin subscriptions
  tocsin subscriptions '/app/*' --all --stack Tocsin
`;

async function run(argv: string[], io: Io): Promise<number> {
  const options = { ...PLACE_OPTIONS, all: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  const { json = false, all = false } = values;
  const place = await connect(values);
  try {
    const watching = await watchingOf(place);
    const words = positionals.length === 0 ? ['*'] : positionals;
    const progress = new Progress(io, json);
    let [looked, subscribed] = [0, 0];
    for await (const logGroup of meant(watching.logGroups, watchedBy(words, watching))) {
      const stands = await isSubscribed(watching, logGroup);
      looked += 1;
      if (stands) subscribed += 1;
      progress.say(() => `${looked} log groups, ${subscribed} subscribed`);
      if (!stands && !all) continue;
      progress.clear();
      const line = { type: 'subscription', logGroup, subscribed: stands };
      await io.stdout(json ? `${JSON.stringify(line)}\n` : `${stands ? '+' : '-'} ${logGroup}\n`);
    }
    progress.clear();
    const summary = { type: 'summary', looked, subscribed };
    await io.stdout(json ? `${JSON.stringify(summary)}\n` : `${subscribed} of ${looked} subscribed\n`);
    return subscribed > 0 ? 0 : 1;
  } finally {
    place.close();
  }
}

export const command: Command = {
  name: 'subscriptions',
  summary: 'list the log groups that are handed to the rules',
  usage: USAGE,
  run,
};
