import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Acknowledges cdk-nag's findings about resources with a wildcard, one by one: another wildcard is found again.
 * @param reason why each of these must be as wide as it is
 */
export function acknowledgeWildcards(scope: Construct, arns: readonly string[], reason: string): void {
  for (const arn of new Set(arns.map((wide) => shown(Stack.of(scope).resolve(wide)))))
    Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason });
}

/** A CloudFormation value as cdk-nag writes it: references in angle brackets. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  const [operation, operand] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (operation === 'Ref') return `<${String(operand)}>`;
  if (operation === 'Fn::GetAtt') return `<${[operand].flat().join('.')}>`;
  if (operation === 'Fn::Join' && Array.isArray(operand))
    return (operand[1] as unknown[]).map(shown).join(String(operand[0]));
  return JSON.stringify(value);
}
