/* Both lists below say what of a person is where. A new table with something personal in it belongs into both. */
#include "store/privacy.h"
#include "store/push.h"
#include "store/search.h"

/* ---- sessions ---- */

const struct rows *sessions_of(struct db *db, int64_t account_id, ms_t now)
{
	return db_query(
		db,
		"SELECT id, role, cookie_hash IS NULL AS `app:bool`, ip, user_agent, created_at, seen_at, expires_at"
		" FROM session WHERE account_id = ? AND ended_at IS NULL AND expires_at > ?"
		" ORDER BY seen_at DESC, id DESC LIMIT 200",
		args(account_id, arg_time(now)));
}

bool session_end_own(struct db *db, int64_t account_id, int64_t session_id, ms_t now)
{
	return db_exec(db, "UPDATE session SET ended_at = ? WHERE id = ? AND account_id = ? AND ended_at IS NULL",
		       args(arg_time(now), session_id, account_id)) == 1;
}

/* ---- all that is held ---- */

/* Every part takes both numbers, whichever it needs. */
#define ME "(SELECT ? AS account_id, ? AS customer_id) me"

/* clang-format off */
/* Of everybody. */
#define HELD_ACCOUNT \
	{ "account", \
	  "SELECT a.id, a.name, a.email, a.mobile_number, a.username, a.locale, a.created_at, a.updated_at," \
	  " a.mobile_verified_at, a.totp_enabled AS `second_factor:bool`, a.photo" " FROM " ME \
	  " JOIN account a ON a.id = me.account_id LIMIT ?" }
#define HELD_SESSIONS \
	{ "sessions", \
	  "SELECT s.id, s.role, s.ip, s.user_agent, s.created_at, s.seen_at, s.ended_at" " FROM " ME \
	  " JOIN session s ON s.account_id = me.account_id ORDER BY s.id DESC LIMIT ?" }
#define HELD_PUSH_SUBSCRIPTIONS \
	{ "push_subscriptions", \
	  "SELECT p.id, " PUSH_SERVICE("p.endpoint") " AS service, p.created_at, p.updated_at" " FROM " ME \
	  " JOIN push_subscription p ON p.account_id = me.account_id" " ORDER BY p.id DESC LIMIT ?" }
#define HELD_MESSAGES \
	{ "messages", \
	  "SELECT m.id, m.channel, m.recipient, m.kind, m.subject, m.status, m.created_at, m.sent_at FROM " ME \
	  " JOIN account a ON a.id = me.account_id" \
	  " JOIN outbox m ON m.recipient IN (a.email, a.mobile_number) ORDER BY m.id DESC LIMIT ?" }
#define HELD_CHANGES \
	{ "changes", \
	  "SELECT l.at, l.role, l.action, l.noun, l.noun_id, l.ip FROM " ME \
	  " JOIN audit_log l ON l.account_id = me.account_id ORDER BY l.id DESC LIMIT ?" }
/* clang-format on */

