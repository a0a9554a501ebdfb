import { parseArgs } from 'node:util';
import { inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { type Means, meansOf, meant, watchedBy, watchingOf } from './subscriptions/watching.ts';
import type { Command, Io } from './terminal/io.ts';
import { Progress } from './terminal/progress.ts';

const USAGE = `tocsin subscriptions [GROUP…] [--all] [--stack NAME] [--region NAME] [--profile NAME] [--json]

Lists the log groups whose events are handed to the rules, by a filter of their own or by a policy of the account. Without GROUP it looks at every log group of the account and
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
  return await inPlace(values, async (place) => {
    const watching = await watchingOf(place);
    const means = await meansOf(watching);
    const words = positionals.length === 0 ? ['*'] : positionals;
    const progress = new Progress(io, json);
    let [looked, subscribed] = [0, 0];
    for await (const logGroup of meant(watching.logGroups, watchedBy(words, watching))) {
      const by = await means.of(logGroup);
      looked += 1;
      if (by !== null) subscribed += 1;
      progress.say(() => `${looked} log groups, ${subscribed} subscribed`);
      if (by === null && !all) continue;
      progress.clear();
      const line = { type: 'subscription', logGroup, subscribed: by !== null, by };
      await io.stdout(json ? `${JSON.stringify(line)}\n` : inWords(logGroup, by));
    }
    progress.clear();
    const policies = means.policies.map(({ name, except }) => ({ name, except }));
    const summary = { type: 'summary', looked, subscribed, policies };
    await io.stdout(
      json
        ? `${JSON.stringify(summary)}\n`
        : `${policies.map(policyText).join('')}${subscribed} of ${looked} subscribed\n`,
    );
    return subscribed > 0 ? 0 : 1;
  });
}

function inWords(logGroup: string, by: Means): string {
  if (by === null) return `- ${logGroup}\n`;
  return by === 'filter' ? `+ ${logGroup}\n` : `+ ${logGroup}  (by the policy of the account)\n`;
}

function policyText({ name, except }: { name: string; except: string[] | null }): string {
  if (except === null)
    return `The policy ${name} of the account selects log groups in a way that is not understood: none is counted.\n`;
  const but = except.length === 0 ? '' : ` but ${except.join(', ')}`;
  return `The policy ${name} of the account hands over every log group${but}.\n`;
}

export const command: Command = {
  name: 'subscriptions',
  summary: 'list the log groups that are handed to the rules',
  usage: USAGE,
  run,
};
