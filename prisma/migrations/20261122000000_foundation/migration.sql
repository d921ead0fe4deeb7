-- The foundation: people, keys, requests, votes, history, delivery.
-- Times are timestamptz(3) from the database's clock, cut to milliseconds; money is integer cents.

CREATE FUNCTION now_ms() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
  AS $$ SELECT date_trunc('milliseconds', clock_timestamp()) $$;

-- The text of a time as it is hashed: RFC 3339, UTC, milliseconds.
CREATE FUNCTION rfc3339_ms(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- One link of a hash chain (see lib/domain/audit/chain.ts).
CREATE FUNCTION chain_hash(prev_hash text, canonical text, at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT encode(sha256(convert_to(prev_hash || E'\n' || canonical || E'\n' || rfc3339_ms(at), 'UTF8')), 'hex') $$;

-- ── tenants and people ──────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE tenants (
  tenant_id              text PRIMARY KEY CHECK (tenant_id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  name                   text NOT NULL,
  config_version         bigint NOT NULL DEFAULT 1,
  people_version         bigint NOT NULL DEFAULT 1,
  people_checked_version bigint NOT NULL DEFAULT 1,
  emergency_stop         boolean NOT NULL DEFAULT false,
  emergency_stop_reason  text,
  created_at             timestamptz(3) NOT NULL DEFAULT now_ms()
);

-- Whether the emergency stop is on at this moment. VOLATILE, so that a statement that has waited for a lock sees what was committed
-- meanwhile, and not what was so when it began.
CREATE FUNCTION emergency_stop_on(tenant text) RETURNS boolean LANGUAGE sql VOLATILE PARALLEL SAFE
  AS $$ SELECT emergency_stop FROM tenants WHERE tenant_id = tenant $$;

CREATE TABLE users (
  user_id         text PRIMARY KEY,
  email           text NOT NULL,
  name            text NOT NULL,
  password_hash   text,
  session_version integer NOT NULL DEFAULT 1,
  disabled_at     timestamptz(3),
  created_at      timestamptz(3) NOT NULL DEFAULT now_ms(),
  updated_at      timestamptz(3) NOT NULL DEFAULT now_ms()
);
CREATE UNIQUE INDEX ux_users_email ON users (lower(email));

CREATE TABLE memberships (
  member_id  text PRIMARY KEY,
  tenant_id  text NOT NULL REFERENCES tenants,
  user_id    text NOT NULL REFERENCES users,
  role       text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'owner')),
  level      smallint NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now_ms(),
  updated_at timestamptz(3) NOT NULL DEFAULT now_ms(),
  removed_at timestamptz(3),
  UNIQUE (member_id, tenant_id),
  CONSTRAINT memberships_level_in_band CHECK (
    (role = 'viewer' AND level = 0) OR (role = 'operator' AND level BETWEEN 1 AND 3)
    OR (role = 'admin' AND level = 4) OR (role = 'owner' AND level = 5))
);
CREATE UNIQUE INDEX ux_memberships_active ON memberships (tenant_id, user_id) WHERE removed_at IS NULL;
CREATE INDEX ix_memberships_user ON memberships (user_id) WHERE removed_at IS NULL;

CREATE TABLE api_keys (
  key_id             text PRIMARY KEY,
  tenant_id          text NOT NULL REFERENCES tenants,
  name               text NOT NULL,
  secret_hash        text NOT NULL UNIQUE,
  scopes             text[] NOT NULL,
  member_id          text,
  owner_user_id      text REFERENCES users,
  created_by_user_id text REFERENCES users,
  created_by_key_id  text REFERENCES api_keys,
  all_tenants        boolean NOT NULL DEFAULT false,
  created_at         timestamptz(3) NOT NULL DEFAULT now_ms(),
  expires_at         timestamptz(3),
  revoked_at         timestamptz(3),
  last_used_at       timestamptz(3),
  UNIQUE (key_id, tenant_id),
  FOREIGN KEY (member_id, tenant_id) REFERENCES memberships (member_id, tenant_id)
);
CREATE INDEX ix_api_keys_tenant ON api_keys (tenant_id, created_at DESC);

CREATE TABLE login_attempts (
  attempt_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_hash text NOT NULL,
  address      text NOT NULL,
  succeeded    boolean NOT NULL,
  at           timestamptz(3) NOT NULL DEFAULT now_ms()
);
CREATE INDEX ix_login_attempts_account ON login_attempts (account_hash, at);
CREATE INDEX ix_login_attempts_address ON login_attempts (address, at);

-- ── policy ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE policy_approval_levels (
  level_id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id                   text NOT NULL REFERENCES tenants,
  policy_type                 text CHECK (policy_type IN ('cost', 'capability', 'resource', 'rate_limit')),
  agent_id                    text,
  skill_id                    text,
  level                       smallint NOT NULL CHECK (level BETWEEN 1 AND 5),
  min_approvals               smallint NOT NULL DEFAULT 1 CHECK (min_approvals BETWEEN 1 AND 20),
  auto_approve_max_cost_cents bigint CHECK (auto_approve_max_cost_cents >= 0),
  auto_approve_max_tokens     bigint CHECK (auto_approve_max_tokens >= 0),
  escalate_after_seconds      integer CHECK (escalate_after_seconds BETWEEN 1 AND 31536000),
  escalate_to                 text,
  escalate_level              smallint CHECK (escalate_level BETWEEN 1 AND 5),
  expires_in_seconds          integer CHECK (expires_in_seconds BETWEEN 1 AND 31536000),
  min_reject_level            smallint CHECK (min_reject_level BETWEEN 1 AND 5),
  UNIQUE (level_id, tenant_id),
  CONSTRAINT ux_policy_approval_levels_scope UNIQUE NULLS NOT DISTINCT (tenant_id, policy_type, agent_id, skill_id)
);

-- ── webhook endpoints (requests name one, so they come first) ───────────────────────────────────────────────────────────────
CREATE TABLE webhook_endpoints (
  endpoint_id            text PRIMARY KEY,
  tenant_id              text NOT NULL REFERENCES tenants,
  kind                   text NOT NULL CHECK (kind IN ('registered', 'inline')),
  url                    text NOT NULL,
  description            text,
  event_types            text[] NOT NULL DEFAULT '{}',
  status                 text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled')),
  disabled_reason        text,
  retry_schedule_seconds integer[] NOT NULL DEFAULT '{1,5,15}',
  secret_version         integer NOT NULL DEFAULT 1,
  created_at             timestamptz(3) NOT NULL DEFAULT now_ms(),
  updated_at             timestamptz(3) NOT NULL DEFAULT now_ms(),
  deleted_at             timestamptz(3),
  UNIQUE (endpoint_id, tenant_id)
);
CREATE INDEX ix_webhook_endpoints_dispatch ON webhook_endpoints (tenant_id)
  WHERE kind = 'registered' AND status = 'enabled' AND deleted_at IS NULL;

CREATE TABLE webhook_secrets (
  endpoint_id text NOT NULL,
  tenant_id   text NOT NULL,
  version     integer NOT NULL,
  sealed      bytea NOT NULL,
  fingerprint text NOT NULL,
  created_at  timestamptz(3) NOT NULL DEFAULT now_ms(),
  -- When this version stops signing; null for the current one.
  expires_at  timestamptz(3),
  PRIMARY KEY (endpoint_id, version),
  FOREIGN KEY (endpoint_id, tenant_id) REFERENCES webhook_endpoints (endpoint_id, tenant_id) ON DELETE CASCADE
);

-- ── requests, votes ─────────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE approval_requests (
  id                   text PRIMARY KEY,
  tenant_id            text NOT NULL REFERENCES tenants,
  correlation_id       text NOT NULL,
  kind                 text NOT NULL DEFAULT 'policy' CHECK (kind IN ('policy', 'checkpoint')),
  status               text NOT NULL CHECK (status IN ('pending', 'escalated', 'approved', 'rejected', 'expired', 'cancelled')),
  version              integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  seq                  integer NOT NULL CHECK (seq >= 1),
  last_hash            text NOT NULL,
  policy_type          text NOT NULL CHECK (policy_type IN ('cost', 'capability', 'resource', 'rate_limit')),
  skill_id             text NOT NULL,
  agent_id             text,
  payload              jsonb NOT NULL,
  payload_digest       text NOT NULL,
  requested_by         text,
  requester_user_id    text REFERENCES users,
  requester_key_id     text REFERENCES api_keys,
  requester_key_issuer_id text REFERENCES users,
  title                text NOT NULL,
  justification        text,
  links                jsonb NOT NULL DEFAULT '[]',
  policy               jsonb NOT NULL,
  simulated_cost_cents bigint,
  required_level       smallint NOT NULL CHECK (required_level BETWEEN 1 AND 5),
  min_approvals        smallint NOT NULL CHECK (min_approvals BETWEEN 1 AND 20),
  min_reject_level     smallint NOT NULL DEFAULT 1 CHECK (min_reject_level BETWEEN 1 AND 5),
  current_level        smallint NOT NULL DEFAULT 0 CHECK (current_level BETWEEN 0 AND 5),
  approvals_count      smallint NOT NULL DEFAULT 0 CHECK (approvals_count >= 0),
  approval_data        jsonb,
  escalate_to          text,
  escalate_level       smallint CHECK (escalate_level BETWEEN 1 AND 5),
  webhook_endpoint_id  text,
  created_at           timestamptz(3) NOT NULL,
  updated_at           timestamptz(3) NOT NULL,
  escalates_at         timestamptz(3),
  expires_at           timestamptz(3) NOT NULL,
  resolved_at          timestamptz(3),
  resolved_by          text,
  UNIQUE (id, tenant_id),
  FOREIGN KEY (webhook_endpoint_id, tenant_id) REFERENCES webhook_endpoints (endpoint_id, tenant_id),
  CONSTRAINT approval_requests_open_or_resolved CHECK ((status IN ('pending', 'escalated')) = (resolved_at IS NULL)),
  CONSTRAINT approval_requests_decided_in_time CHECK (
    CASE WHEN status IN ('approved', 'rejected', 'cancelled') THEN resolved_at < expires_at
         WHEN status = 'expired' THEN resolved_at >= expires_at ELSE true END)
);
-- The seed's four indexes, under their names. The correlation id is unique per tenant: a global one would tell one tenant about another's.
CREATE UNIQUE INDEX ix_approval_requests_correlation_id ON approval_requests (tenant_id, correlation_id);
CREATE INDEX ix_approval_requests_status_tenant ON approval_requests (status, tenant_id);
CREATE INDEX ix_approval_requests_expires_status ON approval_requests (expires_at, status);
CREATE INDEX ix_approval_requests_created_status ON approval_requests (created_at DESC, status);
-- Keyset pages of one tenant.
CREATE INDEX ix_approval_requests_tenant_created ON approval_requests (tenant_id, created_at DESC, id DESC);
-- Sweeps and the queue: their cost follows what is open, not what has ever been.
CREATE INDEX ix_approval_requests_open_expires ON approval_requests (expires_at) WHERE status IN ('pending', 'escalated');
CREATE INDEX ix_approval_requests_open_escalates ON approval_requests (escalates_at)
  WHERE status IN ('pending', 'escalated') AND escalates_at IS NOT NULL;
CREATE INDEX ix_approval_requests_open_tenant ON approval_requests (tenant_id, created_at DESC, id DESC)
  WHERE status IN ('pending', 'escalated');

-- What was asked and decided stays: once a request is terminal, only the position and head of its history move (comments).
CREATE FUNCTION refuse_terminal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - '{seq,last_hash,updated_at}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{seq,last_hash,updated_at}'::text[]) THEN
    RAISE EXCEPTION 'request % is %: it does not change any more', OLD.id, OLD.status USING ERRCODE = 'CS001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_requests_terminal BEFORE UPDATE ON approval_requests
  FOR EACH ROW WHEN (OLD.status IN ('approved', 'rejected', 'expired', 'cancelled')) EXECUTE FUNCTION refuse_terminal_change();

