/* What orders leave in the counters that figures are read from: what a category brought its organizer is what their paid
 * orders brought to the last cent, whatever the discount and however the order was cut, and an organizer's figures equal a
 * plain recount, also of an event that changed hands. */
#include "base/log.h"
#include "check_database.h"
#include "rules/price.h"
#include "store/event.h"
#include "store/figure.h"
#include "store/invariant.h"
#include "store/order.h"
#include "store/organizer.h"
#include "store/payment.h"
#include "store/ticket.h"
#include <dirent.h>
#include <json-c/json.h>
#include <string.h>

Suite *order_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

/* 2026-11-18 13:46:40 UTC */
static const ms_t NOW = INT64_C(1795009600000);
static const char ZONE[] = "Europe/Berlin"; /* of the events */

static TALLOC_CTX *ctx;
static struct config *config;
static struct db *db;

/* An organizer with two events, the first of three categories, and a customer. */
static const char WORLD[] =
	"INSERT INTO account (id, uuid, name, created_at, updated_at) VALUES"
	" (1, UNHEX(MD5('a1')), 'Olga', '2026-01-01', '2026-01-01'),"
	" (2, UNHEX(MD5('a2')), 'Carl', '2026-01-01', '2026-01-01');"
	"INSERT INTO organizer (id, account_id, company) VALUES (5, 1, 'Olga & Co'), (6, 2, 'Carl & Co');"
	"INSERT INTO customer (id, account_id) VALUES (9, 2);"
	"INSERT INTO venue (id, uuid, name, city, country, time_zone, created_at, updated_at)"
	" VALUES (1, UNHEX(MD5('v')), 'Hall', 'Bonn', 'DE', 'Europe/Berlin', '2026-01-01', '2026-01-01');"
	"INSERT INTO event (id, uuid, organizer_id, venue_id, category_id, title, description, starts_at, ends_at, time_zone,"
	" currency, status, published_at, created_at, updated_at) VALUES"
	" (1, UNHEX(MD5('e1')), 5, 1, 1, 'One', '', '2026-12-01', '2026-12-02', 'Europe/Berlin', 'EUR', 'published',"
	" '2026-01-01', '2026-01-01', '2026-01-01'),"
	" (2, UNHEX(MD5('e2')), 5, 1, 1, 'Two', '', '2026-12-05', '2026-12-06', 'Europe/Berlin', 'USD', 'published',"
	" '2026-01-01', '2026-01-01', '2026-01-01');"
	"INSERT INTO ticket_category (id, event_id, name, price, capacity, created_at, updated_at) VALUES"
	" (11, 1, 'Floor', 1000, 500, '2026-01-01', '2026-01-01'),"
	" (12, 1, 'Balcony', 333, 500, '2026-01-01', '2026-01-01'),"
	" (13, 1, 'Free', 0, 500, '2026-01-01', '2026-01-01'),"
	" (21, 2, 'Other', 777, 500, '2026-01-01', '2026-01-01')";

static void make_database(void)
{
	TALLOC_CTX *top = talloc_new(NULL);

	log_threshold(LOG_ERROR_ + 1);
	check_database(top, check_config(top, "gatehouse_check_order"), "sql/migrations");
	talloc_free(top);
}

static void setup(void)
{
	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_ + 1);
	config = check_config(ctx, "gatehouse_check_order");
	db = db_new(ctx, config);
	db_memory(db, ctx);
	check_script(db,
		     "SET FOREIGN_KEY_CHECKS = 0;"
		     "TRUNCATE ticket; TRUNCATE order_item; TRUNCATE orders; TRUNCATE payment; TRUNCATE organizer_sale;"
		     "TRUNCATE ticket_category; TRUNCATE event;"
		     "TRUNCATE venue; TRUNCATE customer; TRUNCATE organizer; TRUNCATE account;"
		     "SET FOREIGN_KEY_CHECKS = 1");
	check_script(db, WORLD);
}

static void teardown(void)
{
	talloc_free(ctx);
}

