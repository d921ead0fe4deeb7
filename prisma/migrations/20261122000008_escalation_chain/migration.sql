-- Escalation in steps. The first step keeps its columns; what follows it is a list of {after_seconds, to, level}, and a request carries
-- what is still ahead of it, so that a later change of the configuration does not move a request that is on its way.
ALTER TABLE policy_approval_levels ADD COLUMN escalate_then jsonb NOT NULL DEFAULT '[]'
  CHECK (jsonb_typeof(escalate_then) = 'array' AND jsonb_array_length(escalate_then) <= 5);
ALTER TABLE approval_requests ADD COLUMN escalate_then jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(escalate_then) = 'array');

GRANT UPDATE (escalate_to, escalate_level, escalate_then) ON approval_requests TO countersign_hot, countersign_worker;
