-- Versioned rules. A set is written once, as a draft; from then on only its place in life moves. Its version is the tenant's configuration
-- version at which it was made, so that a version in an answer means one thing.
CREATE TABLE policy_sets (
  tenant_id         text NOT NULL REFERENCES tenants,
  version           bigint NOT NULL,
  status            text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'retired')),
  default_effect    text NOT NULL CHECK (default_effect IN ('require_approval', 'deny')),
  default_level     smallint NOT NULL CHECK (default_level BETWEEN 1 AND 5),
  description       text,
  created_at        timestamptz(3) NOT NULL DEFAULT now_ms(),
  created_by        text NOT NULL,
  created_by_name   text NOT NULL,
  activated_at      timestamptz(3),
  activated_by      text,
  activated_by_name text,
  activation_reason text,
  retired_at        timestamptz(3),
  PRIMARY KEY (tenant_id, version),
  CONSTRAINT policy_sets_activated CHECK (status <> 'active' OR (activated_at IS NOT NULL AND activation_reason IS NOT NULL))
);
CREATE UNIQUE INDEX ux_policy_sets_active ON policy_sets (tenant_id) WHERE status = 'active';

CREATE TABLE policy_rules (
  tenant_id          text NOT NULL,
  version            bigint NOT NULL,
  rule_id            text NOT NULL,
  position           integer NOT NULL,
  priority           integer NOT NULL DEFAULT 0,
  policy_type        text CHECK (policy_type IN ('cost', 'capability', 'resource', 'rate_limit')),
  condition          text NOT NULL CHECK (length(condition) <= 2000),
  effect             text NOT NULL CHECK (effect IN ('allow', 'deny', 'require_approval')),
  level              smallint CHECK (level BETWEEN 1 AND 5),
  min_approvals      smallint CHECK (min_approvals BETWEEN 1 AND 20),
  expires_in_seconds integer CHECK (expires_in_seconds BETWEEN 1 AND 31536000),
  reason             text NOT NULL,
  tags               text[] NOT NULL DEFAULT '{}',
  examples           jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (tenant_id, version, rule_id),
  UNIQUE (tenant_id, version, position),
  FOREIGN KEY (tenant_id, version) REFERENCES policy_sets (tenant_id, version)
);

-- What a set says never changes: who activated version 7 yesterday and reads it tomorrow reads the same rules.
CREATE FUNCTION refuse_policy_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moves constant text[] := '{status,activated_at,activated_by,activated_by_name,activation_reason,retired_at}';
BEGIN
  IF TG_OP <> 'UPDATE' OR TG_TABLE_NAME <> 'policy_sets' OR (to_jsonb(NEW) - moves) IS DISTINCT FROM (to_jsonb(OLD) - moves) THEN
    RAISE EXCEPTION 'policy set %@% does not change any more', OLD.tenant_id, OLD.version USING ERRCODE = 'CS001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_sets_immutable BEFORE UPDATE OR DELETE ON policy_sets FOR EACH ROW EXECUTE FUNCTION refuse_policy_change();
CREATE TRIGGER policy_rules_immutable BEFORE UPDATE OR DELETE ON policy_rules FOR EACH ROW EXECUTE FUNCTION refuse_policy_change();

GRANT SELECT, INSERT ON policy_sets, policy_rules TO countersign_app;
GRANT UPDATE (status, activated_at, activated_by, activated_by_name, activation_reason, retired_at) ON policy_sets TO countersign_app;
GRANT SELECT ON policy_sets, policy_rules TO countersign_hot, countersign_worker;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['policy_sets', 'policy_rules'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY app_one_tenant ON %I TO countersign_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', t);
    EXECUTE format('CREATE POLICY hot_names_its_tenant ON %I TO countersign_hot USING (true)', t);
    EXECUTE format('CREATE POLICY worker_crosses_tenants ON %I TO countersign_worker USING (true)', t);
  END LOOP;
END $$;