/* Both new counters, as the audit proves them. */
static void audit(int line)
{
	static const char *const SENTENCES[] = {
		"what a category sold for an organizer is their paid orders, less what those gave back",
		"an order's count of tickets is its items"
	};

	for (size_t i = 0; i < N(SENTENCES); i++) {
		const struct figure *found = FIGURES;
		const struct rows *broken;

		while (found->sentence && strcmp(found->sentence, SENTENCES[i]) != 0)
			found++;
		ck_assert_msg(found->sentence != NULL, "line %d: no figure '%s'", line, SENTENCES[i]);
		broken = db_query(db, found->wrong, no_args);
		ck_assert_msg(broken && broken->n == 0, "line %d: %s", line, SENTENCES[i]);
	}
}

/* ---- orders ---- */

struct step {
	struct order_hold hold;
	int64_t id;
	ms_t at;
};

static bool hold_it(void *with)
{
	struct step *s = with;

	if (order_hold(db, &(struct order_hold *){ &s->hold }, 1) != ORDER_TAKEN)
		return false;
	s->id = s->hold.id;
	return true;
}

static bool pay_it(void *with)
{
	struct step *s = with;
	const struct row *payment =
		payment_start(db, 9, s->id, &(struct payment_means){ .provider = "sandbox", .method = "card" }, s->at);
	struct sale sale;
	enum sale_taken taken;

	if (!payment || !sale_of_order(db, s->id, 9, s->at, &sale))
		return false;
	sale.payment = *payment;
	taken = sale_take(db, &sale, "", s->at);
	return taken == SALE_HELD && ticket_issue(db, &sale, s->at) && sale_seat(db, &sale, taken);
}

static bool refund_it(void *with)
{
	struct sale sale;

	return sale_of_live_payment(db, ((struct step *)with)->id, NOW, &sale) && sale_take_back(db, &sale, NOW);
}

/* q of Floor, Balcony and Free, with so much off. */
static struct step order_of_organizer(int64_t organizer_id, const int q[3], int64_t discount, ms_t at)
{
	static const int64_t PRICES[] = { 1000, 333, 0 };
	struct step s = { .hold = { .customer_id = 9,
				    .event_id = 1,
				    .organizer_id = organizer_id,
				    .currency = "EUR",
				    .now = at,
				    .expires = at + MS_HOUR },
			  .at = at };

	for (int i = 0; i < 3; i++) {
		if (!q[i])
			continue;
		s.hold.items[s.hold.n_items++] =
			(struct order_item){ .category_id = 11 + i, .quantity = q[i], .unit_price = PRICES[i] };
		s.hold.price.subtotal += q[i] * PRICES[i];
	}
	s.hold.price.discount = discount;
	s.hold.price.total = s.hold.price.subtotal - discount;
	ck_assert(db_transaction(db, hold_it, NULL, &s));
	return s;
}

static struct step order_of(const int q[3], int64_t discount, ms_t at)
{
	return order_of_organizer(5, q, discount, at);
}

static int64_t revenue_of(int64_t category_id)
{
	return db_int(db, "SELECT SUM(revenue) FROM organizer_sale WHERE category_id = ?", args(category_id));
}

/* ---- tests ---- */

START_TEST(an_orders_parts_add_up_to_its_total)
{
	static const struct {
		int line;
		int64_t subtotal, total, amounts[4];
	} CASES[] = {
		{ __LINE__, 0, 0, { 0, 0, 0, 0 } },
		{ __LINE__, 100, 100, { 40, 60, 0, 0 } },
		{ __LINE__, 100, 0, { 33, 33, 33, 1 } },
		{ __LINE__, 100, 1, { 33, 33, 33, 1 } },
		{ __LINE__, 100, 99, { 0, 1, 1, 98 } },
		{ __LINE__, 3333, 2999, { 1000, 1333, 1000, 0 } },
		{ __LINE__, INT64_MAX, INT64_MAX / 3, { INT64_MAX / 2, INT64_MAX / 4, INT64_MAX / 8, 1 } },
	};

	for (size_t i = 0; i < N(CASES); i++) {
		int64_t upto = 0, before = 0;

		for (size_t k = 0; k < 4; k++) {
			int64_t net;

			upto += CASES[i].amounts[k];
			net = price_net(CASES[i].subtotal, CASES[i].total, upto);
			ck_assert_msg(net >= before && net - before <= CASES[i].amounts[k], "line %d, part %zu",
				      CASES[i].line, k);
			before = net;
		}
		ck_assert_msg(price_net(CASES[i].subtotal, CASES[i].total, CASES[i].subtotal) == CASES[i].total,
			      "line %d", CASES[i].line);
	}
}
END_TEST