CREATE TABLE approval_reviews (
  request_id    text NOT NULL,
  tenant_id     text NOT NULL,
  user_id       text NOT NULL REFERENCES users,
  version       integer NOT NULL,
  member_id     text NOT NULL REFERENCES memberships,
  decision      text NOT NULL CHECK (decision IN ('approve', 'reject')),
  level         smallint NOT NULL CHECK (level BETWEEN 1 AND 5),
  notes         text,
  approval_data jsonb,
  -- The credential that carried the vote: a key, and the bridge that spoke for the person.
  key_id        text REFERENCES api_keys,
  on_behalf     boolean NOT NULL DEFAULT false,
  at            timestamptz(3) NOT NULL,
  PRIMARY KEY (request_id, user_id, version),
  FOREIGN KEY (request_id, tenant_id) REFERENCES approval_requests (id, tenant_id)
);

-- ── the feed's numbers ────────────────────────────────────────────────────────────────────────────────────────────────────────
-- A transaction's number in the feed. Numbers of transactions belong to a cluster, and a dump may be restored into another one, where they
-- start low again: the start then replaces this function by one that adds enough (lib/platform/db/feed-numbers.ts). The addend stands in
-- the text and not in a table, because the planner puts it in line: reading a table cost 17 µs for every event, this costs nothing to speak of.
CREATE FUNCTION feed_number(xid xid8) RETURNS xid8 LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT (xid::text::bigint + 0)::text::xid8 $$;

