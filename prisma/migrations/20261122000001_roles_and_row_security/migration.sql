-- Four roles without login. Each pool's connections SET ROLE first; DATABASE_APP_URL and DATABASE_HOT_URL may name logins instead.
-- Roles belong to the cluster, so another database may have made them, or be making them now. Time limits are set where a connection takes
-- its role: settings of a role apply at login only, not on SET ROLE.
DO $$
DECLARE
  r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['countersign_app', 'countersign_hot', 'countersign_worker', 'countersign_archive'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', r);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    BEGIN
      IF NOT pg_has_role(current_user, r, 'MEMBER') OR (SELECT NOT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT %I TO CURRENT_USER', r);
      END IF;
    EXCEPTION WHEN unique_violation OR internal_error OR insufficient_privilege THEN NULL;
    END;
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO countersign_app, countersign_hot, countersign_worker, countersign_archive;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- countersign_app: what pages and handlers read and what admins change, one tenant at a time, behind row-level security.
GRANT SELECT ON tenants, users, memberships, api_keys, policy_approval_levels, approval_requests, approval_reviews, events, audit_log,
  audit_heads, webhook_endpoints, webhook_secrets, webhook_deliveries, webhook_attempts, idempotency_keys TO countersign_app;
GRANT INSERT, UPDATE ON memberships, api_keys, webhook_endpoints, audit_heads TO countersign_app;
GRANT INSERT, UPDATE, DELETE ON policy_approval_levels, webhook_secrets TO countersign_app;
GRANT INSERT ON tenants, users, audit_log, idempotency_keys, webhook_deliveries TO countersign_app;
GRANT UPDATE (name, config_version, people_version, emergency_stop, emergency_stop_reason) ON tenants TO countersign_app;
GRANT UPDATE (name, email, password_hash, session_version, updated_at) ON users TO countersign_app;
GRANT UPDATE (status, next_attempt_at, round_attempts, leased_until, fence, updated_at) ON webhook_deliveries TO countersign_app;

-- countersign_hot: the few statements of the writer and of authentication, which run outside a transaction and carry the tenant in every
-- predicate. Column grants; the UPDATE privilege on some column is what FOR SHARE needs.
GRANT SELECT ON tenants, users, memberships, api_keys, policy_approval_levels, approval_requests, approval_reviews, events,
  webhook_endpoints, webhook_deliveries, idempotency_keys, login_attempts TO countersign_hot;
GRANT INSERT ON users, approval_requests, approval_reviews, events, event_outbox, webhook_endpoints, webhook_secrets, idempotency_keys,
  login_attempts TO countersign_hot;
GRANT UPDATE (status, seq, last_hash, required_level, current_level, approvals_count, approval_data, escalates_at, updated_at, resolved_at,
  resolved_by) ON approval_requests TO countersign_hot;
GRANT UPDATE (password_hash, session_version, updated_at) ON users TO countersign_hot;
GRANT UPDATE (updated_at) ON memberships TO countersign_hot;
GRANT UPDATE (last_used_at) ON api_keys TO countersign_hot;
GRANT UPDATE (succeeded) ON login_attempts TO countersign_hot;
GRANT SELECT ON worker_heartbeats TO countersign_hot;

-- countersign_worker: crosses tenants, only its tables.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO countersign_worker;
GRANT INSERT ON approval_reviews, events, event_outbox, webhook_deliveries, webhook_attempts, worker_heartbeats, audit_heads, audit_log
  TO countersign_worker;
GRANT UPDATE (status, seq, last_hash, required_level, current_level, approvals_count, approval_data, escalates_at, updated_at, resolved_at,
  resolved_by) ON approval_requests TO countersign_worker;
GRANT UPDATE ON webhook_deliveries, worker_heartbeats, audit_heads TO countersign_worker;
GRANT UPDATE (status, disabled_reason, updated_at) ON webhook_endpoints TO countersign_worker;
GRANT UPDATE (people_checked_version) ON tenants TO countersign_worker;
GRANT UPDATE (updated_at) ON memberships TO countersign_worker;
GRANT UPDATE (updated_at) ON users TO countersign_worker;
GRANT UPDATE (last_used_at) ON api_keys TO countersign_worker;
GRANT UPDATE, DELETE ON event_outbox TO countersign_worker;
GRANT DELETE ON worker_heartbeats, idempotency_keys, login_attempts, webhook_secrets TO countersign_worker;

-- Row-level security: the second wall. The application's role sees the tenant of its transaction; without one it sees nothing.
CREATE FUNCTION app_tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.tenant', true), '') $$;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['tenants', 'memberships', 'api_keys', 'policy_approval_levels', 'approval_requests', 'approval_reviews',
    'events', 'event_outbox', 'audit_log', 'audit_heads', 'webhook_endpoints', 'webhook_secrets', 'webhook_deliveries', 'webhook_attempts',
    'idempotency_keys'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY app_one_tenant ON %I TO countersign_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', t);
    EXECUTE format('CREATE POLICY hot_names_its_tenant ON %I TO countersign_hot USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY worker_crosses_tenants ON %I TO countersign_worker USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;

-- People are global; the application's role sees those who are, or were, members of its tenant.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY app_members_only ON users TO countersign_app
  USING (EXISTS (SELECT FROM memberships m WHERE m.user_id = users.user_id AND m.tenant_id = app_tenant()));
-- Adding a member makes the account and the membership in one transaction: the account comes first, and is nobody's yet.
CREATE POLICY app_adds_people ON users FOR INSERT TO countersign_app WITH CHECK (disabled_at IS NULL);
CREATE POLICY hot_authenticates ON users TO countersign_hot USING (true) WITH CHECK (true);
CREATE POLICY worker_crosses_tenants ON users TO countersign_worker USING (true) WITH CHECK (true);
