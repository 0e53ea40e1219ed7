/* Each statement reads sums by day and the tail of rows behind them; what stands in no sum is counted from an index alone. */
#include "store/trend.h"
#include <string.h>

enum { ROOM = 128 };

bool trend_open(struct db *db)
{
	return db_snapshot_begin(db);
}

void trend_close(struct db *db)
{
	db_snapshot_end(db);
}

/* ---- periods ---- */

/* Of a day, an expression; its one argument is the grain's word. */
#define PERIOD(day)                                                                                                    \
	"CAST(CASE ? WHEN 'month' THEN DATE_FORMAT(" day ", '%Y-%m-01') WHEN 'week' THEN " day                         \
	" - INTERVAL WEEKDAY(" day ") DAY ELSE " day " END AS DATE)"

static const char *word(enum grain grain)
{
	static const char *const WORDS[] = { "day", "week", "month" };

	return WORDS[grain];
}

char *trend_period(const char *day, enum grain grain, char out[DATE_SIZE])
{
	ms_t from = 0, to;

	memcpy(out, day, DATE_SIZE);
	if (grain == GRAIN_MONTH)
		memcpy(out + 8, "01", 3);
	if (grain != GRAIN_WEEK || !clock_day(day, "UTC", &from, &to))
		return out;
	/* 1970-01-01 was a Thursday */
	return clock_date_add(day, -(int)(((from / MS_DAY + 3) % 7 + 7) % 7), out);
}

/* ---- statements ---- */

struct marks {
	struct arg v[ROOM];
	size_t n;
};

static void mark(struct marks *m, struct arg value)
{
	m->v[m->n++] = value;
}

static void mark_tally(struct marks *m, struct db *db, enum tally which, const struct span *span)
{
	m->n += tally_args(db, which, span, m->v + m->n);
}

/* Of sales, behind their rows: whose. */
#define OWNED " WHERE (? = 0 OR x.organizer_id = ?) "

static void mark_sales(struct marks *m, struct db *db, const struct span *span)
{
	mark_tally(m, db, TALLY_SALE, span);
	mark(m, arg_int(span->organizer_id));
	mark(m, arg_int(span->organizer_id));
}

/* Those of COUNTED(). */
static void mark_local(struct marks *m, const struct span *span, enum grain grain)
{
	mark(m, arg_text(word(grain)));
	day_args(m->v + m->n, span->zone, span->ends);
	m->n += DAY_ARGS;
	mark(m, arg_time(span->begins));
	mark(m, arg_time(span->ends));
}

static const struct rows *all(struct db *db, const char *sql, const struct marks *m)
{
	return db_query(db, sql, (struct args){ m->n, m->v });
}

/* ---- sales ---- */

#define SUMS                                                                                                           \
	"SUM(orders) AS orders, SUM(tickets) AS tickets, SUM(gross) AS `gross:money`,"                                 \
	" SUM(discounts) AS `discounts:money`, SUM(sales) AS `sales:money`, SUM(refunds) AS refunds,"                  \
	" SUM(refunded) AS `refunded:money`, SUM(sales) - SUM(refunded) AS `net:money`,"                               \
	" SUM(fees) - SUM(fees_back) AS `fees:money`"

const struct rows *trend_sales(struct db *db, const struct span *span)
{
	struct marks m = { .n = 0 };

	mark_sales(&m, db, span);
	return all(db, "SELECT currency, " SUMS " FROM " SALE_ROWS OWNED "GROUP BY currency ORDER BY currency", &m);
}

const struct rows *trend_sales_by_period(struct db *db, const struct span *span, enum grain grain)
{
	struct marks m = { .n = 0 };

	mark(&m, arg_text(word(grain)));
	mark_sales(&m, db, span);
	return all(db,
		   "SELECT " PERIOD("x.day") " AS period, currency, " SUMS " FROM " SALE_ROWS OWNED
					     "GROUP BY period, currency ORDER BY currency, period",
		   &m);
}

