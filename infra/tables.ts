import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { KEY_ATTRIBUTES, TABLES, type TableName } from './topology.ts';

const TYPES = { string: AttributeType.STRING, number: AttributeType.NUMBER } as const;

/** The tables of the topology: on demand, with point-in-time recovery. Their names are CloudFormation's to choose. */
export class Tables extends Construct {
  readonly config: Table;
  readonly state: Table;

  /** @param removalPolicy what becomes of the tables when the stack is deleted */
  constructor(scope: Construct, id: string, removalPolicy: RemovalPolicy = RemovalPolicy.RETAIN) {
    super(scope, id);
    this.config = createTable(this, 'config', removalPolicy);
    this.state = createTable(this, 'state', removalPolicy);
  }
}

function createTable(scope: Construct, name: TableName, removalPolicy: RemovalPolicy): Table {
  const { ttlAttribute, indexes } = TABLES[name];
  const table = new Table(scope, name, {
    partitionKey: { name: KEY_ATTRIBUTES.partitionKey, type: AttributeType.STRING },
    sortKey: { name: KEY_ATTRIBUTES.sortKey, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy,
    ...(ttlAttribute === null ? {} : { timeToLiveAttribute: ttlAttribute }),
  });
  for (const [indexName, index] of Object.entries(indexes)) {
    table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: { name: index.partitionKey.name, type: TYPES[index.partitionKey.type] },
      sortKey: { name: index.sortKey.name, type: TYPES[index.sortKey.type] },
      projectionType: ProjectionType[index.projection],
    });
  }
  return table;
}