const struct held_part HELD_PARTS[] = {
	HELD_ACCOUNT,
	{ "customer",
	  "SELECT k.id, k.labels AS `labels:json`, k.birth_date, k.blood_type, k.emergency_name, k.emergency_mobile,"
	  " k.registration_fee_paid_at FROM " ME " JOIN customer k ON k.id = me.customer_id LIMIT ?" },
	HELD_SESSIONS,
	HELD_PUSH_SUBSCRIPTIONS,
	{ "orders",
	  "SELECT o.id, o.reference, o.event_id, e.title AS event, o.status, o.currency, o.subtotal, o.discount,"
	  " o.total, o.created_at, o.paid_at FROM " ME " JOIN orders o ON o.customer_id = me.customer_id"
	  " JOIN event e ON e.id = o.event_id ORDER BY o.id DESC LIMIT ?" },
	{ "order_items",
	  "SELECT i.order_id, c.name AS category, i.quantity, i.unit_price, i.holders AS `holders:json`"
	  " FROM " ME " JOIN orders o ON o.customer_id = me.customer_id JOIN order_item i ON i.order_id = o.id"
	  " JOIN ticket_category c ON c.id = i.category_id ORDER BY i.id DESC LIMIT ?" },
	{ "payments",
	  "SELECT p.id, p.order_id, p.purpose, p.provider, p.method, p.amount, p.currency, p.status, p.created_at"
	  " FROM " ME " JOIN payment p ON p.customer_id = me.customer_id ORDER BY p.id DESC LIMIT ?" },
	{ "tickets", "SELECT t.id, t.order_id, e.title AS event, t.holder_name, t.status, t.presence, t.entries,"
		     " t.labels AS `labels:json`, t.first_scan_at, t.last_scan_at FROM " ME
		     " JOIN ticket t ON t.customer_id = me.customer_id JOIN event e ON e.id = t.event_id"
		     " ORDER BY t.id DESC LIMIT ?" },
	{ "scans",
	  "SELECT s.ticket_id, s.at, s.kind, s.result, s.reason, s.direction, s.gate, s.attendee_name, s.note FROM " ME
	  " JOIN ticket t ON t.customer_id = me.customer_id JOIN scan_log s ON s.ticket_id = t.id"
	  " ORDER BY s.id DESC LIMIT ?" },
	{ "incidents",
	  "SELECT i.id, i.created_at, i.category, i.description, i.ticket_id, i.card_uid, i.photo, i.status, i.note FROM " ME
	  " JOIN incident i ON i.ticket_id IN (SELECT t.id FROM ticket t WHERE t.customer_id = me.customer_id)"
	  " OR i.card_uid IN (SELECT n.uid FROM nfc_card n WHERE n.customer_id = me.customer_id) ORDER BY i.id DESC LIMIT ?" },
	{ "transfers", "SELECT x.id, x.ticket_id, x.kind, x.status, x.from_customer_id = me.customer_id AS `sent:bool`,"
		       " x.mobile_number, x.message, x.created_at, x.settled_at FROM " ME " JOIN ticket_transfer x"
		       " ON me.customer_id IN (x.from_customer_id, x.to_customer_id) ORDER BY x.id DESC LIMIT ?" },
	{ "refund_requests",
	  "SELECT r.id, r.ticket_id, r.reason, r.status, r.amount, r.currency, r.note, r.created_at FROM " ME
	  " JOIN refund_request r ON r.customer_id = me.customer_id ORDER BY r.id DESC LIMIT ?" },
	{ "exchanges", "SELECT x.order_id, x.ticket_id, x.reason, x.created_at, x.given_back_at FROM " ME
		       " JOIN orders o ON o.customer_id = me.customer_id JOIN ticket_exchange x ON x.order_id = o.id"
		       " ORDER BY x.order_id DESC LIMIT ?" },
	{ "cards",
	  "SELECT n.id, n.uid, n.status, n.assigned_at, n.reload_below, n.reload_amount, n.reload_provider, n.reload_shown"
	  " FROM " ME " JOIN nfc_card n ON n.customer_id = me.customer_id ORDER BY n.id DESC LIMIT ?" },
	{ "kept_cards",
	  "SELECT x.id, x.card_id, x.provider, x.payer, x.reload_below, x.reload_amount, x.status, x.created_at FROM " ME
	  " JOIN card_keep x ON x.customer_id = me.customer_id ORDER BY x.id DESC LIMIT ?" },
	{ "card_requests",
	  "SELECT r.id, r.status, r.delivery AS `delivery:json`, r.tracking, r.reason, r.created_at FROM " ME
	  " JOIN card_request r ON r.customer_id = me.customer_id ORDER BY r.id DESC LIMIT ?" },
	{ "dependents",
	  "SELECT d.id, d.name, d.relationship, d.birth_date, d.blood_type, d.photo, d.created_at FROM " ME
	  " JOIN dependent d ON d.customer_id = me.customer_id AND d.deleted_at IS NULL"
	  " ORDER BY d.id DESC LIMIT ?" },
	{ "favorites", "SELECT f.event_id, e.title AS event, f.created_at FROM " ME
		       " JOIN favorite f ON f.customer_id = me.customer_id JOIN event e ON e.id = f.event_id"
		       " ORDER BY f.created_at DESC LIMIT ?" },
	HELD_MESSAGES,
	{ "notes",
	  "SELECT n.id, n.order_id, n.text, n.created_at FROM " ME " JOIN note n ON n.customer_id = me.customer_id"
	  " OR n.order_id IN (SELECT o.id FROM orders o WHERE o.customer_id = me.customer_id) ORDER BY n.id DESC LIMIT ?" },
	{ "webhooks",
	  "SELECT d.id, d.type, d.noun_id, d.status, d.body IS NOT NULL AS `kept:bool`, d.happened_at, d.tried_at"
	  " FROM " ME " JOIN webhook_delivery d ON d.customer_id = me.customer_id ORDER BY d.id DESC LIMIT ?" },
	HELD_CHANGES,
	{ NULL, NULL },
};

