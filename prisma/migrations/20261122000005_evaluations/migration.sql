-- What was asked of policy and what it answered, so that another set of rules can be tried on it: records, shadow sets, replays.

-- How much of what is only asked is kept, and for how long. Without a row: all of it, for 30 days.
CREATE TABLE policy_recording (
  tenant_id   text PRIMARY KEY REFERENCES tenants,
  sample_rate double precision NOT NULL CHECK (sample_rate BETWEEN 0 AND 1),
  retain_days integer NOT NULL CHECK (retain_days BETWEEN 1 AND 3650)
);

-- What was judged beside the payload and the answer, as far as its request does not say: the record is written from it (below).
ALTER TABLE approval_requests ADD COLUMN evaluation jsonb;

-- `question` and `facts` are exactly what was judged, so that whoever judges again judges the same.
CREATE TABLE policy_evaluations (
  evaluation_id        text NOT NULL,
  tenant_id            text NOT NULL REFERENCES tenants,
  at                   timestamptz(3) NOT NULL,
  source               text NOT NULL CHECK (source IN ('eval', 'request')),
  request_id           text,
  policy_type          text NOT NULL CHECK (policy_type IN ('cost', 'capability', 'resource', 'rate_limit')),
  skill_id             text NOT NULL,
  agent_id             text,
  question             jsonb NOT NULL,
  facts                jsonb NOT NULL,
  decision             text NOT NULL CHECK (decision IN ('allow', 'deny', 'requires_approval')),
  -- Of what requires approval.
  level                smallint CHECK (level BETWEEN 1 AND 5),
  min_approvals        smallint NOT NULL CHECK (min_approvals BETWEEN 1 AND 20),
  reasons              jsonb NOT NULL,
  matched_rules        jsonb NOT NULL,
  errors               jsonb NOT NULL,
  violations           jsonb NOT NULL,
  cost_cents           bigint CHECK (cost_cents >= 0),
  policy_version       text NOT NULL,
  -- What the shadow set of that moment would have answered. No decision: it failed, and `shadow` says how.
  shadow_version       bigint,
  shadow_decision      text CHECK (shadow_decision IN ('allow', 'deny', 'requires_approval')),
  shadow_level         smallint CHECK (shadow_level BETWEEN 1 AND 5),
  shadow_min_approvals smallint CHECK (shadow_min_approvals BETWEEN 1 AND 20),
  shadow               jsonb,
  PRIMARY KEY (tenant_id, evaluation_id),
  CONSTRAINT policy_evaluations_of_request CHECK ((source = 'request') = (request_id IS NOT NULL)),
  CONSTRAINT policy_evaluations_level CHECK ((decision = 'requires_approval') = (level IS NOT NULL)),
  CONSTRAINT policy_evaluations_shadow CHECK ((shadow_version IS NULL) = (shadow IS NULL))
);
CREATE INDEX ix_policy_evaluations_feed ON policy_evaluations (tenant_id, at, evaluation_id);
CREATE INDEX ix_policy_evaluations_shadow ON policy_evaluations (tenant_id, shadow_version, at) WHERE shadow_version IS NOT NULL;

-- Up to when the records of requests have been written.
CREATE TABLE evaluation_upkeep (
  one            boolean PRIMARY KEY DEFAULT true CHECK (one),
  recorded_until timestamptz(3) NOT NULL
);
INSERT INTO evaluation_upkeep (recorded_until) VALUES (now_ms());

-- ── shadow ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- A set that is judged beside the active one and decides nothing. One at most in a tenant, and never the one that decides.
ALTER TABLE policy_sets
  ADD COLUMN shadow_since   timestamptz(3),
  ADD COLUMN shadow_by      text,
  ADD COLUMN shadow_by_name text,
  ADD COLUMN shadow_reason  text,
  ADD CONSTRAINT policy_sets_shadow_decides_nothing CHECK (shadow_since IS NULL OR status <> 'active'),
  ADD CONSTRAINT policy_sets_shadow_has_reason CHECK ((shadow_since IS NULL) = (shadow_reason IS NULL));
CREATE UNIQUE INDEX ux_policy_sets_shadow ON policy_sets (tenant_id) WHERE shadow_since IS NOT NULL;