START_TEST(revenue_comes_with_the_payment_and_goes_with_the_refund)
{
	static const struct {
		int line, q[3];
		int64_t discount, revenue[3];
	} CASES[] = {
		{ __LINE__, { 2, 0, 0 }, 0, { 2000, 0, 0 } },	{ __LINE__, { 0, 0, 4 }, 0, { 0, 0, 0 } },
		{ __LINE__, { 2, 1, 0 }, 0, { 2000, 333, 0 } }, { __LINE__, { 1, 1, 1 }, 333, { 751, 249, 0 } },
		{ __LINE__, { 1, 3, 0 }, 1999, { 0, 0, 0 } },	{ __LINE__, { 3, 7, 2 }, 1, { 3000, 2330, 0 } },
	};

	for (size_t i = 0; i < N(CASES); i++) {
		struct step s = order_of(CASES[i].q, CASES[i].discount, NOW);

		for (int k = 0; k < 3; k++)
			ck_assert_msg(revenue_of(11 + k) == 0, "line %d: a hold is no revenue", CASES[i].line);
		ck_assert(db_transaction(db, pay_it, NULL, &s));
		for (int k = 0; k < 3; k++)
			ck_assert_msg(revenue_of(11 + k) == CASES[i].revenue[k], "line %d, %d: %lld", CASES[i].line, k,
				      (long long)revenue_of(11 + k));
		audit(CASES[i].line);
		ck_assert(db_transaction(db, refund_it, NULL, &s));
		for (int k = 0; k < 3; k++)
			ck_assert_msg(revenue_of(11 + k) == 0, "line %d", CASES[i].line);
		audit(CASES[i].line);
	}
}
END_TEST

/* The store has no clock of its own: what is past, and what a lapsed hold gives back, is so at the time that is asked for. */
START_TEST(an_event_is_past_by_the_time_that_is_asked_for)
{
	static const struct {
		int line;
		const char *at, *phase;
		int64_t first; /* of the list */
	} CASES[] = {
		{ __LINE__, "2026-11-18T00:00:00Z", "upcoming", 1 },
		{ __LINE__, "2026-12-01T00:00:00Z", "running", 1 },
		{ __LINE__, "2026-12-01T23:59:59Z", "running", 1 },
		{ __LINE__, "2026-12-02T00:00:00Z", "past", 2 },
		{ __LINE__, "2026-12-31T00:00:00Z", "past", 2 },
		{ __LINE__, "2019-12-31T00:00:00Z", "upcoming", 1 },
	};

	for (size_t i = 0; i < N(CASES); i++) {
		const struct rows *rows;
		struct row_list *list;
		struct row first;
		ms_t at;

		ck_assert(clock_parse(CASES[i].at, &at));
		ck_assert_msg(row_is(organizer_event(db, 5, 1, true, at), "phase", CASES[i].phase), "line %d",
			      CASES[i].line);
		list = organizer_events(db, 5, &(struct organizer_filter){ .now = at });
		rows = list->page(list, 1, 20);
		ck_assert_uint_eq(rows->n, 2);
		first = row_at(rows, 0);
		ck_assert_msg(row_int(&first, "id") == CASES[i].first, "line %d", CASES[i].line);
	}
}
END_TEST

/* What a ticket category says it has left. */
static int64_t available(ms_t at)
{
	struct json_object *categories = json_tokener_parse(row_text(event_get(db, 1, at), "ticket_categories"));
	int64_t n =
		json_object_get_int64(json_object_object_get(json_object_array_get_idx(categories, 0), "available"));

	json_object_put(categories);
	return n;
}

