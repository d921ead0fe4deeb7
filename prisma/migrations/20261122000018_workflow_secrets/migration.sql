-- Secrets that tasks of runs send, by name. They must be sent as they are, so they are sealed and not hashed (docs/decisions/0006).
CREATE TABLE workflow_secrets (
  tenant_id       text NOT NULL REFERENCES tenants,
  name            text NOT NULL CHECK (name ~ '^[A-Za-z][A-Za-z0-9_-]{0,63}$'),
  -- Rises with every value; the seal is bound to it.
  version         integer NOT NULL CHECK (version >= 1),
  sealed          bytea NOT NULL,
  fingerprint     text NOT NULL,
  -- To which hosts it may be sent, and to no other.
  allowed_hosts   text[] NOT NULL CHECK (cardinality(allowed_hosts) BETWEEN 1 AND 20),
  created_at      timestamptz(3) NOT NULL DEFAULT now_ms(),
  updated_at      timestamptz(3) NOT NULL DEFAULT now_ms(),
  updated_by      text NOT NULL,
  updated_by_name text NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_secrets TO countersign_app;
GRANT SELECT (tenant_id, name, version, sealed, allowed_hosts) ON workflow_secrets TO countersign_worker;

ALTER TABLE workflow_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY app_one_tenant ON workflow_secrets TO countersign_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY worker_crosses_tenants ON workflow_secrets TO countersign_worker USING (true);

-- Tasks that are due, by what does them, across tenants; and leases that nobody extends any more.
CREATE INDEX ix_dag_steps_kind_due ON dag_steps (workflow_ref, next_attempt_at) WHERE status = 'running';
CREATE INDEX ix_dag_steps_lease_ends ON dag_steps (leased_until) WHERE status = 'running' AND leased_until IS NOT NULL;
