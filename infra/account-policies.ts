import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeWildcards } from './wildcards.ts';

/** Seeing the policies of the account that subscribe log groups, for somebody in `scope`. */
export function seeAccountPolicies(scope: Construct): PolicyStatement {
  acknowledgeWildcards(
    scope,
    ['*'],
    'Listing the policies of an account (logs:DescribeAccountPolicies) is a permission that knows no resources.',
  );
  return new PolicyStatement({
    sid: 'SeeAccountPolicies',
    actions: ['logs:DescribeAccountPolicies'],
    resources: ['*'],
  });
}