-- The number under which this transaction's events are ordered.
CREATE FUNCTION feed_xid() RETURNS xid8 LANGUAGE sql VOLATILE PARALLEL UNSAFE
  AS $$ SELECT feed_number(pg_current_xact_id()) $$;

-- Below it everything is settled. STABLE, so that it speaks of the very snapshot with which the rows are read.
CREATE FUNCTION feed_xmin() RETURNS xid8 LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT feed_number(pg_snapshot_xmin(pg_current_snapshot())) $$;

-- The cluster, and its timeline, that the numbers were last fitted to; null until the first start.
CREATE TABLE feed_home (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  cluster text
);
INSERT INTO feed_home DEFAULT VALUES;

-- ── history ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE events (
  subject_id   text NOT NULL,
  seq          integer NOT NULL CHECK (seq >= 1),
  event_id     text NOT NULL UNIQUE,
  tenant_id    text NOT NULL REFERENCES tenants,
  subject_kind text NOT NULL CHECK (subject_kind IN ('request', 'run')),
  type         text NOT NULL,
  version      integer NOT NULL,
  from_status  text,
  to_status    text NOT NULL,
  -- What the history shows (for a creation: who is said to ask), and the credential that really acted.
  actor        text NOT NULL,
  actor_type   text NOT NULL CHECK (actor_type IN ('session', 'api_key', 'job', 'policy')),
  actor_id     text NOT NULL,
  actor_name   text NOT NULL,
  reason       text,
  data         jsonb NOT NULL DEFAULT '{}',
  trace_id     text,
  timestamp    timestamptz(3) NOT NULL,
  xid          xid8 NOT NULL DEFAULT feed_xid(),
  canonical    text NOT NULL,
  prev_hash    text NOT NULL,
  hash         text NOT NULL,
  PRIMARY KEY (subject_id, seq),
  UNIQUE (event_id, tenant_id)
);
CREATE INDEX ix_events_feed ON events (tenant_id, xid, subject_id, seq);
CREATE INDEX ix_events_actor ON events (tenant_id, actor, timestamp);
CREATE INDEX ix_events_actor_id ON events (tenant_id, actor_id, timestamp);
CREATE INDEX ix_events_time ON events (tenant_id, timestamp);

