/* What came of an event's sales. */
#include "store/books.h"

#define OF_EVENT                                                                                                       \
	" FROM orders o JOIN payment p ON p.order_id = o.id AND p.status IN ('succeeded', 'refunding', 'refunded')"
#define THEIRS " WHERE o.event_id = ? AND o.organizer_id = ?"

const struct row *books_of_event(struct db *db, int64_t organizer_id, int64_t event_id)
{
	return db_one(
		db,
		"SELECT CAST(COALESCE(SUM(x.amount), 0) AS SIGNED) AS gross, CAST(COALESCE(SUM(x.fee), 0) AS SIGNED) AS fees,"
		" CAST(COALESCE(SUM(x.tax), 0) AS SIGNED) AS taxes,"
		" CAST(COALESCE(SUM(x.amount - x.fee - x.tax), 0) AS SIGNED) AS net FROM ("
		"SELECT p.amount, p.fee, p.tax" OF_EVENT THEIRS " UNION ALL SELECT -r.amount, -r.fee, -r.tax" OF_EVENT
		" JOIN payment_refund r ON r.payment_id = p.id AND r.state = 'done'" THEIRS ") x",
		args(event_id, organizer_id, event_id, organizer_id));
}
