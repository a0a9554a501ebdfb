/** `cdk synth` and `cdk deploy` start here (cdk.json). Context values: see options.ts. */
import { App } from 'aws-cdk-lib';
import { addChecks } from './checks.ts';
import { TocsinStack } from './stack.ts';

const app = new App();
addChecks(app);
const stackName: unknown = app.node.tryGetContext('stackName');
new TocsinStack(app, typeof stackName === 'string' ? stackName : 'Tocsin');
app.synth();
