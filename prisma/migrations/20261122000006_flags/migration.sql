-- Flags that rules ask about. A flag is itself in one environment; its revision is the configuration's version at which it was last switched,
-- so that a change which waits for its sign-off can tell whether the flag is still what was looked at.
CREATE TABLE feature_flags (
  tenant_id          text NOT NULL REFERENCES tenants,
  environment        text NOT NULL CHECK (environment ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  key                text NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  enabled            boolean NOT NULL DEFAULT false,
  rollout_percentage smallint NOT NULL DEFAULT 100 CHECK (rollout_percentage BETWEEN 0 AND 100),
  requires_signoff   boolean NOT NULL DEFAULT false,
  owner              text,
  description        text,
  revision           bigint NOT NULL,
  updated_at         timestamptz(3) NOT NULL DEFAULT now_ms(),
  updated_by         text NOT NULL,
  updated_by_name    text NOT NULL,
  PRIMARY KEY (tenant_id, environment, key)
);

-- What somebody asked for and may not do alone. The request that decides it is named here before it is made: a request that nobody wrote
-- down here changes no flag, whatever its skill is called.
CREATE TABLE feature_flag_changes (
  request_id         text PRIMARY KEY,
  tenant_id          text NOT NULL REFERENCES tenants,
  environment        text NOT NULL,
  key                text NOT NULL,
  base_revision      bigint NOT NULL,
  enabled            boolean NOT NULL,
  rollout_percentage smallint NOT NULL CHECK (rollout_percentage BETWEEN 0 AND 100),
  requires_signoff   boolean NOT NULL,
  removes            boolean NOT NULL,
  status             text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'applied', 'refused', 'outdated')),
  asked_at           timestamptz(3) NOT NULL DEFAULT now_ms(),
  asked_by           text NOT NULL,
  asked_by_name      text NOT NULL,
  ended_at           timestamptz(3),
  CONSTRAINT feature_flag_changes_ended CHECK ((status = 'waiting') = (ended_at IS NULL))
);
CREATE INDEX ix_feature_flag_changes_waiting ON feature_flag_changes (tenant_id, environment, key) WHERE status = 'waiting';

GRANT SELECT, INSERT, DELETE ON feature_flags TO countersign_app;
GRANT UPDATE (enabled, rollout_percentage, requires_signoff, owner, description, revision, updated_at, updated_by, updated_by_name)
  ON feature_flags TO countersign_app;
GRANT SELECT, INSERT ON feature_flag_changes TO countersign_app;
GRANT UPDATE (status, ended_at) ON feature_flag_changes TO countersign_app;
GRANT SELECT ON feature_flags TO countersign_hot;
GRANT SELECT ON feature_flags, feature_flag_changes TO countersign_worker;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['feature_flags', 'feature_flag_changes'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY app_one_tenant ON %I TO countersign_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', t);
    EXECUTE format('CREATE POLICY hot_names_its_tenant ON %I TO countersign_hot USING (true)', t);
    EXECUTE format('CREATE POLICY worker_crosses_tenants ON %I TO countersign_worker USING (true)', t);
  END LOOP;
END $$;
