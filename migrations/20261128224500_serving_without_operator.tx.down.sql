DROP FUNCTION journal_heads(uuid[]), run_sequences(uuid[]), active_people(uuid[], uuid[]), note_token_uses(uuid[], uuid[]), close_sessions(bytea[]),
    due_integrations(), suspect_runs(), living_runs(), journal_positions(), settle_person(text, text), prune_journal(), prune_idempotency_keys(), prune_sign_ins();
REVOKE UPDATE (last_used_at) ON api_tokens FROM orgmap_app;
REVOKE INSERT, SELECT (hash) ON sign_in_attempts FROM orgmap_app;