#define MY_RECORDS " FROM " ME " JOIN attendance a ON a.account_id = me.account_id"

const struct held_part CAMPUS_HELD_PARTS[] = {
	HELD_ACCOUNT,
	{ "member",
	  "SELECT c.name AS campus, d.name AS department, m.student_id, m.first_name, m.last_name, m.year_level,"
	  " m.is_verified AS `is_verified:bool`, m.verified_at, m.email_verified AS `email_verified:bool`,"
	  " m.consent_version, m.consent_at, m.left_at, m.created_at, m.updated_at FROM " ME
	  " JOIN campus_member m ON m.account_id = me.account_id LEFT JOIN campus c ON c.id = m.campus_id"
	  " LEFT JOIN department d ON d.id = m.department_id LIMIT ?" },
	HELD_SESSIONS,
	HELD_PUSH_SUBSCRIPTIONS,
	{ "attendance",
	  "SELECT a.uuid AS `id:uuid`, e.uuid AS `event_id:uuid`, e.title AS event, e.starts_at, a.state, a.status,"
	  " a.verification_status, a.method, a.qr_at, a.submitted_at, a.ip, a.user_agent, a.latitude, a.longitude,"
	  " a.accuracy, a.distance, a.place, a.place_verdict, a.steps_done AS `steps_done:json`, a.notes, a.decided_at,"
	  " a.appealed_at, a.held AS `held:bool`, a.purged_at, a.created_at, a.updated_at" MY_RECORDS
	  " JOIN campus_event e ON e.id = a.event_id ORDER BY a.id DESC LIMIT ?" },
	{ "evidence",
	  "SELECT a.uuid AS `attendance_id:uuid`, v.kind, v.sent_sha256, v.file_sha256, v.strokes AS `strokes:json`,"
	  " v.bytes, v.width, v.height, v.claimed_at, v.received_at, v.purged_at" MY_RECORDS
	  " JOIN attendance_evidence v ON v.attendance_id = a.id ORDER BY v.id DESC LIMIT ?" },
	{ "flags", "SELECT a.uuid AS `attendance_id:uuid`, f.code, f.severity, f.score, f.detail AS `detail:json`,"
		   " f.resolution, f.created_at" MY_RECORDS
		   " JOIN attendance_flag f ON f.attendance_id = a.id ORDER BY f.id DESC LIMIT ?" },
	{ "decisions", "SELECT a.uuid AS `attendance_id:uuid`, t.act, t.from_status, t.to_status,"
		       " t.from_verification AS from_verification_status, t.to_verification AS to_verification_status,"
		       " t.reason, t.at" MY_RECORDS
		       " JOIN attendance_decision t ON t.attendance_id = a.id ORDER BY t.id DESC LIMIT ?" },
	{ "codes_shown",
	  "SELECT q.at, e.title AS event, q.typed AS `typed:bool`, q.ok AS `ok:bool`, q.reason, q.age_ms,"
	  " q.ip, q.user_agent, q.latitude, q.longitude FROM " ME
	  " JOIN qr_scan q ON q.account_id = me.account_id LEFT JOIN campus_event e ON e.id = q.event_id"
	  " ORDER BY q.id DESC LIMIT ?" },
	{ "expected", "SELECT e.title AS event, e.starts_at, x.state, x.since FROM " ME
		      " JOIN event_expected x ON x.account_id = me.account_id JOIN campus_event e ON e.id = x.event_id"
		      " ORDER BY x.event_id DESC LIMIT ?" },
	{ "departments",
	  "SELECT d.short_code, d.name FROM " ME " JOIN supervisor_department s ON s.account_id = me.account_id"
	  " JOIN department d ON d.id = s.department_id ORDER BY d.id LIMIT ?" },
	{ "events", "SELECT e.uuid AS `id:uuid`, e.title, e.location, e.starts_at, e.ends_at, e.created_at FROM " ME
		    " JOIN campus_event e ON e.organizer_id = me.account_id ORDER BY e.id DESC LIMIT ?" },
	{ "reports", "SELECT r.kind, r.format, r.asked AS `asked:json`, r.status, r.created_at, r.expires_at FROM " ME
		     " JOIN campus_report r ON r.account_id = me.account_id ORDER BY r.id DESC LIMIT ?" },
	{ "waiting", "SELECT t.purpose, t.email, t.payload AS `payload:json`, t.created_at, t.expires_at FROM " ME
		     " JOIN account_token t ON t.account_id = me.account_id ORDER BY t.created_at DESC LIMIT ?" },
	HELD_MESSAGES,
	HELD_CHANGES,
	{ NULL, NULL },
};

