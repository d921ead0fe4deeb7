-- What became of an approved request, and budgets: how much may be approved in a period, what of it is reserved, and what was spent.

-- One report per request, written once: budgets are settled by it and cost models learn from it.
CREATE TABLE cost_outcomes (
  request_id       text PRIMARY KEY,
  tenant_id        text NOT NULL REFERENCES tenants,
  skill_id         text NOT NULL,
  agent_id         text,
  policy_type      text NOT NULL CHECK (policy_type IN ('cost', 'capability', 'resource', 'rate_limit')),
  result           text NOT NULL CHECK (result IN ('used', 'failed', 'rolled_back')),
  -- The request's simulated cost when it was created, and the model that said so; null where nobody knew, or no model did.
  estimated_cents  bigint CHECK (estimated_cents >= 0),
  actual_cost_cents bigint CHECK (actual_cost_cents >= 0),
  model_version    integer,
  reported_by      text NOT NULL,
  reported_by_type text NOT NULL CHECK (reported_by_type IN ('session', 'api_key', 'job')),
  reported_by_name text NOT NULL,
  at               timestamptz(3) NOT NULL DEFAULT now_ms(),
  UNIQUE (request_id, tenant_id),
  FOREIGN KEY (request_id, tenant_id) REFERENCES approval_requests (id, tenant_id)
);
CREATE INDEX ix_cost_outcomes_skill ON cost_outcomes (tenant_id, skill_id, at);
CREATE TRIGGER cost_outcomes_insert_only BEFORE UPDATE OR DELETE ON cost_outcomes
  FOR EACH ROW EXECUTE FUNCTION refuse_history_change();
CREATE TRIGGER cost_outcomes_no_truncate BEFORE TRUNCATE ON cost_outcomes FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();

-- A scope and a period have one budget for good: taking it away retires it, and setting it again goes on with what was spent.
CREATE TABLE budgets (
  budget_id   text PRIMARY KEY,
  tenant_id   text NOT NULL REFERENCES tenants,
  agent_id    text,
  skill_id    text,
  period      text NOT NULL CHECK (period IN ('request', 'day', 'month')),
  limit_cents bigint NOT NULL CHECK (limit_cents >= 0),
  description text,
  created_at  timestamptz(3) NOT NULL DEFAULT now_ms(),
  updated_at  timestamptz(3) NOT NULL DEFAULT now_ms(),
  retired_at  timestamptz(3),
  UNIQUE (budget_id, tenant_id),
  CONSTRAINT ux_budgets_scope UNIQUE NULLS NOT DISTINCT (tenant_id, agent_id, skill_id, period)
);

-- What a budget holds in one of its periods. Spent is as wide as any sum of what is reported; reserved never outgrows a limit.
CREATE TABLE budget_periods (
  budget_id      text NOT NULL,
  tenant_id      text NOT NULL,
  period_start   date NOT NULL,
  spent_cents    numeric(24) NOT NULL DEFAULT 0 CHECK (spent_cents >= 0),
  reserved_cents bigint NOT NULL DEFAULT 0 CHECK (reserved_cents >= 0),
  PRIMARY KEY (budget_id, period_start),
  FOREIGN KEY (budget_id, tenant_id) REFERENCES budgets (budget_id, tenant_id)
);

