import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { KEY_ATTRIBUTES, TABLES, type TableName } from './topology.ts';

const TYPES = { string: AttributeType.STRING, number: AttributeType.NUMBER } as const;

/** The tables of the topology: on demand, with point-in-time recovery. Their names are CloudFormation's to choose. */
export class Tables extends Construct {
  readonly config: Table;
  readonly state: Table;

  /**
   * @param removalPolicy what becomes of the tables when the stack is deleted
   * @param key encrypts them instead of the one that DynamoDB owns
   */
  constructor(scope: Construct, id: string, removalPolicy = RemovalPolicy.RETAIN, key?: IKey) {
    super(scope, id);
    this.config = createTable(this, 'config', removalPolicy, key);
    this.state = createTable(this, 'state', removalPolicy, key);
  }
}

function createTable(
  scope: Construct,
  name: TableName,
  removalPolicy: RemovalPolicy,
  key: IKey | undefined,
): Table {
  const { ttlAttribute, indexes } = TABLES[name];
  const table = new Table(scope, name, {
    partitionKey: { name: KEY_ATTRIBUTES.partitionKey, type: AttributeType.STRING },
    sortKey: { name: KEY_ATTRIBUTES.sortKey, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy,
    ...(key === undefined ? {} : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
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