CREATE OR REPLACE FUNCTION refuse_policy_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moves constant text[] := '{status,activated_at,activated_by,activated_by_name,activation_reason,retired_at,shadow_since,shadow_by,shadow_by_name,shadow_reason}';
BEGIN
  IF TG_OP <> 'UPDATE' OR TG_TABLE_NAME <> 'policy_sets' OR (to_jsonb(NEW) - moves) IS DISTINCT FROM (to_jsonb(OLD) - moves) THEN
    RAISE EXCEPTION 'policy set %@% does not change any more', OLD.tenant_id, OLD.version USING ERRCODE = 'CS001';
  END IF;
  RETURN NEW;
END $$;

-- ── replays ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- The row is the job: where it has come to and what it has counted so far are written together, so that whoever takes over goes on from
-- there. `fence` rises with every taking over; who held it before writes nothing any more.
CREATE TABLE policy_replays (
  replay_id         text PRIMARY KEY,
  tenant_id         text NOT NULL REFERENCES tenants,
  version           bigint NOT NULL,
  from_at           timestamptz(3) NOT NULL,
  to_at             timestamptz(3) NOT NULL,
  status            text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  total             integer CHECK (total >= 0),
  evaluated         integer NOT NULL DEFAULT 0 CHECK (evaluated >= 0),
  -- The configuration that is judged under; when it changes, counting begins again.
  config_version    bigint,
  position_at       timestamptz(3),
  position_id       text,
  tally             jsonb,
  report            jsonb,
  error             text,
  attempts          integer NOT NULL DEFAULT 0,
  fence             integer NOT NULL DEFAULT 0,
  leased_until      timestamptz(3),
  created_at        timestamptz(3) NOT NULL DEFAULT now_ms(),
  created_by        text NOT NULL,
  created_by_name   text NOT NULL,
  started_at        timestamptz(3),
  finished_at       timestamptz(3),
  UNIQUE (replay_id, tenant_id),
  FOREIGN KEY (tenant_id, version) REFERENCES policy_sets (tenant_id, version),
  CONSTRAINT policy_replays_period CHECK (from_at < to_at),
  CONSTRAINT policy_replays_finished CHECK ((status IN ('queued', 'running')) = (finished_at IS NULL)),
  CONSTRAINT policy_replays_report CHECK ((status = 'done') = (report IS NOT NULL))
);
-- One at a time in a tenant; the others wait their turn.
CREATE UNIQUE INDEX ux_policy_replays_running ON policy_replays (tenant_id) WHERE status = 'running';
CREATE INDEX ix_policy_replays_open ON policy_replays (created_at) WHERE status IN ('queued', 'running');
CREATE INDEX ix_policy_replays_tenant ON policy_replays (tenant_id, created_at DESC, replay_id DESC);

-- ── who may ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
GRANT SELECT ON policy_recording, policy_evaluations, policy_replays TO countersign_app;
GRANT INSERT ON policy_recording, policy_replays TO countersign_app;
GRANT UPDATE (sample_rate, retain_days) ON policy_recording TO countersign_app;
GRANT UPDATE (status, finished_at) ON policy_replays TO countersign_app;
GRANT UPDATE (shadow_since, shadow_by, shadow_by_name, shadow_reason) ON policy_sets TO countersign_app;

GRANT SELECT ON policy_recording TO countersign_hot;
GRANT INSERT ON policy_evaluations TO countersign_hot;

GRANT SELECT ON policy_recording, policy_evaluations, policy_replays, evaluation_upkeep TO countersign_worker;
GRANT INSERT, DELETE ON policy_evaluations TO countersign_worker;
GRANT UPDATE (status, total, evaluated, config_version, position_at, position_id, tally, report, error, attempts, fence, leased_until,
  started_at, finished_at) ON policy_replays TO countersign_worker;
GRANT UPDATE (recorded_until) ON evaluation_upkeep TO countersign_worker;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['policy_recording', 'policy_evaluations', 'policy_replays'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY app_one_tenant ON %I TO countersign_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', t);
    EXECUTE format('CREATE POLICY hot_names_its_tenant ON %I TO countersign_hot USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY worker_crosses_tenants ON %I TO countersign_worker USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