CREATE TABLE event_outbox (
  position     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id     text NOT NULL UNIQUE,
  tenant_id    text NOT NULL,
  subject_id   text NOT NULL,
  type         text NOT NULL
);

CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% keeps what happened: no % here', TG_TABLE_NAME, TG_OP USING ERRCODE = 'CS002';
END $$;
CREATE TRIGGER events_insert_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_history_change();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();

CREATE TABLE audit_heads (
  tenant_id text PRIMARY KEY REFERENCES tenants,
  seq       integer NOT NULL DEFAULT 0,
  hash      text NOT NULL DEFAULT ''
);

CREATE TABLE audit_log (
  tenant_id   text NOT NULL REFERENCES tenants,
  seq         integer NOT NULL,
  audit_id    text NOT NULL UNIQUE,
  action      text NOT NULL,
  actor       text NOT NULL,
  actor_type  text NOT NULL CHECK (actor_type IN ('session', 'api_key', 'job', 'system')),
  actor_name  text NOT NULL,
  target_kind text NOT NULL,
  target_id   text NOT NULL,
  data        jsonb NOT NULL DEFAULT '{}',
  timestamp   timestamptz(3) NOT NULL,
  xid         xid8 NOT NULL DEFAULT feed_xid(),
  canonical   text NOT NULL,
  prev_hash   text NOT NULL,
  hash        text NOT NULL,
  PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX ix_audit_log_actor ON audit_log (tenant_id, actor, timestamp);
CREATE INDEX ix_audit_log_time ON audit_log (tenant_id, timestamp);
CREATE TRIGGER audit_log_insert_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_history_change();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();

-- ── deliveries ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE webhook_deliveries (
  delivery_id      text PRIMARY KEY,
  tenant_id        text NOT NULL,
  endpoint_id      text NOT NULL,
  -- Null for a test delivery, which no event caused.
  event_id         text,
  -- What shares a limit on attempts at once, so that one dead receiver delays nobody else: the endpoint, or an inline one's origin.
  lane             text NOT NULL,
  -- The Standard Webhooks id: the event's id, the same on every attempt.
  webhook_id       text NOT NULL,
  event_type       text NOT NULL,
  subject_id       text,
  body             text NOT NULL,
  trace_id         text,
  -- failed: the last attempt failed and another is due; dead: none is.
  status           text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'failed', 'delivered', 'dead')),
  attempts         integer NOT NULL DEFAULT 0,
  -- How many attempts of the schedule are behind it; back to 0 when somebody sends it again by hand.
  round_attempts   integer NOT NULL DEFAULT 0,
  -- While leased it is the end of the lease, so that one index finds whatever is due.
  next_attempt_at  timestamptz(3),
  leased_until     timestamptz(3),
  fence            bigint NOT NULL DEFAULT 0,
  last_status_code integer,
  last_error       text,
  created_at       timestamptz(3) NOT NULL DEFAULT now_ms(),
  updated_at       timestamptz(3) NOT NULL DEFAULT now_ms(),
  delivered_at     timestamptz(3),
  UNIQUE (delivery_id, tenant_id),
  CONSTRAINT ux_webhook_deliveries_event_endpoint UNIQUE (event_id, endpoint_id),
  FOREIGN KEY (endpoint_id, tenant_id) REFERENCES webhook_endpoints (endpoint_id, tenant_id)
);
CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (lane, next_attempt_at) WHERE status IN ('pending', 'failed');
CREATE INDEX ix_webhook_deliveries_next ON webhook_deliveries (next_attempt_at) INCLUDE (lane) WHERE status IN ('pending', 'failed');
CREATE INDEX ix_webhook_deliveries_dead ON webhook_deliveries (tenant_id, created_at DESC, delivery_id DESC) WHERE status = 'dead';
CREATE INDEX ix_webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, created_at DESC, delivery_id DESC);
CREATE INDEX ix_webhook_deliveries_tenant ON webhook_deliveries (tenant_id, created_at DESC, delivery_id DESC);
CREATE INDEX ix_webhook_deliveries_subject ON webhook_deliveries (subject_id, tenant_id);