START_TEST(a_hold_lapses_by_the_time_that_is_asked_for)
{
	struct event_filter filter = { .now = NOW };
	struct row_list *list;
	struct row row;

	check_script(
		db,
		"INSERT INTO orders (id, uuid, reference, customer_id, event_id, organizer_id, status, currency, subtotal, total, tickets,"
		" expires_at, created_at) VALUES (70, UNHEX(MD5('h')), 'H', 9, 1, 5, 'held', 'EUR', 3000, 3000, 3,"
		" '2026-11-18 13:56:40', '2026-11-18 13:46:40');"
		"INSERT INTO order_item (order_id, category_id, quantity, unit_price) VALUES (70, 11, 3, 1000);"
		"UPDATE ticket_category SET held = held + 3 WHERE id = 11");
	ck_assert_int_eq(available(NOW), 497);
	ck_assert_int_eq(available(NOW + 10 * MS_MINUTE - 1), 497);
	ck_assert_int_eq(available(NOW + 10 * MS_MINUTE), 500);
	list = event_list(db, &filter);
	row = row_at(list->page(list, 1, 20), 0);
	ck_assert_ptr_nonnull(strstr(row_text(&row, "ticket_categories"), "497"));
	filter.now = NOW + 10 * MS_MINUTE;
	list = event_list(db, &filter);
	row = row_at(list->page(list, 1, 20), 0);
	ck_assert_ptr_null(strstr(row_text(&row, "ticket_categories"), "497"));
}
END_TEST

/* Orders of all kinds over some weeks, the same in every run. */
static void sell(void)
{
	uint32_t seed = 7;

	for (int i = 0; i < 60; i++) {
		struct step s;
		int q[3];

		for (int k = 0; k < 3; k++) {
			seed = seed * 1664525u + 1013904223u;
			q[k] = (int)(seed >> 16) % 3;
		}
		q[0] += !q[0] && !q[1] && !q[2];
		s = order_of(q, q[0] ? (int64_t)(seed >> 8) % 900 : 0, NOW - i * 17 * MS_HOUR);
		if (i % 7)
			ck_assert(db_transaction(db, pay_it, NULL, &s));
		if (i % 7 == 3)
			ck_assert(db_transaction(db, refund_it, NULL, &s));
	}
	audit(__LINE__);
}

START_TEST(an_organizers_figures_equal_a_recount)
{
	ms_t today = NOW - NOW % MS_DAY - MS_HOUR; /* where the events are */
	const struct row *event, *stats;
	const struct rows *revenue, *days;
	struct row_list *list;
	bool estimated;
	int64_t days_total = 0;
	struct organizer_sales sales;

	sell();
	list = organizer_events(db, 5, &(struct organizer_filter){ .now = NOW });
	ck_assert_int_eq(list->count(list, &estimated), 2);
	ck_assert_uint_eq(list->page(list, 1, 20)->n, 2);
	event = organizer_event(db, 5, 1, true, NOW);
	ck_assert_ptr_nonnull(event);
	ck_assert_ptr_null(organizer_event(db, 6, 1, true, NOW));
	ck_assert_int_eq(row_int(event, "revenue"),
			 db_int(db, "SELECT SUM(total) FROM orders WHERE event_id = 1 AND status = 'paid'", no_args));
	ck_assert_int_eq(row_int(event, "sold"),
			 db_int(db, "SELECT COUNT(*) FROM ticket WHERE status = 'valid'", no_args));
	stats = organizer_stats(db, 5, NOW);
	ck_assert(organizer_today(db, 5, NOW, &sales));
	ck_assert_int_eq(row_int(stats, "events"), 2);
	ck_assert_int_eq(row_int(stats, "on_sale"), 2);
	ck_assert_int_eq(row_int(stats, "tickets_sold"), row_int(event, "sold"));
	ck_assert_int_eq(sales.orders, db_int(db, "SELECT COUNT(*) FROM orders WHERE status = 'paid' AND paid_at >= ?",
					      args(arg_time(today))));
	ck_assert_int_eq(sales.tickets,
			 db_int(db,
				"SELECT SUM(i.quantity) FROM orders o JOIN order_item i ON i.order_id = o.id"
				" WHERE o.status = 'paid' AND o.paid_at >= ?",
				args(arg_time(today))));
	revenue = organizer_revenue(db, 5);
	ck_assert_uint_eq(revenue->n, 2);
	for (size_t i = 0; i < revenue->n; i++) {
		struct row row = row_at(revenue, i);

		ck_assert_int_eq(row_int(&row, "revenue"),
				 row_is(&row, "currency", "EUR") ? row_int(event, "revenue") : 0);
	}
	ck_assert_uint_eq(sales.n, 1);
	ck_assert_str_eq(sales.by_currency[0].currency, "EUR");
	ck_assert_int_eq(sales.by_currency[0].total,
			 db_int(db, "SELECT SUM(total) FROM orders WHERE status = 'paid' AND paid_at >= ?",
				args(arg_time(today))));
	days = organizer_sales_by_day(db, 5, 1, ZONE, NOW);
	ck_assert_uint_eq(days->n, 30);
	for (size_t i = 0; i < days->n; i++) {
		struct row row = row_at(days, i);

		days_total += row_int(&row, "revenue");
	}
	/* From midnight at the event 29 days before, when its clocks were ahead by another hour. */
	ck_assert_int_eq(days_total, db_int(db, "SELECT SUM(total) FROM orders WHERE status = 'paid' AND paid_at >= ?",
					    args(arg_time(today - 29 * MS_DAY - MS_HOUR))));
}
END_TEST

