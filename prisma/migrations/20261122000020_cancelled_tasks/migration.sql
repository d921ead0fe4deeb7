-- What a run that ended was still doing or waiting for has neither failed nor been rejected: it was cancelled. Like a failed task, it may
-- begin anew where somebody tries the run again, so its row may still change.
ALTER TABLE dag_steps DROP CONSTRAINT dag_steps_status_check, DROP CONSTRAINT dag_steps_finished,
  ADD CONSTRAINT dag_steps_status_check
    CHECK (status IN ('running', 'waiting', 'succeeded', 'failed', 'skipped', 'rejected', 'cancelled')),
  ADD CONSTRAINT dag_steps_finished
    CHECK ((status IN ('succeeded', 'failed', 'skipped', 'rejected', 'cancelled')) = (finished_at IS NOT NULL));

-- A checkpoint that was withdrawn with its run is asked again when the run goes on. Everything else that was ever asked stays the only one.
DROP INDEX ux_approval_requests_checkpoint;
CREATE UNIQUE INDEX ux_approval_requests_checkpoint ON approval_requests (run_id, task_id)
  WHERE kind = 'checkpoint' AND NOT (status = 'cancelled' AND resolved_by IS NOT DISTINCT FROM 'runner');
