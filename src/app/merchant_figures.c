/* A merchant's figures: what is in stock, what went out and what was taken, by day, and what they are owed. */
#include "app/merchant_figures.h"
#include "app/actions/merchant.h"
#include "store/card.h"
#include "store/merchant.h"

static const struct field DAY_CARDS[] = {
	{ "day", F_DATE, .help = "A day of the site's zone" },
	{ "cards", F_INT, .help = "Cards handed out on it" },
	FIELDS_NAMED("merchant_day"),
};
static const struct field DAY_MONEY[] = {
	{ "day", F_DATE, .help = "A day of the site's zone" },
	{ "charges", F_INT, .help = "Charges that were made on it" },
	{ "charged", F_MONEY, .help = "What they took, with what was given back since" },
	{ "reversals", F_INT, .help = "Charges that were given back on it, whenever they were made" },
	{ "reversed", F_MONEY, .help = "What they gave back" },
	FIELDS_NAMED("merchant_day_money"),
};
static const struct field MONEY[] = {
	{ "currency", F_CURRENCY, .help = "Of these amounts" },
	{ "owed", F_MONEY, .help = "What the site owes you by its ledger; negative: you owe it" },
	{ "charged_today", F_MONEY, .help = "Taken since the site's midnight" },
	{ "reversed_today", F_MONEY, .help = "Given back since then" },
	{ "by_day", F_LIST, .of = DAY_MONEY, .help = "Fourteen days, today last" },
	FIELDS_NAMED("merchant_money"),
};
const struct field MERCHANT_STATS[] = {
	{ "handed_out_today", F_INT, .help = "Cards handed out since the site's midnight" },
	{ "handed_out", F_INT, .help = "Cards handed out in all" },
	{ "in_stock", F_INT, .help = "Cards that wait" },
	{ "stock_low", F_BOOL, .help = "No more of them than your settings want to be told of" },
	{ "pending", F_INT, .help = "Cards whose customer's code is awaited" },
	{ "by_day", F_LIST, .of = DAY_CARDS, .help = "Fourteen days, today last" },
	{ "money", F_LIST, .of = MONEY, .help = "Each currency by itself" },
	{ "time_zone", F_ZONE, .help = "In which days begin and end" },
	FIELDS_NAMED("merchant_stats"),
};

/* The row of a day, and of a currency where rows have one; false: nothing was on it. */
static bool find(const struct rows *rows, const char *day, const char *currency, struct row *found)
{
	for (size_t i = 0; i < rows->n; i++) {
		*found = row_at(rows, i);
		if (row_is(found, "day", day) && (!currency || row_is(found, "currency", currency)))
			return true;
	}
	return false;
}

static void day_before(const struct request *rq, int back, char day[DATE_SIZE])
{
	clock_date(clock_day_begins(rq->now, rq->config->time_zone, -back), rq->config->time_zone, day);
}

static void answer_days(struct request *rq, struct json_object *into, const struct rows *cards)
{
	struct json_object *list = answer_array(into, "by_day");

	for (int back = MERCHANT_DAYS - 1; back >= 0; back--) {
		struct json_object *item = answer_item(list);
		char day[DATE_SIZE] = "";
		struct row row;

		day_before(rq, back, day);
		answer_text(item, "day", day);
		answer_int(item, "cards", find(cards, day, NULL, &row) ? row_int(&row, "cards") : 0);
	}
}

/* What was taken and given back on each day; today's stands beside them too. */
static void answer_money(struct request *rq, struct json_object *into, const char *currency, const struct rows *charged,
			 const struct rows *reversed)
{
	struct json_object *list = answer_array(into, "by_day");
	int64_t taken = 0, given = 0;

	for (int back = MERCHANT_DAYS - 1; back >= 0; back--) {
		struct json_object *item = answer_item(list);
		char day[DATE_SIZE] = "";
		struct row row;
		bool any;

		day_before(rq, back, day);
		answer_text(item, "day", day);
		any = find(charged, day, currency, &row);
		taken = any ? row_int(&row, "amount") : 0;
		answer_int(item, "charges", any ? row_int(&row, "charges") : 0);
		answer_int(item, "charged", taken);
		any = find(reversed, day, currency, &row);
		given = any ? row_int(&row, "amount") : 0;
		answer_int(item, "reversals", any ? row_int(&row, "charges") : 0);
		answer_int(item, "reversed", given);
	}
	answer_int(into, "charged_today", taken);
	answer_int(into, "reversed_today", given);
}

void merchant_figures(struct request *rq, struct json_object *into)
{
	const char *zone = rq->config->time_zone;
	const ms_t today = clock_day_begins(rq->now, zone, 0),
		   since = clock_day_begins(rq->now, zone, 1 - MERCHANT_DAYS);
	const int64_t id = rq->who.role_id;
	const struct row *stats = card_stats(rq->db, id, rq->now, today);
	const struct rows *charged = merchant_days_charged(rq->db, id, zone, since, rq->now),
			  *reversed = merchant_days_reversed(rq->db, id, zone, since, rq->now),
			  *owed = merchant_owed(rq->db, id);
	struct json_object *list;

	if (!stats)
		return;
	answer_row(into, stats);
	answer_days(rq, into, merchant_days_cards(rq->db, id, zone, since, rq->now));
	list = answer_array(into, "money");
	for (size_t i = 0; i < owed->n; i++) {
		struct row row = row_at(owed, i);
		struct json_object *item = answer_item(list);

		answer_row(item, &row);
		answer_money(rq, item, row_text(&row, "currency"), charged, reversed);
	}
	answer_text(into, "time_zone", zone);
}

/* GET dashboard-stats/. Today is the site's. */
int merchant_dashboard(struct request *rq)
{
	merchant_figures(rq, rq->data);
	return ANSWERED;
}
