-- What the staff wrote about members goes with them: audit records that stay hold no such text (ADR 0074).

UPDATE audit_record SET detail = detail - 'reason' WHERE action = 'PIN_SET';

GRANT UPDATE (reason, evidence_ref) ON link_change TO {app_role};