const struct rows *held_rows(struct db *db, const struct held_part *part, int64_t account_id, int64_t customer_id)
{
	return db_query(db, part->sql, args(account_id, customer_id, PRIVACY_ROWS));
}

/* ---- deletion ---- */

const struct row *deletion_facts(struct db *db, int64_t account_id, int64_t customer_id, ms_t now)
{
	return db_one(
		db,
		"SELECT (SELECT COUNT(*) FROM ticket t JOIN event e ON e.id = t.event_id WHERE t.customer_id = k.id"
		"  AND t.status = 'valid' AND e.status = 'published' AND e.ends_at > ?) AS tickets,"
		" (SELECT COUNT(*) FROM payment p WHERE p.customer_id = k.id"
		"  AND p.status IN ('processing', 'requires_action', 'refunding')) AS payments,"
		" (SELECT COUNT(*) FROM orders o WHERE o.customer_id = k.id AND o.status = 'held'"
		"  AND o.expires_at > ?) AS holds,"
		" (SELECT COUNT(*) FROM refund_request r WHERE r.customer_id = k.id AND r.status = 'requested') AS refunds,"
		" (SELECT COUNT(*) FROM nfc_card n JOIN ledger_account l ON l.kind = 'card' AND l.owner_id = n.id"
		"  AND l.balance > 0 WHERE n.customer_id = k.id) AS balance"
		" FROM customer k WHERE k.id = ? AND k.account_id = ?",
		args(arg_time(now), arg_time(now), customer_id, account_id));
}

/* What stands where a name was; the page says it in its reader's language. */
#define NOBODYS_NAME "Deleted account"