/* of: what they are gathered by, from x and what is joined; named: the table that has their names. */
#define SALES_BY(of, join, named)                                                                                      \
	"SELECT p.id, " named " p.currency, p.orders, p.tickets, p.gross AS `gross:money`,"                            \
	" p.discounts AS `discounts:money`, p.sales AS `sales:money`, p.refunds, p.refunded AS `refunded:money`,"      \
	" p.sales - p.refunded AS `net:money`, p.fees AS `fees:money`"                                                 \
	" FROM (SELECT g.*, ROW_NUMBER() OVER (PARTITION BY currency ORDER BY sales DESC, id) AS place"                \
	"  FROM (SELECT " of " AS id, x.currency, SUM(orders) AS orders, SUM(tickets) AS tickets,"                     \
	"   SUM(gross) AS gross, SUM(discounts) AS discounts, SUM(sales) AS sales, SUM(refunds) AS refunds,"           \
	"   SUM(refunded) AS refunded, SUM(fees) - SUM(fees_back) AS fees"                                             \
	"   FROM " SALE_ROWS " " join OWNED "GROUP BY " of ", x.currency) g) p "
#define PLACES " WHERE p.place <= ? ORDER BY p.currency, p.place LIMIT 9000"

const struct rows *trend_sales_by(struct db *db, const struct span *span, enum trend_by by, int most)
{
	static const char *const STATEMENTS[] = {
		[BY_EVENT] = SALES_BY("x.event_id", "", "n.title AS name,") "JOIN event n ON n.id = p.id" PLACES,
		[BY_ORGANIZER] =
			SALES_BY("x.organizer_id", "", "n.company AS name,") "JOIN organizer n ON n.id = p.id" PLACES,
		[BY_KIND] = SALES_BY("e.category_id", "JOIN event e ON e.id = x.event_id",
				     "n.slug, n.name,") "JOIN event_category n ON n.id = p.id" PLACES,
	};
	struct marks m = { .n = 0 };

	mark_sales(&m, db, span);
	mark(&m, arg_int(most));
	return all(db, STATEMENTS[by], &m);
}

const struct rows *trend_kinds(struct db *db, const struct span *span, const struct span *before)
{
	return db_query(
		db,
		"SELECT k.id, k.slug, k.name, COALESCE(e.events, 0) AS events, COALESCE(e.before_events, 0) AS before_events"
		" FROM event_category k LEFT JOIN (SELECT category_id, SUM(starts_at >= ?) AS events,"
		"  SUM(starts_at < ?) AS before_events FROM event"
		"  WHERE status <> 'draft' AND starts_at >= ? AND starts_at < ? GROUP BY category_id) e"
		" ON e.category_id = k.id ORDER BY events DESC, k.name LIMIT 500",
		args(arg_time(span->begins), arg_time(before->ends), arg_time(before->begins), arg_time(span->ends)));
}

/* ---- people ---- */

const struct row *trend_people(struct db *db, const struct span *span)
{
	struct marks m = { .n = 0 };

	mark_tally(&m, db, TALLY_CUSTOMER, span);
	for (int i = 0; i < 2; i++) {
		mark(&m, arg_time(span->begins));
		mark(&m, arg_time(span->ends));
	}
	return db_one(
		db,
		"SELECT (SELECT COALESCE(SUM(customers), 0) FROM " CUSTOMER_ROWS ") AS customers,"
		" (SELECT COUNT(*) FROM account WHERE mobile_verified_at >= ? AND mobile_verified_at < ?) AS verified,"
		" (SELECT COUNT(*) FROM session WHERE created_at >= ? AND created_at < ?) AS sign_ins",
		(struct args){ m.n, m.v });
}

const struct rows *trend_customers_by_period(struct db *db, const struct span *span, enum grain grain)
{
	struct marks m = { .n = 0 };

	mark(&m, arg_text(word(grain)));
	mark_tally(&m, db, TALLY_CUSTOMER, span);
	return all(db,
		   "SELECT " PERIOD("x.day") " AS period, SUM(customers) AS customers FROM " CUSTOMER_ROWS
					     " GROUP BY period ORDER BY period",
		   &m);
}

/* Counted as it is asked for, from an index. */
#define COUNTED(what, at, from)                                                                                        \
	"SELECT " PERIOD("x.day") " AS period, SUM(n) AS " what                                                        \
				  " FROM (SELECT DATE(" DAY_LOCAL(at) ") AS day, COUNT(*) AS n FROM " from             \
								      " WHERE " at " >= ? AND " at                     \
								      " < ? GROUP BY 1) x"                             \
								      " GROUP BY period ORDER BY period"