CREATE TABLE webhook_attempts (
  delivery_id    text NOT NULL,
  tenant_id      text NOT NULL,
  attempt        integer NOT NULL,
  at             timestamptz(3) NOT NULL,
  latency_ms     integer NOT NULL,
  status_code    integer,
  error          text,
  response_head  text,
  key_version    integer NOT NULL,
  PRIMARY KEY (delivery_id, attempt),
  FOREIGN KEY (delivery_id, tenant_id) REFERENCES webhook_deliveries (delivery_id, tenant_id)
);

-- ── idempotency, workers ────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE idempotency_keys (
  tenant_id   text NOT NULL,
  -- The key or user that sent it.
  credential  text NOT NULL,
  operation   text NOT NULL,
  key         text NOT NULL,
  body_hmac   text NOT NULL,
  status      smallint NOT NULL,
  resource_id text NOT NULL,
  created_at  timestamptz(3) NOT NULL DEFAULT now_ms(),
  PRIMARY KEY (tenant_id, credential, operation, key)
);
CREATE INDEX ix_idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE worker_heartbeats (
  worker_id  text PRIMARY KEY,
  started_at timestamptz(3) NOT NULL DEFAULT now_ms(),
  beat_at    timestamptz(3) NOT NULL DEFAULT now_ms(),
  -- What the worker has counted since it started; a web process shows it, since a worker has no address of its own.
  metrics    jsonb NOT NULL DEFAULT '[]'
);