/* Each has the customer, or the account, as its only argument. */
static const char *const OF_CUSTOMER[] = {
	("UPDATE incident i JOIN ticket t ON t.id = i.ticket_id SET i.description = '', i.description_words = '', i.note = NULL,"
	 " i.photo = NULL, i.card_uid = NULL WHERE t.customer_id = ?"),
	("UPDATE incident i JOIN nfc_card n ON n.uid = i.card_uid SET i.description = '', i.description_words = '', i.note = NULL,"
	 " i.photo = NULL, i.card_uid = NULL WHERE n.customer_id = ?"),
	"UPDATE scan_log s JOIN ticket t ON t.id = s.ticket_id SET s.note = '' WHERE t.customer_id = ? AND s.note <> ''",
	"UPDATE order_item i JOIN orders o ON o.id = i.order_id SET i.holders = NULL WHERE o.customer_id = ?",
	"UPDATE ticket SET dependent_id = NULL WHERE customer_id = ? AND dependent_id IS NOT NULL",
	"UPDATE ticket t JOIN dependent d ON d.id = t.dependent_id SET t.dependent_id = NULL WHERE d.customer_id = ?",
	"DELETE FROM dependent WHERE customer_id = ?",
	"DELETE FROM favorite WHERE customer_id = ?",
	"UPDATE card_request SET delivery = NULL, reason = NULL, tracking = NULL WHERE customer_id = ?",
	"UPDATE card_request SET status = 'withdrawn' WHERE customer_id = ? AND status IN ('requested', 'approved')",
	"UPDATE nfc_card SET status = 'blocked' WHERE customer_id = ? AND status = 'active'",
	("UPDATE nfc_card SET reload_below = NULL, reload_amount = NULL, reload_provider = NULL, reload_payer = NULL,"
	 " reload_token = NULL, reload_shown = NULL, reload_failed_at = NULL WHERE customer_id = ?"),
	"UPDATE card_keep SET status = IF(payer IS NULL, 'failed', 'erase') WHERE customer_id = ?",
	"UPDATE ticket_transfer SET status = 'cancelled' WHERE from_customer_id = ? AND status = 'pending'",
	"UPDATE ticket_transfer SET status = 'declined' WHERE to_customer_id = ? AND status = 'pending'",
	"UPDATE ticket_transfer SET message = NULL WHERE from_customer_id = ? AND message IS NOT NULL",
	"UPDATE ticket_transfer SET mobile_number = '' WHERE to_customer_id = ?",
	"UPDATE refund_request SET reason = '' WHERE customer_id = ?",
	"UPDATE ticket_exchange x JOIN orders o ON o.id = x.order_id SET x.reason = '' WHERE o.customer_id = ?",
	"DELETE FROM note WHERE customer_id = ?",
	"DELETE n FROM note n JOIN orders o ON o.id = n.order_id WHERE o.customer_id = ?",
	"UPDATE webhook_delivery SET body = NULL, answer = NULL WHERE customer_id = ?",
	"UPDATE customer SET labels = NULL, birth_date = NULL, blood_type = NULL, emergency_name = NULL, emergency_mobile = NULL WHERE id = ?",
};
static const char *const OF_ACCOUNT[] = {
	"DELETE FROM session WHERE account_id = ?",	"DELETE FROM push_subscription WHERE account_id = ?",
	"DELETE FROM idempotency WHERE account_id = ?", "DELETE FROM otp WHERE account_id = ?",
	"DELETE FROM sought_word WHERE account_id = ?", "DELETE FROM account_token WHERE account_id = ?",
};
static const char *const OF_RECIPIENT[] = {
	"DELETE FROM outbox WHERE recipient = ? AND kind IS NOT NULL AND kind <> 'account-deleted'",
	"DELETE FROM outbox WHERE recipient = ? AND kind IS NULL",
	"DELETE FROM mail_choice WHERE recipient = ?",
	"DELETE FROM otp WHERE recipient = ?",
	"DELETE FROM co_worker WHERE mobile_number = ? AND account_id IS NULL",
};

static bool each(struct db *db, const char *const sql[], size_t n, struct arg value)
{
	bool good = true;

	for (size_t i = 0; good && i < n; i++)
		good = db_exec(db, sql[i], args(value)) >= 0;
	return good;
}

#define EACH(list, value) each(db, list, sizeof list / sizeof *list, arg(value))

static bool unname_tickets(struct db *db, int64_t customer_id)
{
	const char *words = NOBODYS_NAME;

	return db_exec(db, "UPDATE ticket SET holder_name = ?, holder_name_words = ? WHERE customer_id = ?",
		       args(NOBODYS_NAME, words_beside(db, words), customer_id)) >= 0 &&
	       db_exec(db,
		       "UPDATE scan_log s JOIN ticket t ON t.id = s.ticket_id SET s.attendee_name = ?, s.attendee_name_words = ?"
		       " WHERE t.customer_id = ?",
		       args(NOBODYS_NAME, words_beside(db, words), customer_id)) >= 0;
}

static bool unname_account(struct db *db, int64_t account_id, ms_t now)
{
	const char *words = NOBODYS_NAME;

	return db_exec(db,
		       "UPDATE account SET name = ?, name_words = ?, email = NULL, mobile_number = NULL, username = NULL,"
		       " password_hash = NULL, status = 'disabled', mobile_verified_at = NULL, photo = NULL, totp_secret = NULL,"
		       " totp_enabled = 0, locale = 'en', updated_at = ? WHERE id = ?",
		       args(NOBODYS_NAME, words_beside(db, words), arg_time(now), account_id)) == 1;
}

bool account_erase(struct db *db, int64_t account_id, const char *email, ms_t now)
{
	return EACH(OF_ACCOUNT, account_id) && (!email || EACH(OF_RECIPIENT, email)) &&
	       unname_account(db, account_id, now);
}

bool person_erase(struct db *db, int64_t account_id, int64_t customer_id, const char *email, const char *mobile_number,
		  ms_t now)
{
	return EACH(OF_CUSTOMER, customer_id) && (!mobile_number || EACH(OF_RECIPIENT, mobile_number)) &&
	       account_erase(db, account_id, email, now) && unname_tickets(db, customer_id);
}