/* What an organizer is shown: revenue of the event, in all and by category, tickets sold, orders of the last day. */
static void shown(int line, int64_t organizer_id, int64_t revenue, int64_t tickets, int64_t orders)
{
	const struct rows *list = organizer_revenue(db, organizer_id), *days;
	const struct row *event = organizer_event(db, organizer_id, 1, true, NOW);
	const struct rows *categories = organizer_by_category(db, organizer_id, 1);
	struct organizer_sales sales;
	int64_t total = 0, by_category = 0, by_day = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct row row = row_at(list, i);

		total += row_int(&row, "revenue");
	}
	for (size_t i = 0; i < categories->n; i++) {
		struct row row = row_at(categories, i);

		by_category += row_int(&row, "revenue");
	}
	days = organizer_sales_by_day(db, organizer_id, 1, ZONE, NOW);
	for (size_t i = 0; i < days->n; i++) {
		struct row row = row_at(days, i);

		by_day += row_int(&row, "revenue");
	}
	ck_assert(organizer_today(db, organizer_id, NOW, &sales));
	ck_assert_msg(total == revenue, "line %d: %lld in all", line, (long long)total);
	ck_assert_msg(by_category == revenue, "line %d: %lld by category", line, (long long)by_category);
	ck_assert_msg(by_day == revenue, "line %d: %lld by day", line, (long long)by_day);
	ck_assert_msg(!event || row_int(event, "revenue") == revenue, "line %d", line);
	ck_assert_msg(row_int(organizer_stats(db, organizer_id, NOW), "tickets_sold") == tickets, "line %d", line);
	ck_assert_msg(sales.orders == orders && sales.tickets == tickets, "line %d: %lld orders", line,
		      (long long)sales.orders);
	audit(line);
}

START_TEST(an_event_that_changes_hands_leaves_its_sales_behind)
{
	static const int ONE[] = { 1, 0, 0 }, TWO[] = { 0, 2, 0 };
	struct step sold = order_of(ONE, 0, NOW - MS_HOUR), held = order_of(TWO, 0, NOW - MS_HOUR), theirs;

	ck_assert(db_transaction(db, pay_it, NULL, &sold));
	shown(__LINE__, 5, 1000, 1, 1);
	check_script(db, "UPDATE event SET organizer_id = 6 WHERE id = 1");
	shown(__LINE__, 5, 1000, 1, 1);
	shown(__LINE__, 6, 0, 0, 0);
	ck_assert_ptr_null(organizer_event(db, 5, 1, true, NOW));
	ck_assert_int_eq(row_int(organizer_event(db, 6, 1, true, NOW), "sold"), 1);
	/* Booked before and paid after is still the first one's sale. */
	ck_assert(db_transaction(db, pay_it, NULL, &held));
	shown(__LINE__, 5, 1666, 3, 2);
	theirs = order_of_organizer(6, ONE, 100, NOW - MS_HOUR);
	ck_assert(db_transaction(db, pay_it, NULL, &theirs));
	shown(__LINE__, 5, 1666, 3, 2);
	shown(__LINE__, 6, 900, 1, 1);
	ck_assert(db_transaction(db, refund_it, NULL, &sold));
	shown(__LINE__, 5, 666, 2, 1);
	shown(__LINE__, 6, 900, 1, 1);
	check_script(db, "UPDATE event SET organizer_id = 5 WHERE id = 1");
	shown(__LINE__, 5, 666, 2, 1);
	shown(__LINE__, 6, 900, 1, 1);
	ck_assert_int_eq(row_int(organizer_event(db, 5, 1, true, NOW), "sold"), 3);
}
END_TEST