-- What an approval took from a budget, what was taken before it and what the limit was: beyond the limit there is no row.
CREATE TABLE budget_reservations (
  request_id    text NOT NULL,
  budget_id     text NOT NULL,
  tenant_id     text NOT NULL,
  period_start  date NOT NULL,
  amount_cents  bigint NOT NULL CHECK (amount_cents >= 0),
  before_cents  numeric(24) NOT NULL,
  limit_cents   bigint NOT NULL,
  state         text NOT NULL DEFAULT 'reserved' CHECK (state IN ('reserved', 'spent', 'released')),
  -- What it came to when the outcome was reported.
  settled_cents bigint CHECK (settled_cents >= 0),
  at            timestamptz(3) NOT NULL,
  settled_at    timestamptz(3),
  PRIMARY KEY (request_id, budget_id),
  FOREIGN KEY (budget_id, period_start) REFERENCES budget_periods (budget_id, period_start),
  -- A creation reserves before its row is there: by the end of the statement it is.
  FOREIGN KEY (request_id, tenant_id) REFERENCES approval_requests (id, tenant_id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT budget_reservations_within_limit CHECK (amount_cents = 0 OR before_cents + amount_cents <= limit_cents),
  CONSTRAINT budget_reservations_settled CHECK ((state = 'reserved') = (settled_cents IS NULL AND settled_at IS NULL))
);
CREATE INDEX ix_budget_reservations_period ON budget_reservations (budget_id, period_start);

CREATE FUNCTION refuse_second_settlement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  settles constant text[] := '{state,settled_cents,settled_at}';
BEGIN
  IF OLD.state <> 'reserved' OR (to_jsonb(NEW) - settles) IS DISTINCT FROM (to_jsonb(OLD) - settles) THEN
    RAISE EXCEPTION 'what request % took from budget % is settled', OLD.request_id, OLD.budget_id USING ERRCODE = 'CS001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER budget_reservations_settle_once BEFORE UPDATE ON budget_reservations
  FOR EACH ROW EXECUTE FUNCTION refuse_second_settlement();

-- The first day of the period in which a moment lies, by the calendar in UTC; null for a budget of each request, which holds nothing.
CREATE FUNCTION budget_period_start(period text, at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE period WHEN 'day' THEN (at AT TIME ZONE 'UTC')::date
    WHEN 'month' THEN date_trunc('month', at AT TIME ZONE 'UTC')::date END $$;

-- Holds every budget that speaks for one of these, in the order of their ids, until the transaction ends. A budget's row is its lock:
-- reservations, settlements and changes of the limit all take it, after the request's.
CREATE FUNCTION lock_budgets(tenants text[], skills text[], agents text[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM budgets b
  WHERE b.tenant_id = ANY (tenants) AND b.retired_at IS NULL AND b.period <> 'request' AND EXISTS (
    SELECT FROM unnest(tenants, skills, agents) AS a (tenant, skill, agent)
    WHERE a.tenant = b.tenant_id AND (b.skill_id IS NULL OR b.skill_id = a.skill) AND (b.agent_id IS NULL OR b.agent_id = a.agent))
  ORDER BY b.budget_id FOR NO KEY UPDATE OF b;
END $$;

-- Takes what an approval costs from every budget that speaks for it, or from none: false when one has not enough left. An unknown cost
-- takes nothing, and is noted, so that what it came to is counted when that is reported. VOLATILE, so that each of its statements sees
-- what was committed while the locks were waited for.
CREATE FUNCTION reserve_budgets(tenant text, request text, skill text, agent text, cost bigint, moment timestamptz) RETURNS boolean
  LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  amount constant bigint := coalesce(cost, 0);
BEGIN
  -- Most tenants have none, and most approvals are theirs.
  IF NOT EXISTS (SELECT FROM budgets b WHERE b.tenant_id = tenant AND b.retired_at IS NULL) THEN
    RETURN true;
  END IF;
  PERFORM lock_budgets(ARRAY[tenant], ARRAY[skill], ARRAY[agent]);
  IF amount > 0 AND EXISTS (
    SELECT FROM budgets b
    LEFT JOIN budget_periods p ON p.budget_id = b.budget_id AND p.period_start = budget_period_start(b.period, moment)
    WHERE b.tenant_id = tenant AND b.retired_at IS NULL
      AND (b.skill_id IS NULL OR b.skill_id = skill) AND (b.agent_id IS NULL OR b.agent_id = agent)
      AND NOT coalesce(p.spent_cents + p.reserved_cents, 0) + amount <= b.limit_cents)
  THEN
    RETURN false;
  END IF;
  WITH taken AS (
    INSERT INTO budget_periods AS p (budget_id, tenant_id, period_start, reserved_cents)
    SELECT b.budget_id, b.tenant_id, budget_period_start(b.period, moment), amount FROM budgets b
    WHERE b.tenant_id = tenant AND b.retired_at IS NULL AND b.period <> 'request'
      AND (b.skill_id IS NULL OR b.skill_id = skill) AND (b.agent_id IS NULL OR b.agent_id = agent)
    ORDER BY b.budget_id
    ON CONFLICT (budget_id, period_start) DO UPDATE SET reserved_cents = p.reserved_cents + excluded.reserved_cents
    RETURNING p.budget_id, p.period_start, p.spent_cents + p.reserved_cents - amount AS before_cents
  )
  INSERT INTO budget_reservations (request_id, budget_id, tenant_id, period_start, amount_cents, before_cents, limit_cents, at)
  SELECT request, t.budget_id, tenant, t.period_start, amount, t.before_cents, b.limit_cents, moment
  FROM taken t JOIN budgets b ON b.budget_id = t.budget_id;
  RETURN true;
END $$;

-- The version of a tenant's configuration at this moment: for a statement that has waited for a lock (see emergency_stop_on).
CREATE FUNCTION config_version_now(tenant text) RETURNS bigint LANGUAGE sql VOLATILE PARALLEL SAFE
  AS $$ SELECT config_version FROM tenants WHERE tenant_id = tenant $$;

GRANT SELECT, INSERT ON cost_outcomes, budgets TO countersign_app;
GRANT UPDATE (limit_cents, description, updated_at, retired_at) ON budgets TO countersign_app;
GRANT SELECT ON budget_periods, budget_reservations TO countersign_app;
GRANT UPDATE (spent_cents, reserved_cents) ON budget_periods TO countersign_app;
GRANT UPDATE (state, settled_cents, settled_at) ON budget_reservations TO countersign_app;
GRANT SELECT ON cost_outcomes, budgets, budget_periods, budget_reservations TO countersign_hot, countersign_worker;
-- Locking a row needs the right to update some column of it.
GRANT UPDATE (updated_at) ON budgets TO countersign_hot;
GRANT INSERT ON budget_periods, budget_reservations TO countersign_hot;
GRANT UPDATE (reserved_cents) ON budget_periods TO countersign_hot;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['cost_outcomes', 'budgets', 'budget_periods', 'budget_reservations'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY app_one_tenant ON %I TO countersign_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', t);
    EXECUTE format('CREATE POLICY hot_names_its_tenant ON %I TO countersign_hot USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY worker_crosses_tenants ON %I TO countersign_worker USING (true)', t);
  END LOOP;
END $$;
