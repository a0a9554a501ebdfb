import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { DynamoTable } from '../../shared/aws/table.ts';
import type { RawItem } from '../../shared/config/items.ts';
import type { Table } from '../../shared/ports.ts';
import { dynamoDbClient, type SdkEnvironment } from '../aws-clients.ts';
import { answerRequest, type PutAnswer } from '../custom-resource/request.ts';
import { readEnvironment } from '../environment.ts';
import { measured } from '../metrics.ts';
import { type Outside, REAL_OUTSIDE } from '../outside.ts';
import { applyDocument } from './apply-document.ts';

/** A deployment: CloudFormation's custom resource. */
export type ApplierHandler = (event: unknown, context?: Context) => Promise<void>;

interface Ports {
  config?: Table;
  state?: Table;
  put?: PutAnswer;
}

/** @throws Error where the environment lacks a variable. */
export function createHandler(
  environment: SdkEnvironment,
  { clock, happened }: Pick<Outside, 'clock' | 'happened'> = REAL_OUTSIDE,
  ports: Ports = {},
): ApplierHandler {
  const names = readEnvironment(environment, [
    'TOCSIN_CONFIG_TABLE',
    'TOCSIN_STATE_TABLE',
    'TOCSIN_DOCUMENTS',
  ]);
  const dynamo = dynamoDbClient(environment);
  const {
    config = new DynamoTable(dynamo, names.TOCSIN_CONFIG_TABLE),
    state = new DynamoTable(dynamo, names.TOCSIN_STATE_TABLE),
  } = ports;
  /** The stack wrote it when it was synthesized, after judging the document by this version's schemas. */
  const documentOf = (owner: string) =>
    JSON.parse(readFileSync(`${names.TOCSIN_DOCUMENTS}/${owner}.json`, 'utf8')) as RawItem[];
  const deps = { config, state, clock, happened, documentOf };
  return async (event) => await answerRequest(event, (request) => applyDocument(deps, request), ports.put);
}

let ready: ApplierHandler | undefined;

export const handler: ApplierHandler = measured(async (event, context) => {
  ready ??= createHandler(process.env);
  await ready(event, context);
});