START_TEST(days_without_a_sale_are_said_and_days_before_the_first_are_not)
{
	static const int Q[] = { 2, 0, 0 };
	static const char *const DAYS[] = { "2026-11-16", "2026-11-17", "2026-11-18" };
	const struct rows *days;
	struct step s;

	ck_assert_uint_eq(organizer_sales_by_day(db, 5, 1, ZONE, NOW)->n, 0);
	/* 23:46 UTC of the 15th is 00:46 of the 16th where the event is. */
	s = order_of(Q, 0, NOW - 62 * MS_HOUR);
	ck_assert(db_transaction(db, pay_it, NULL, &s));
	days = organizer_sales_by_day(db, 5, 1, ZONE, NOW);
	ck_assert_uint_eq(days->n, N(DAYS));
	for (size_t i = 0; i < N(DAYS); i++) {
		struct row row = row_at(days, i);

		ck_assert_str_eq(row_text(&row, "day"), DAYS[i]);
		ck_assert_int_eq(row_int(&row, "tickets"), i ? 0 : 2);
		ck_assert_int_eq(row_int(&row, "orders"), i ? 0 : 1);
		ck_assert_int_eq(row_int(&row, "revenue"), i ? 0 : 2000);
	}
}
END_TEST

/* Links the migrations from..to of the source into a directory. */
static void link_migrations(const char *directory, int from, int to)
{
	char *source = realpath("sql/migrations", NULL);
	DIR *dir = opendir(source);
	struct dirent *entry;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		long number = strtol(entry->d_name, NULL, 10);

		if (number >= from && number <= to)
			ck_assert_int_eq(symlink(talloc_asprintf(ctx, "%s/%s", source, entry->d_name),
						 talloc_asprintf(ctx, "%s/%s", directory, entry->d_name)),
					 0);
	}
	closedir(dir);
	free(source);
}

/* The number of a migration; it is given when the branches of its time are merged. */
static int migration_named(const char *name)
{
	DIR *dir = opendir("sql/migrations");
	struct dirent *entry;
	int number = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)))
		if (strstr(entry->d_name, name))
			number = (int)strtol(entry->d_name, NULL, 10);
	closedir(dir);
	ck_assert_int_gt(number, 0);
	return number;
}

static void remove_directory(const char *directory)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;

	while ((entry = readdir(dir)))
		unlink(talloc_asprintf(ctx, "%s/%s", directory, entry->d_name));
	closedir(dir);
	ck_assert_int_eq(rmdir(directory), 0);
}

