import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Tocsin } from 'tocsin';
import { expect, it } from 'vitest';
import { unbundledApp } from './synthesized.ts';

it('a stack of one’s own has the outputs that the command line finds it by; a second tocsin in it has others', () => {
  const mine = new Stack(unbundledApp(), 'Mine');
  for (const team of ['Orders', 'Payments'])
    new Tocsin(mine, team, { logGroups: [`/app/${team}`], from: 'alerts@example.com', heartbeatMinutes: 0 });
  const outputs = mine.node
    .findAll()
    .filter((construct) => construct instanceof CfnOutput)
    .map(({ logicalId }) => String(mine.resolve(logicalId)));
  const names = [
    'ConfigTable',
    'StateTable',
    'MatcherArn',
    'FilterName',
    'AlertsQueueUrl',
    'AlertsDlqQueueUrl',
  ];
  expect(outputs).toEqual(expect.arrayContaining(names));
  expect(new Set(outputs).size).toBe(outputs.length);
  expect(outputs.filter((name) => /^Payments.*ConfigTable/.test(name))).toHaveLength(1);
});
