/* The guest list of one event: its tickets with what stands beside them, each by its key, so a search costs what the event has, and
 * not what the site has. */
#include "store/guest.h"
#include "db/compose.h"
#include "store/scan_sum.h"
#include "store/search.h"

#define GUEST                                                                                                          \
	"SELECT t.id AS ticket_id, t.holder_name AS name, c.name AS category, o.reference,"                            \
	" RIGHT(a.mobile_number, 4) AS mobile_end, t.status, t.presence, t.entries, t.on_leave,"                       \
	" (SELECT MIN(n.uid) FROM nfc_card n WHERE n.customer_id = t.customer_id AND n.status = 'active') AS card_id"  \
	" FROM ticket t JOIN ticket_category c ON c.id = t.category_id JOIN orders o ON o.id = t.order_id"             \
	" JOIN customer k ON k.id = t.customer_id JOIN account a ON a.id = k.account_id WHERE 1"

static const struct searched SOUGHT[] = {
	{ "t.holder_name", AS_WORDS },
	{ "a.name", AS_WORDS },
	{ "o.reference", AS_CODE },
	{ "a.mobile_number", AS_MOBILE },
	{ "a.email", AS_CODE },
	{ "t.id", AS_ID }, /* stands behind the reference */
	{ NULL, 0 },
};

const struct rows *guests_found(struct db *db, int64_t event_id, const char *text)
{
	struct query *q = query_new(db_results(db), GUEST);

	query_where(q, "t.event_id = ?", args(event_id));
	search_rows(q, SOUGHT, text);
	query_order(q, "t.status <> 'valid', t.holder_name", false, "t.id");
	return query_page(q, db, 1, GUESTS_FOUND);
}

/* The entry that was made next. */
#define B_MADE SCAN_MADE("b.")
#define BACK                                                                                                           \
	"(SELECT b.id FROM scan_log b WHERE b.ticket_id = l.ticket_id AND b.direction = 'in' AND " B_MADE              \
	" >= " L_MADE " AND " SCAN_GIVEN("b.") " ORDER BY " B_MADE ", b.id LIMIT 1)"
#define R_MADE SCAN_MADE("r.")
#define LEAVE_FROM                                                                                                     \
	" FROM scan_log l LEFT JOIN scan_log r ON r.id = " BACK " LEFT JOIN usher u ON u.id = l.usher_id"              \
	" LEFT JOIN account a ON a.id = u.account_id LEFT JOIN ticket_category c ON c.id = l.category_id WHERE 1"

struct row_list *leave_list(struct db *db, const struct leave_filter *filter)
{
	struct query *q =
		query_new(db_results(db),
			  "SELECT l.id, l.scan_id AS `scan_id:uuid`, l.ticket_id, l.attendee_name, c.name AS category,"
			  " l.card_uid AS card_id, " L_MADE
			  " AS left_at, l.note AS reason, l.gate, a.name AS usher, " R_MADE " AS back_at" LEAVE_FROM);

	query_where(q, "l.event_id = ? AND l.kind = 'leave' AND l.direction = 'out' AND " L_GIVEN,
		    args(filter->event_id));
	if (filter->away)
		query_where(q, "r.id IS NULL", no_args);
	if (filter->back)
		query_where(q, "r.id IS NOT NULL", no_args);
	query_order(q, "l.id", true, "l.id");
	return query_list(q, db, LEAVE_FROM, "l.id");
}