/* A site that sold before there were such counters. */
START_TEST(the_migration_counts_what_was_sold_before)
{
	char *directory = check_directory(ctx);

	link_migrations(directory, 1, 8);
	db = check_database(ctx, check_config(ctx, "gatehouse_check_order_old"), directory);
	db_memory(db, ctx);
	check_script(db, WORLD);
	check_script(
		db,
		"INSERT INTO orders (id, uuid, reference, customer_id, event_id, status, currency, subtotal, discount,"
		" total, expires_at, created_at, paid_at) VALUES"
		" (1, UNHEX(MD5('1')), '1', 9, 1, 'paid', 'EUR', 1333, 333, 1000, '2026-11-01', '2026-11-01', '2026-11-01'),"
		" (2, UNHEX(MD5('2')), '2', 9, 1, 'paid', 'EUR', 0, 0, 0, '2026-11-01', '2026-11-01', '2026-11-01'),"
		" (3, UNHEX(MD5('3')), '3', 9, 1, 'held', 'EUR', 1000, 0, 1000, '2026-11-01', '2026-11-01', NULL),"
		" (4, UNHEX(MD5('4')), '4', 9, 1, 'refunded', 'EUR', 1000, 0, 1000, '2026-11-01', '2026-11-01',"
		" '2026-11-01');"
		"INSERT INTO order_item (order_id, category_id, quantity, unit_price) VALUES"
		" (1, 11, 1, 1000), (1, 12, 1, 333), (2, 13, 3, 0), (3, 11, 1, 1000), (4, 11, 1, 1000)");
	link_migrations(directory, 9, 9);
	ck_assert(migrate_run(db, directory));
	ck_assert_int_eq(db_int(db, "SELECT SUM(revenue) FROM ticket_category WHERE id IN (11, 12, 13)", no_args),
			 1000);
	ck_assert_int_eq(db_int(db, "SELECT tickets FROM orders WHERE id = ?", args(1)), 2);
	link_migrations(directory, 10, 9999);
	ck_assert(migrate_run(db, directory));
	ck_assert_int_eq(revenue_of(11), 751);
	ck_assert_int_eq(revenue_of(12), 249);
	ck_assert_int_eq(revenue_of(13), 0);
	audit(__LINE__);
	remove_directory(directory);
}
END_TEST

/* A site whose event changed hands before orders said whose they are: what was paid is whose the ledger says. */
START_TEST(the_migration_asks_the_ledger_whose_sales_they_were)
{
	char *directory = check_directory(ctx);
	int last = migration_named("order-keeps-its-organizer");

	link_migrations(directory, 1, last - 1);
	db = check_database(ctx, check_config(ctx, "gatehouse_check_order_old"), directory);
	db_memory(db, ctx);
	check_script(db, WORLD);
	check_script(
		db,
		"INSERT INTO orders (id, uuid, reference, customer_id, event_id, status, currency, subtotal, discount,"
		" total, tickets, expires_at, created_at, paid_at) VALUES"
		" (1, UNHEX(MD5('1')), '1', 9, 1, 'paid', 'EUR', 1000, 0, 1000, 1, '2026-11-01', '2026-11-01', '2026-11-01'),"
		" (2, UNHEX(MD5('2')), '2', 9, 1, 'paid', 'EUR', 2000, 0, 2000, 2, '2026-11-01', '2026-11-01', '2026-11-01'),"
		" (3, UNHEX(MD5('3')), '3', 9, 1, 'held', 'EUR', 1000, 0, 1000, 1, '2026-11-01', '2026-11-01', NULL);"
		"INSERT INTO order_item (order_id, category_id, quantity, unit_price) VALUES"
		" (1, 11, 1, 1000), (2, 11, 2, 1000), (3, 11, 1, 1000);"
		"INSERT INTO payment (id, uuid, customer_id, purpose, order_id, provider, method, amount, currency, status,"
		" created_at, updated_at) SELECT 10 + id, uuid, 9, 'order', id, 'sandbox', 'card', total, 'EUR', 'succeeded',"
		" created_at, created_at FROM orders WHERE status = 'paid';"
		"INSERT INTO ledger_account (id, kind, owner_id, currency) VALUES (1, 'provider', 2, 'EUR'),"
		" (2, 'organizer', 6, 'EUR'), (3, 'organizer', 5, 'EUR');"
		"INSERT INTO ledger_transfer (id, kind, noun, noun_id, at) VALUES (1, 'sale', 'payment', 11, '2026-11-01'),"
		" (2, 'sale', 'payment', 12, '2026-11-01');"
		"INSERT INTO ledger_entry (transfer_id, account_id, amount) VALUES (1, 1, 1000), (1, 2, -1000), (2, 1, 2000),"
		" (2, 3, -2000)");
	link_migrations(directory, last, 9999);
	ck_assert(migrate_run(db, directory));
	for (int64_t id = 1; id <= 3; id++)
		ck_assert_int_eq(db_int(db, "SELECT organizer_id FROM orders WHERE id = ?", args(id)), id == 1 ? 6 : 5);
	ck_assert_int_eq(db_int(db, "SELECT revenue FROM organizer_sale WHERE organizer_id = 6", no_args), 1000);
	ck_assert_int_eq(db_int(db, "SELECT revenue FROM organizer_sale WHERE organizer_id = 5", no_args), 2000);
	audit(__LINE__);
	remove_directory(directory);
}
END_TEST

