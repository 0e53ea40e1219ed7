/* A score is noted as sent in the transaction that follows the answer. Who dies between both sends it once more, with the same time in it, so that
 * the platform has it once. */
#include "store/lti.h"
#include "base/uuid.h"
#include "rules/keys.h"
#include "rules/lti.h"
#include "store/copy.h"
#include "store/site_key.h"
#include <string.h>

/* ---- platforms ---- */

const struct row *lti_platform_of(struct db *db, int64_t campus_id)
{
	return db_one(db, "SELECT id, line_item_url FROM lti_platform WHERE campus_id = ? AND secret IS NOT NULL",
		      args(campus_id));
}

bool lti_platform_there(struct db *db, int64_t campus_id)
{
	return db_int(db, "SELECT COUNT(*) FROM lti_platform WHERE secret IS NOT NULL AND (? = 0 OR campus_id = ?)",
		      args(campus_id, campus_id)) > 0;
}

bool lti_platform_key(struct db *db, int64_t id)
{
	uint8_t secret[LTI_SECRET_MAX], sealed[LTI_SECRET_MAX + SEAL_EXTRA], bytes[UUID_BYTES];
	char modulus[LTI_MODULUS], key_id[UUID_SIZE];
	size_t len;

	if (!lti_pair_make(secret, &len, modulus))
		return false;
	seal(secret, len, sealed);
	explicit_bzero(secret, sizeof secret);
	uuid_make(bytes);
	return db_exec(db,
		       "UPDATE lti_platform SET key_id = ?, modulus = ?, secret = ? WHERE id = ?"
		       " AND EXISTS (SELECT 1 FROM " SITE_KEY_HELD ")",
		       args(uuid_text(bytes, key_id), modulus, arg_bytes(sealed, len + SEAL_EXTRA), id,
			    key_print(0))) == 1;
}

const struct rows *lti_keys(struct db *db)
{
	return db_query(db,
			"SELECT key_id AS kid, modulus AS n FROM lti_platform WHERE secret IS NOT NULL ORDER BY id"
			" LIMIT 1000",
			no_args);
}

/* ---- what is to be sent ---- */

bool lti_posting_add(struct db *db, int64_t report, int64_t platform_id, const char *line_item, ms_t now)
{
	return db_exec(db, "INSERT INTO lti_posting (report_id, platform_id, line_item, scored_at) VALUES (?, ?, ?, ?)",
		       args(report, platform_id, line_item, arg_time(now))) == 1;
}

const struct row *lti_posting_new(struct db *db)
{
	return db_one(db,
		      "SELECT p.report_id AS report, r.account_id, r.role, r.asked FROM lti_posting p"
		      " JOIN campus_report r ON r.id = p.report_id WHERE p.state = 'new' AND " NOT_A_COPY
		      " AND NOT EXISTS"
		      " (SELECT 1 FROM lti_posting o WHERE o.platform_id = p.platform_id AND o.state = 'sending')"
		      " ORDER BY p.report_id LIMIT 1",
		      no_args);
}

#define KNOWN "CASE f.known_by WHEN 'email' THEN a.email WHEN 'username' THEN a.username ELSE m.student_id END"

bool lti_score_add(struct db *db, int64_t report, int64_t account_id, const char *given, const char *maximum, ms_t now)
{
	return db_exec(db,
		       "INSERT INTO lti_score (report_id, account_id, user_id, given, maximum, state, due_at, error)"
		       " SELECT k.report_id, k.account_id, k.user_id, ?, ?, k.state, IF(k.state = 'queued', ?, NULL),"
		       " IF(k.state = 'failed', 'They have nothing by which the platform knows them.', NULL)"
		       " FROM (SELECT p.report_id, a.id AS account_id, " KNOWN " AS user_id, CASE WHEN " KNOWN
		       " IS NULL THEN 'failed' WHEN s.account_id IS NULL THEN 'queued' ELSE 'same' END AS state"
		       " FROM lti_posting p JOIN lti_platform f ON f.id = p.platform_id JOIN account a ON a.id = ?"
		       " LEFT JOIN campus_member m ON m.account_id = a.id LEFT JOIN lti_sent s"
		       " ON s.platform_id = p.platform_id AND s.line_item_hash = UNHEX(SHA2(p.line_item, 256))"
		       " AND s.account_id = a.id AND s.user_id = " KNOWN " AND s.given = CAST(? AS DECIMAL(14, 3))"
		       " AND s.maximum = CAST(? AS DECIMAL(14, 3)) WHERE p.report_id = ?) k",
		       args(given, maximum, arg_time(now), account_id, given, maximum, report)) == 1;
}

