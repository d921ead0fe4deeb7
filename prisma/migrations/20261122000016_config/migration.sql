-- The document that a tenant's configuration was applied from: its comments and its order. What is so stands in the tables; this is how it
-- was written.
CREATE TABLE config_sources (
  tenant_id       text PRIMARY KEY REFERENCES tenants,
  text            text NOT NULL CHECK (octet_length(text) <= 262144),
  updated_at      timestamptz(3) NOT NULL DEFAULT now_ms(),
  updated_by      text NOT NULL,
  updated_by_name text NOT NULL
);

-- How a tenant's configuration differs from the file that it is compared with, as the worker saw it last.
CREATE TABLE config_checks (
  tenant_id  text PRIMARY KEY REFERENCES tenants,
  file       text NOT NULL,
  checked_at timestamptz(3) NOT NULL DEFAULT now_ms(),
  fault      text,
  sections   jsonb NOT NULL DEFAULT '[]'
);

GRANT SELECT, INSERT ON config_sources TO countersign_app;
GRANT UPDATE (text, updated_at, updated_by, updated_by_name) ON config_sources TO countersign_app;
GRANT SELECT ON config_checks TO countersign_app;
GRANT SELECT, INSERT, DELETE ON config_checks TO countersign_worker;
GRANT UPDATE (file, checked_at, fault, sections) ON config_checks TO countersign_worker;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['config_sources', 'config_checks'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY app_one_tenant ON %I TO countersign_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', t);
  END LOOP;
END $$;
CREATE POLICY worker_crosses_tenants ON config_checks TO countersign_worker USING (true) WITH CHECK (true);