/* DDL commits by itself, so what was cut off is half there when it is run again. */
START_TEST(a_migration_that_was_cut_off_can_be_run_again)
{
	const char *directory = "sql/migrations";
	int first = migration_named("codes-follow-their-account");

	db = check_database(ctx, check_config(ctx, "gatehouse_check_order_old"), directory);
	db_memory(db, ctx);
	check_script(db, "INSERT INTO stored_file (sha256) VALUES ('ab');"
			 "INSERT INTO account (uuid, name, photo, created_at, updated_at)"
			 " VALUES (UNHEX(MD5('p')), 'P', 'ab', '2026-11-01', '2026-11-01')");
	ck_assert_int_gt(db_exec(db, "DELETE FROM schema_migration WHERE version >= ?", args(first)), 0);
	ck_assert(migrate_run(db, directory));
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM stored_file", no_args), 1);
	ck_assert_int_eq(db_exec(db, "DELETE FROM stored_file", no_args), -1);
	audit(__LINE__);
}
END_TEST

/* MariaDB's JSON is a text with a CHECK; what slips past that is found by the audit, in each of these columns. */
START_TEST(every_column_of_json_is_audited)
{
	const struct rows *columns =
		db_query(db,
			 "SELECT TABLE_NAME AS t, CONSTRAINT_NAME AS c FROM information_schema.CHECK_CONSTRAINTS"
			 " WHERE CONSTRAINT_SCHEMA = DATABASE() AND CHECK_CLAUSE LIKE 'json_valid(%'",
			 no_args);
	const struct invariant *looks = INVARIANTS;

	while (strcmp(looks->sentence, "what is stored as JSON can be read as that") != 0)
		looks++;
	ck_assert_uint_gt(columns->n, 0);
	for (size_t i = 0; i < columns->n; i++) {
		struct row row = row_at(columns, i);
		const char *part = talloc_asprintf(ctx, "FROM %s WHERE NOT JSON_VALID(%s)", row_text(&row, "t"),
						   row_text(&row, "c"));

		ck_assert_msg(strstr(looks->query, part) != NULL, "no '%s'", part);
	}
}
END_TEST

/* No statement of ours calls one. What stays behind in the database is still run by whoever may run it. */
START_TEST(no_routine_is_kept_that_nothing_calls)
{
	ck_assert_int_eq(db_int(db,
				"SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()",
				no_args),
			 0);
}
END_TEST

Suite *order_suite(void)
{
	Suite *suite = suite_create("order");
	TCase *tests = tcase_create("order");

	tcase_set_timeout(tests, 60);
	tcase_add_unchecked_fixture(tests, make_database, NULL);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, an_orders_parts_add_up_to_its_total);
	tcase_add_test(tests, revenue_comes_with_the_payment_and_goes_with_the_refund);
	tcase_add_test(tests, an_event_is_past_by_the_time_that_is_asked_for);
	tcase_add_test(tests, a_hold_lapses_by_the_time_that_is_asked_for);
	tcase_add_test(tests, an_organizers_figures_equal_a_recount);
	tcase_add_test(tests, days_without_a_sale_are_said_and_days_before_the_first_are_not);
	tcase_add_test(tests, an_event_that_changes_hands_leaves_its_sales_behind);
	tcase_add_test(tests, the_migration_counts_what_was_sold_before);
	tcase_add_test(tests, the_migration_asks_the_ledger_whose_sales_they_were);
	tcase_add_test(tests, a_migration_that_was_cut_off_can_be_run_again);
	tcase_add_test(tests, every_column_of_json_is_audited);
	tcase_add_test(tests, no_routine_is_kept_that_nothing_calls);
	suite_add_tcase(suite, tests);
	return suite;
}
