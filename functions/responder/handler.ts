import type { Context, LambdaFunctionURLEvent } from 'aws-lambda';
import { DynamoTable } from '../../shared/aws/table.ts';
import { dynamoDbClient, type SdkEnvironment } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { configurationInForce } from '../in-force.ts';
import { logFailure } from '../log.ts';
import { type Outside, REAL_OUTSIDE } from '../outside.ts';
import { secretsOf } from '../secrets.ts';
import type { Answer } from './answer.ts';
import { readRequest } from './request.ts';
import { obstacle, respond } from './respond.ts';

export type ResponderHandler = (event: LambdaFunctionURLEvent, context?: Context) => Promise<Answer>;

/** @throws Error where the environment lacks a variable. */
export function createHandler(
  environment: SdkEnvironment,
  outside: Outside = REAL_OUTSIDE,
): ResponderHandler {
  const names = readEnvironment(environment, ['TOCSIN_STATE_TABLE', 'TOCSIN_LINKS_SECRET']);
  const state = new DynamoTable(dynamoDbClient(environment), names.TOCSIN_STATE_TABLE);
  const { clock, happened } = outside;
  const secrets = outside.secrets ?? secretsOf(environment, clock);
  const deps = {
    state,
    clock,
    happened,
    key: () => secrets.get(names.TOCSIN_LINKS_SECRET, null),
    configuration: () => configurationInForce(state),
  };

  return async (event) => {
    const request = readRequest(event);
    try {
      const answer = await respond(deps, request);
      return request.method === 'HEAD' ? { ...answer, body: '' } : answer;
    } catch (error) {
      logFailure('responder', error);
      return obstacle('trouble', request.locale);
    }
  };
}

let ready: ResponderHandler | undefined;

export const handler: ResponderHandler = async (event, context) => {
  ready ??= createHandler(process.env);
  return await ready(event, context);
};
