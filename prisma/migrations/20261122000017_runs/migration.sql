-- Runs that pause for a person. A paused run is rows, never a process.
CREATE TABLE dag_definitions (
  tenant_id       text NOT NULL REFERENCES tenants,
  name            text NOT NULL,
  version         integer NOT NULL CHECK (version >= 1),
  -- As it was given, defaults filled in; `digest` is that of its canonical text.
  definition      jsonb NOT NULL,
  digest          text NOT NULL,
  -- The YAML that somebody wrote, with its comments; null where it came as JSON.
  source          text,
  -- What a list shows, so that it need not read the definitions.
  description     text,
  tasks           integer NOT NULL CHECK (tasks >= 1),
  checkpoints     integer NOT NULL CHECK (checkpoints >= 0),
  risky           integer NOT NULL CHECK (risky >= 0),
  created_at      timestamptz(3) NOT NULL DEFAULT now_ms(),
  created_by      text NOT NULL,
  created_by_name text NOT NULL,
  PRIMARY KEY (tenant_id, name, version)
);

CREATE TABLE dag_runs (
  run_id                  text PRIMARY KEY,
  tenant_id               text NOT NULL REFERENCES tenants,
  dag_name                text NOT NULL,
  -- Null where the definition came with the run.
  dag_version             integer,
  -- What this run executes, whatever becomes of the definition meanwhile.
  definition              jsonb NOT NULL,
  params                  jsonb NOT NULL DEFAULT '{}',
  status                  text NOT NULL CHECK (status IN ('running', 'paused', 'succeeded', 'failed', 'cancelled')),
  reason                  text,
  -- The number of the last event; guards every write.
  seq                     integer NOT NULL CHECK (seq >= 1),
  last_hash               text NOT NULL,
  -- Up to which event the run was advanced; behind `seq`, somebody must look again.
  advanced_seq            integer NOT NULL DEFAULT 0,
  requested_by            text,
  requester_user_id       text REFERENCES users,
  requester_key_id        text REFERENCES api_keys,
  requester_key_issuer_id text REFERENCES users,
  requester_name          text NOT NULL,
  trace_id                text,
  created_at              timestamptz(3) NOT NULL,
  updated_at              timestamptz(3) NOT NULL,
  finished_at             timestamptz(3),
  UNIQUE (run_id, tenant_id),
  FOREIGN KEY (tenant_id, dag_name, dag_version) REFERENCES dag_definitions (tenant_id, name, version),
  CONSTRAINT dag_runs_finished CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE INDEX ix_dag_runs_tenant ON dag_runs (tenant_id, created_at DESC, run_id DESC);
-- What must be looked at again: its cost follows what is open, not what has ever been.
CREATE INDEX ix_dag_runs_behind ON dag_runs (updated_at) WHERE status IN ('running', 'paused') AND advanced_seq < seq;

CREATE TABLE dag_steps (
  run_id          text NOT NULL,
  tenant_id       text NOT NULL,
  task_id         text NOT NULL,
  type            text NOT NULL CHECK (type IN ('workflow', 'checkpoint')),
  workflow_ref    text,
  status          text NOT NULL CHECK (status IN ('running', 'waiting', 'succeeded', 'failed', 'skipped', 'rejected')),
  skipped_by      text CHECK (skipped_by IN ('condition', 'rejection')),
  attempts        integer NOT NULL DEFAULT 0,
  -- What the task received, upstream outputs included; and what it gave.
  params          jsonb NOT NULL DEFAULT '{}',
  output          jsonb,
  error           text,
  -- What somebody decides: of a checkpoint, or of an approval that policy did not allow by itself.
  request_id      text,
  -- Set when that is over: somebody must look at the run.
  decided_at      timestamptz(3),
  -- When it may be taken (again); while it is leased, the end of the lease.
  next_attempt_at timestamptz(3),
  leased_until    timestamptz(3),
  leased_by       text,
  -- Rises with every lease: a result under an older one is refused.
  fence           bigint NOT NULL DEFAULT 0,
  started_at      timestamptz(3) NOT NULL,
  times_out_at    timestamptz(3),
  finished_at     timestamptz(3),
  PRIMARY KEY (run_id, task_id),
  FOREIGN KEY (run_id, tenant_id) REFERENCES dag_runs (run_id, tenant_id),
  CONSTRAINT dag_steps_finished CHECK ((status IN ('succeeded', 'failed', 'skipped', 'rejected')) = (finished_at IS NOT NULL)),
  CONSTRAINT dag_steps_skipped CHECK ((status = 'skipped') = (skipped_by IS NOT NULL)),
  CONSTRAINT dag_steps_waiting CHECK (status <> 'waiting' OR request_id IS NOT NULL)
);
CREATE UNIQUE INDEX ux_dag_steps_request ON dag_steps (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX ix_dag_steps_due ON dag_steps (next_attempt_at) WHERE status = 'running';
CREATE INDEX ix_dag_steps_work ON dag_steps (tenant_id, workflow_ref, next_attempt_at) WHERE status = 'running';

-- What a task gave stays what it was: results are written once.
CREATE FUNCTION refuse_result_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'task % of % is %: it does not change any more', OLD.task_id, OLD.run_id, OLD.status USING ERRCODE = 'CS001';
END $$;
CREATE TRIGGER dag_steps_write_once BEFORE UPDATE ON dag_steps
  FOR EACH ROW WHEN (OLD.status IN ('succeeded', 'skipped', 'rejected')) EXECUTE FUNCTION refuse_result_change();

-- A checkpoint's request knows its place in the run, so that there is one for each, whatever crashes.
ALTER TABLE approval_requests ADD COLUMN run_id text, ADD COLUMN task_id text, ADD COLUMN checkpoint jsonb,
  ADD CONSTRAINT approval_requests_place CHECK ((run_id IS NULL) = (task_id IS NULL)),
  ADD CONSTRAINT approval_requests_checkpoint CHECK (kind <> 'checkpoint' OR (run_id IS NOT NULL AND checkpoint IS NOT NULL)),
  ADD CONSTRAINT approval_requests_run FOREIGN KEY (run_id, tenant_id) REFERENCES dag_runs (run_id, tenant_id);
CREATE UNIQUE INDEX ux_approval_requests_checkpoint ON approval_requests (run_id, task_id) WHERE kind = 'checkpoint';
CREATE INDEX ix_approval_requests_open_runs ON approval_requests (run_id) WHERE run_id IS NOT NULL AND status IN ('pending', 'escalated');
CREATE INDEX ix_dag_steps_decided ON dag_steps (decided_at) WHERE status = 'waiting' AND decided_at IS NOT NULL;

-- A decision tells its run in the transaction that makes it, so no crash can lose the news. A request that is decided before its step is
-- written tells nobody: who writes such a step looks again.
CREATE FUNCTION tell_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE dag_steps SET decided_at = NEW.resolved_at
  WHERE run_id = NEW.run_id AND task_id = NEW.task_id AND tenant_id = NEW.tenant_id AND request_id = NEW.id AND status = 'waiting';
  RETURN NULL;
END $$;
CREATE TRIGGER approval_requests_tell_run AFTER UPDATE ON approval_requests
  FOR EACH ROW WHEN (NEW.run_id IS NOT NULL AND OLD.resolved_at IS NULL AND NEW.resolved_at IS NOT NULL) EXECUTE FUNCTION tell_run();
CREATE INDEX ix_dag_steps_timeout ON dag_steps (times_out_at) WHERE status = 'running' AND times_out_at IS NOT NULL;

GRANT SELECT, INSERT ON dag_definitions TO countersign_app;
GRANT SELECT ON dag_definitions TO countersign_hot, countersign_worker;
GRANT SELECT ON dag_runs, dag_steps TO countersign_app, countersign_hot, countersign_worker;
GRANT INSERT ON dag_runs TO countersign_hot;
GRANT INSERT ON dag_steps TO countersign_hot, countersign_worker;
GRANT UPDATE (status, reason, seq, last_hash, advanced_seq, updated_at, finished_at) ON dag_runs TO countersign_hot, countersign_worker;
GRANT UPDATE (status, skipped_by, attempts, params, output, error, request_id, decided_at, next_attempt_at, leased_until, leased_by, fence, times_out_at,
  finished_at) ON dag_steps TO countersign_hot, countersign_worker;
-- The worker makes the checkpoints' requests.
GRANT INSERT ON approval_requests TO countersign_worker;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['dag_definitions', 'dag_runs', 'dag_steps'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY app_one_tenant ON %I TO countersign_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', t);
    EXECUTE format('CREATE POLICY hot_names_its_tenant ON %I TO countersign_hot USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY worker_crosses_tenants ON %I TO countersign_worker USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;

-- A version of a definition never changes: a run that names it can be read tomorrow.
CREATE FUNCTION refuse_definition_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'version % of % does not change any more', OLD.version, OLD.name USING ERRCODE = 'CS001';
END $$;
CREATE TRIGGER dag_definitions_immutable BEFORE UPDATE OR DELETE ON dag_definitions FOR EACH ROW EXECUTE FUNCTION refuse_definition_change();
