import pg from 'pg';

/** Deliveries that nobody tries any more. */
const ENDED = "tenant_id = $1 AND status IN ('delivered', 'dead')";

/**
 * What a tenant is made of, in an order in which every row finds what it refers to, and the role that may write it. Secrets come sealed:
 * both databases are one instance's. What is only on its way stays behind (outbox, deliveries that are not at their end, idempotency), and so
 * does what is learnt or recorded beside it (`LEFT_BEHIND`).
 */
const TABLES = [
  { name: 'tenants', role: 'countersign_app', where: 'tenant_id = $1' },
  {
    name: 'users',
    role: 'countersign_app',
    where: 'user_id IN (SELECT user_id FROM memberships WHERE tenant_id = $1)',
  },
  { name: 'memberships', role: 'countersign_app', where: 'tenant_id = $1' },
  {
    name: 'api_keys',
    role: 'countersign_app',
    where: 'tenant_id = $1 AND NOT all_tenants',
    forget: 'created_by_key_id',
  },
  { name: 'policy_approval_levels', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'policy_sets', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'policy_rules', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'policy_recording', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'config_sources', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'workflow_secrets', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'feature_flags', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'cost_models', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'cost_model_learning', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'budgets', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'budget_periods', role: 'countersign_hot', where: 'tenant_id = $1' },
  { name: 'dag_definitions', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'dag_runs', role: 'countersign_hot', where: 'tenant_id = $1' },
  { name: 'dag_steps', role: 'countersign_hot', where: 'tenant_id = $1' },
  { name: 'webhook_endpoints', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'webhook_secrets', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'approval_requests', role: 'countersign_hot', where: 'tenant_id = $1' },
  { name: 'approval_reviews', role: 'countersign_hot', where: 'tenant_id = $1' },
  { name: 'feature_flag_changes', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'budget_reservations', role: 'countersign_hot', where: 'tenant_id = $1' },
  // What they teach is learnt where they arrive: each hands itself over as a lesson.
  { name: 'cost_outcomes', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'events', role: 'countersign_hot', where: 'tenant_id = $1', forget: 'xid' },
  { name: 'webhook_deliveries', role: 'countersign_worker', where: ENDED },
  {
    name: 'webhook_attempts',
    role: 'countersign_worker',
    where: `delivery_id IN (SELECT delivery_id FROM webhook_deliveries WHERE ${ENDED})`,
  },
  { name: 'audit_heads', role: 'countersign_app', where: 'tenant_id = $1' },
  { name: 'audit_log', role: 'countersign_app', where: 'tenant_id = $1', forget: 'xid' },
] as const satisfies readonly { name: string; role: string; where: string; forget?: string }[];

export const COPIED: readonly string[] = TABLES.map(({ name }) => name);
export const LEFT_BEHIND: readonly string[] = [
  'config_checks',
  'cost_lessons',
  'cost_ratios',
  'event_outbox',
  'idempotency_keys',
  'policy_evaluations',
  'policy_replays',
];

/**
 * Copies a tenant with its people, requests and history from one database to another of the same schema, in one transaction: all of it
 * is there or nothing. Every row comes as it is, chained hashes included; only the transaction's number is the new one.
 * @throws the database's faults, such as 23505 when the tenant or one of its people is there already.
 */
export async function copyTenant(tenantId: string, fromUrl: string, toUrl: string): Promise<void> {
  const from = new pg.Client({ connectionString: fromUrl });
  const to = new pg.Client({ connectionString: toUrl });
  await Promise.all([from.connect(), to.connect()]);
  try {
    await to.query('BEGIN');
    await to.query("SELECT set_config('app.tenant', $1, true)", [tenantId]);
    for (const table of TABLES) await copyTable(from, to, table, tenantId);
    await to.query('COMMIT');
  } finally {
    // Ends a transaction that was not committed as well.
    await Promise.all([from.end(), to.end()]);
  }
}

interface Table {
  name: string;
  role: string;
  where: string;
  /** A column that means nothing in another database; it gets its default there. */
  forget?: string;
}

async function copyTable(from: pg.Client, to: pg.Client, table: Table, tenantId: string): Promise<void> {
  const { rows: columns } = await from.query<{ name: string }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attname IS DISTINCT FROM $2`,
    [table.name, table.forget ?? null],
  );
  const names = columns.map(({ name }) => name).join(', ');
  const { rows } = await from.query<{ all: string }>(
    `SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text AS all FROM ${table.name} t WHERE ${table.where}`,
    [tenantId],
  );
  await to.query(`SET LOCAL ROLE ${table.role}`);
  await to.query(
    `INSERT INTO ${table.name} (${names}) SELECT ${names} FROM jsonb_populate_recordset(NULL::${table.name}, $1::jsonb)`,
    [rows[0]?.all ?? '[]'],
  );
}