bool lti_posting_begin(struct db *db, int64_t report)
{
	return db_exec(db, "UPDATE lti_posting SET state = 'sending' WHERE report_id = ? AND state = 'new'",
		       args(report)) == 1 &&
	       db_exec(db,
		       "UPDATE campus_report SET status = 'running',"
		       " rows_total = (SELECT COUNT(*) FROM lti_score s WHERE s.report_id = campus_report.id)"
		       " WHERE id = ? AND status = 'queued'",
		       args(report)) >= 0;
}

const struct row *lti_posting_due(struct db *db, ms_t now)
{
	return db_one(
		db,
		"SELECT p.report_id AS report, p.platform_id, p.line_item, p.scored_at, f.client_id, f.token_url,"
		" f.key_id, f.secret, f.updated_at AS platform_at FROM lti_posting p JOIN lti_platform f ON f.id = p.platform_id"
		" WHERE p.state = 'sending' AND " NOT_A_COPY " AND EXISTS"
		" (SELECT 1 FROM lti_score s WHERE s.report_id = p.report_id"
		" AND s.state = 'queued' AND s.due_at <= ?) ORDER BY p.report_id LIMIT 1",
		args(arg_time(now)));
}

const struct rows *lti_scores_due(struct db *db, int64_t report, ms_t now, int64_t most)
{
	return db_query(db,
			"SELECT id, user_id, given + 0e0 AS given, maximum + 0e0 AS maximum, attempts FROM lti_score"
			" WHERE report_id = ? AND state = 'queued' AND due_at <= ? ORDER BY due_at, id LIMIT ?",
			args(report, arg_time(now), most));
}

/* ---- what became of it ---- */

bool lti_score_sent(struct db *db, int64_t id, ms_t now)
{
	return db_exec(db,
		       "UPDATE lti_score SET state = 'sent', due_at = NULL, error = NULL, sent_at = ?,"
		       " attempts = attempts + 1 WHERE id = ? AND state = 'queued'",
		       args(arg_time(now), id)) == 1 &&
	       db_exec(db,
		       "INSERT INTO lti_sent (platform_id, line_item_hash, account_id, user_id, given, maximum, scored_at)"
		       " SELECT p.platform_id, UNHEX(SHA2(p.line_item, 256)), s.account_id, s.user_id, s.given, s.maximum,"
		       " p.scored_at FROM lti_score s JOIN lti_posting p ON p.report_id = s.report_id WHERE s.id = ?"
		       " ON DUPLICATE KEY UPDATE user_id = VALUES(user_id), given = VALUES(given),"
		       " maximum = VALUES(maximum), scored_at = VALUES(scored_at)",
		       args(id)) > 0;
}

bool lti_score_failed(struct db *db, int64_t report, int64_t id, const char *error, ms_t again)
{
	/* From the left: attempts first, which the others ask. */
	return db_exec(db,
		       "UPDATE lti_score SET attempts = attempts + 1, error = ?,"
		       " due_at = IF(? IS NULL OR attempts >= ?, NULL, ?),"
		       " state = IF(due_at IS NULL, 'failed', 'queued')"
		       " WHERE report_id = ? AND state = 'queued' AND (? = 0 OR id = ?)",
		       args(error, arg_time_or_null(again), LTI_ATTEMPTS, arg_time_or_null(again), report, id, id)) >=
	       0;
}

bool lti_postings_look(struct db *db)
{
	return db_exec(db,
		       "UPDATE campus_report r JOIN lti_posting p ON p.report_id = r.id AND p.state = 'sending'"
		       " SET r.rows_done = (SELECT COUNT(*) FROM lti_score s WHERE s.report_id = r.id"
		       " AND s.state <> 'queued') WHERE r.status = 'running'",
		       no_args) >= 0 &&
	       db_exec(db,
		       "UPDATE lti_posting SET state = 'over' WHERE state = 'sending' AND NOT EXISTS"
		       " (SELECT 1 FROM lti_score s WHERE s.report_id = lti_posting.report_id AND s.state = 'queued')",
		       no_args) >= 0;
}

int64_t lti_results_count(struct db *db, int64_t report)
{
	return db_int(db, "SELECT COUNT(*) FROM lti_score WHERE report_id = ?", args(report));
}

struct row_source *lti_results(TALLOC_CTX *ctx, struct db *db, int64_t report)
{
	return db_source(ctx, db,
			 "SELECT s.id AS `number:key`, m.student_id,"
			 " COALESCE(CONCAT_WS(' ', m.first_name, m.last_name), a.name) AS full_name, s.user_id,"
			 " s.given + 0e0 AS given, s.maximum + 0e0 AS maximum, s.state AS outcome, s.attempts, s.error,"
			 " s.sent_at FROM lti_score s JOIN account a ON a.id = s.account_id"
			 " LEFT JOIN campus_member m ON m.account_id = s.account_id"
			 " WHERE s.report_id = ? AND s.id > ? ORDER BY s.id LIMIT 500",
			 args(report));
}
