/** `cdk synth` and `cdk deploy` start here (cdk.json). Context values: see options.ts. */
import { App } from 'aws-cdk-lib';
import { addChecks } from './checks.ts';
import { OptionError } from './option-error.ts';
import { TocsinStack } from './stack.ts';

/** Exit code 1 tells the CDK command line that there is nothing to deploy. */
function main(): void {
  const app = new App({ autoSynth: false });
  addChecks(app);
  const stackName: unknown = app.node.tryGetContext('stackName');
  try {
    new TocsinStack(app, typeof stackName === 'string' ? stackName : 'Tocsin');
    app.synth();
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

main();
