/** `cdk synth` and `cdk deploy` start here (cdk.json). Context values: see options.ts. */
import { App, type Environment } from 'aws-cdk-lib';
import { addChecks } from './checks.ts';
import { OptionError } from './option-error.ts';
import { stackNameIn } from './options.ts';
import { TocsinStack } from './stack.ts';

/** Exit code 1 tells the CDK command line that there is nothing to deploy. */
async function main(): Promise<void> {
  const app = new App({ autoSynth: false });
  addChecks(app);
  try {
    const { tocsin } = new TocsinStack(app, stackNameIn(app.node), { env: surroundings() });
    await tocsin.testDocument();
    app.synth();
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** Where the CDK command line's credentials lead; nothing without any: the template then fits every place. */
function surroundings(): Environment {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  return account === undefined || region === undefined ? {} : { account, region };
}

await main();
