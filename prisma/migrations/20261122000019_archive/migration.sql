-- What is over, in the order in which it ended: the archive goes on behind what it has written, however much there is.
CREATE INDEX ix_approval_requests_resolved ON approval_requests (tenant_id, resolved_at, id) WHERE resolved_at IS NOT NULL;
CREATE INDEX ix_dag_runs_finished ON dag_runs (tenant_id, finished_at, run_id) WHERE finished_at IS NOT NULL;
