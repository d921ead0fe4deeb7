-- Precedents: the newest decided requests of a skill. Only rows that are decided are in it, so that creating a request costs nothing more.
CREATE INDEX ix_approval_requests_decided_skill ON approval_requests (tenant_id, skill_id, resolved_at DESC, id DESC)
  WHERE resolved_at IS NOT NULL AND kind = 'policy' AND resolved_by <> 'policy';
CREATE INDEX ix_approval_requests_decided_tenant ON approval_requests (tenant_id, resolved_at DESC, id DESC)
  WHERE resolved_at IS NOT NULL AND kind = 'policy' AND resolved_by <> 'policy';