const struct rows *trend_sign_ins_by_period(struct db *db, const struct span *span, enum grain grain)
{
	struct marks m = { .n = 0 };

	mark_local(&m, span, grain);
	return all(db, COUNTED("sign_ins", "s.created_at", "session s"), &m);
}

/* Few are disabled, or not verified, so these are counted and taken off. */
#define OF_ROLE(condition)                                                                                                \
	"(SELECT COUNT(*) FROM account a JOIN account_role q ON q.account_id = a.id AND q.role = r.role WHERE " condition \
	")"
#define GIVEN "(SELECT COUNT(*) FROM account_role g WHERE g.role = r.role AND g.granted_at >= ? AND g.granted_at < ?)"

const struct rows *trend_roles(struct db *db, const struct span *span, const struct span *before)
{
	return db_query(
		db,
		"SELECT r.role, r.accounts, r.accounts - " OF_ROLE(
			"a.status = 'disabled'") " AS active,"
						 " r.accounts - " OF_ROLE(
							 "a.mobile_verified_at IS NULL") " AS verified,"
											 " IF(r.role = 'customer', NULL, " GIVEN
											 ") AS `new`, IF(r.role = 'customer', NULL, " GIVEN
											 ") AS `before`"
											 " FROM (SELECT role, COUNT(*) AS accounts FROM account_role GROUP BY role) r"
											 " ORDER BY r.accounts DESC, r.role",
		args(arg_time(span->begins), arg_time(span->ends), arg_time(before->begins), arg_time(before->ends)));
}

/* ---- cards ---- */

const struct row *trend_cards(struct db *db, const struct span *span)
{
	return db_one(db,
		      "SELECT (SELECT COUNT(*) FROM nfc_card WHERE created_at >= ? AND created_at < ?) AS made,"
		      " (SELECT COUNT(*) FROM nfc_card WHERE assigned_at >= ? AND assigned_at < ?) AS handed_out",
		      args(arg_time(span->begins), arg_time(span->ends), arg_time(span->begins), arg_time(span->ends)));
}

const struct row *trend_cards_now(struct db *db)
{
	return db_one(
		db,
		"SELECT COALESCE(SUM(status = 'stock'), 0) AS stock, COALESCE(SUM(status = 'active'), 0) AS active,"
		" COALESCE(SUM(status = 'blocked'), 0) AS blocked, COALESCE(SUM(status = 'lost'), 0) AS lost FROM nfc_card",
		no_args);
}

const struct rows *trend_cards_made_by_period(struct db *db, const struct span *span, enum grain grain)
{
	struct marks m = { .n = 0 };

	mark_local(&m, span, grain);
	return all(db, COUNTED("made", "n.created_at", "nfc_card n"), &m);
}

const struct rows *trend_cards_out_by_period(struct db *db, const struct span *span, enum grain grain)
{
	struct marks m = { .n = 0 };

	mark_local(&m, span, grain);
	return all(db, COUNTED("handed_out", "n.assigned_at", "nfc_card n"), &m);
}

#define MONEY_OF_CARDS                                                                                                 \
	"SUM(reloads) AS reloads, SUM(reloaded) AS `reloaded:money`, SUM(charges) AS charges,"                         \
	" SUM(charged) AS `charged:money`, SUM(reversals) AS reversals, SUM(reversed) AS `reversed:money`"

const struct rows *trend_card_money(struct db *db, const struct span *span)
{
	struct marks m = { .n = 0 };

	mark_tally(&m, db, TALLY_CARD, span);
	return all(db, "SELECT currency, " MONEY_OF_CARDS " FROM " CARD_ROWS " GROUP BY currency ORDER BY currency",
		   &m);
}

const struct rows *trend_card_money_by_period(struct db *db, const struct span *span, enum grain grain)
{
	struct marks m = { .n = 0 };

	mark(&m, arg_text(word(grain)));
	mark_tally(&m, db, TALLY_CARD, span);
	return all(db,
		   "SELECT " PERIOD("x.day") " AS period, currency, " MONEY_OF_CARDS " FROM " CARD_ROWS
					     " GROUP BY period, currency ORDER BY currency, period",
		   &m);
}

const struct rows *trend_on_cards(struct db *db)
{
	return db_query(
		db,
		"SELECT currency, CAST(COALESCE(SUM(balance), 0) AS SIGNED) AS `on_cards:money` FROM ledger_account"
		" WHERE kind = 'card' GROUP BY currency ORDER BY currency",
		no_args);
}
