import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CustomResource, Duration } from 'aws-cdk-lib';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { digestsOf } from '../shared/applied/deployed.ts';
import type { RawItem } from '../shared/config/items.ts';
import type { Deployment } from './deployment.ts';
import { TocsinFunction } from './functions.ts';
import { tableStatements } from './permissions.ts';
import type { Tables } from './tables.ts';
import { UPKEEP } from './upkeep.ts';

const HOUR_MS = 3_600_000;

/** Where Lambda unpacks layers. */
const UNPACKED = '/opt';
const FOLDER = 'tocsin';

export interface ApplierProps {
  tables: Tables;
  failures: Queue;
  deployment: Deployment;
  /** What is applied, by owner. */
  documents: Readonly<Record<string, readonly RawItem[]>>;
}

/** How a deployment's document fared. */
export interface ApplyReport {
  applied: string;
  drift: string;
}

/**
 * Applies documents at a deployment, where they changed since the last one. A document travels as a layer of the
 * function: a resource's properties, which hold the digests of its items, would soon be too small for it.
 */
export class Applier extends Construct {
  readonly function: TocsinFunction;
  /** By owner. */
  readonly reports: Readonly<Record<string, ApplyReport>>;

  constructor(scope: Construct, id: string, { tables, failures, deployment, documents }: ApplierProps) {
    super(scope, id);
    this.function = new TocsinFunction(this, 'Handler', {
      shape: UPKEEP.applier,
      name: 'applier',
      statements: tableStatements(
        { tables: { config: 'readWrite', state: 'readWrite' }, readsDueIndex: false },
        tables,
      ),
      queues: {},
      environment: {
        TOCSIN_CONFIG_TABLE: tables.config.tableName,
        TOCSIN_STATE_TABLE: tables.state.tableName,
        TOCSIN_DOCUMENTS: `${UNPACKED}/${FOLDER}`,
      },
      deployment,
    });
    this.function.onAsyncFailure(failures, 2, HOUR_MS);
    this.function.fn.addLayers(
      new LayerVersion(this, 'Documents', { code: Code.fromAsset(this.write(documents)) }),
    );
    this.reports = Object.fromEntries(
      Object.entries(documents).map(([owner, items]) => [owner, this.apply(owner, items)]),
    );
  }

  private write(documents: ApplierProps['documents']): string {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-documents-'));
    mkdirSync(join(folder, FOLDER));
    for (const [owner, items] of Object.entries(documents))
      writeFileSync(join(folder, FOLDER, `${owner}.json`), JSON.stringify(items));
    return folder;
  }

  private apply(owner: string, items: readonly RawItem[]): ApplyReport {
    const resource = new CustomResource(this, owner, {
      serviceToken: this.function.fn.functionArn,
      resourceType: 'Custom::TocsinDocument',
      serviceTimeout: Duration.minutes(6),
      properties: { owner, digests: digestsOf(items) },
    });
    return { applied: resource.getAttString('Applied'), drift: resource.getAttString('Drift') };
  }
}
