-- What a skill costs, in versions that never change: an estimate of yesterday says which version made it. The one that is not retired is in
-- use; taking a model away retires it.
CREATE TABLE cost_models (
  tenant_id       text NOT NULL REFERENCES tenants,
  skill_id        text NOT NULL,
  version         integer NOT NULL CHECK (version >= 1),
  base_cents      bigint NOT NULL CHECK (base_cents BETWEEN 0 AND 9007199254740991),
  rates           jsonb NOT NULL CHECK (jsonb_typeof(rates) = 'array'),
  description     text,
  created_at      timestamptz(3) NOT NULL DEFAULT now_ms(),
  created_by      text NOT NULL,
  created_by_name text NOT NULL,
  retired_at      timestamptz(3),
  PRIMARY KEY (tenant_id, skill_id, version)
);
CREATE UNIQUE INDEX ux_cost_models_in_use ON cost_models (tenant_id, skill_id) WHERE retired_at IS NULL;

-- What outcomes have taught about a version, and whether anything may be approved by it without a person. Ratios are what things cost for what
-- the version said, in millionths.
CREATE TABLE cost_model_learning (
  tenant_id       text NOT NULL,
  skill_id        text NOT NULL,
  model_version   integer NOT NULL,
  outcomes        integer NOT NULL DEFAULT 0 CHECK (outcomes >= 0),
  p50_ratio       bigint NOT NULL DEFAULT 1000000 CHECK (p50_ratio BETWEEN 0 AND 1000000000),
  p95_ratio       bigint NOT NULL DEFAULT 1000000 CHECK (p95_ratio BETWEEN 1000000 AND 1000000000),
  confidence      smallint NOT NULL DEFAULT 0 CHECK (confidence BETWEEN 0 AND 100),
  drift_ratio     bigint CHECK (drift_ratio BETWEEN 0 AND 1000000000),
  -- Outcomes up to this one are forgiven: drift is measured anew after it.
  drift_from      integer NOT NULL DEFAULT 0,
  auto_off_at     timestamptz(3),
  auto_off_reason text,
  trusted_at      timestamptz(3),
  trusted_by      text,
  trusted_by_name text,
  trust_reason    text,
  PRIMARY KEY (tenant_id, skill_id, model_version),
  FOREIGN KEY (tenant_id, skill_id, model_version) REFERENCES cost_models (tenant_id, skill_id, version),
  CONSTRAINT cost_model_learning_band CHECK (p95_ratio >= p50_ratio),
  CONSTRAINT cost_model_learning_off CHECK ((auto_off_at IS NULL) = (auto_off_reason IS NULL))
);
CREATE INDEX ix_cost_model_learning_off ON cost_model_learning (tenant_id) WHERE auto_off_at IS NOT NULL;

-- The last outcomes of a version, numbered as they were learnt. What is too old to teach anything is removed.
CREATE TABLE cost_ratios (
  tenant_id      text NOT NULL,
  skill_id       text NOT NULL,
  model_version  integer NOT NULL,
  number         integer NOT NULL,
  estimate_cents bigint NOT NULL CHECK (estimate_cents >= 0),
  actual_cents   bigint NOT NULL CHECK (actual_cents >= 0),
  ratio          bigint NOT NULL CHECK (ratio BETWEEN 0 AND 1000000000),
  PRIMARY KEY (tenant_id, skill_id, model_version, number),
  FOREIGN KEY (tenant_id, skill_id, model_version) REFERENCES cost_models (tenant_id, skill_id, version)
);

-- Outcomes that wait to be learnt from. They are handed over in the transaction that reports them, whoever reports, and taken by the worker, so
-- that none is missed and nobody who reports waits for the learning.
CREATE TABLE cost_lessons (
  request_id text PRIMARY KEY REFERENCES cost_outcomes,
  tenant_id  text NOT NULL REFERENCES tenants,
  at         timestamptz(3) NOT NULL DEFAULT now_ms()
);
CREATE INDEX ix_cost_lessons_at ON cost_lessons (at);
CREATE FUNCTION hand_over_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cost_lessons (request_id, tenant_id) VALUES (NEW.request_id, NEW.tenant_id);
  RETURN NULL;
END $$;
-- Only what was used and paid for says what the thing costs.
CREATE TRIGGER cost_outcomes_teach AFTER INSERT ON cost_outcomes FOR EACH ROW
  WHEN (NEW.result = 'used' AND NEW.actual_cost_cents IS NOT NULL AND NEW.model_version IS NOT NULL) EXECUTE FUNCTION hand_over_outcome();

CREATE FUNCTION refuse_cost_model_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR OLD.retired_at IS NOT NULL OR (to_jsonb(NEW) - 'retired_at') IS DISTINCT FROM (to_jsonb(OLD) - 'retired_at') THEN
    RAISE EXCEPTION 'cost model % of % in version % does not change any more', OLD.skill_id, OLD.tenant_id, OLD.version
      USING ERRCODE = 'CS001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cost_models_immutable BEFORE UPDATE OR DELETE ON cost_models FOR EACH ROW EXECUTE FUNCTION refuse_cost_model_change();

-- Learning changes numbers many times a day and what is decided by only now and then, so it has a version of its own: processes read only
-- the numbers again, and nobody's `If-Match` goes stale by it.
ALTER TABLE tenants ADD COLUMN learning_version bigint NOT NULL DEFAULT 1;

GRANT SELECT, INSERT ON cost_models, cost_model_learning TO countersign_app;
GRANT UPDATE (retired_at) ON cost_models TO countersign_app;
GRANT UPDATE (drift_ratio, drift_from, auto_off_at, auto_off_reason, trusted_at, trusted_by, trusted_by_name, trust_reason)
  ON cost_model_learning TO countersign_app;
GRANT SELECT ON cost_ratios TO countersign_app;
GRANT INSERT ON cost_lessons TO countersign_app;
GRANT SELECT ON cost_models, cost_model_learning TO countersign_hot;
GRANT SELECT ON cost_models, cost_model_learning, cost_ratios TO countersign_worker;
GRANT UPDATE (outcomes, p50_ratio, p95_ratio, confidence, drift_ratio, auto_off_at, auto_off_reason) ON cost_model_learning
  TO countersign_worker;
GRANT INSERT, DELETE ON cost_ratios TO countersign_worker;
-- Locking a row needs the right to update some column of it.
GRANT SELECT, DELETE, UPDATE (at) ON cost_lessons TO countersign_worker;
GRANT UPDATE (config_version, learning_version) ON tenants TO countersign_worker;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['cost_models', 'cost_model_learning', 'cost_ratios', 'cost_lessons'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY app_one_tenant ON %I TO countersign_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', t);
    EXECUTE format('CREATE POLICY worker_crosses_tenants ON %I TO countersign_worker USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
CREATE POLICY hot_names_its_tenant ON cost_models TO countersign_hot USING (true);
CREATE POLICY hot_names_its_tenant ON cost_model_learning TO countersign_hot USING (true);
