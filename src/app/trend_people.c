/* Who came, and what became of cards. */
#include "app/actions/trend.h"
#include "app/trend.h"
#include <string.h>

/* ---- people ---- */

static const char *const PERSONS[] = { "customers", "verified", "sign_ins", NULL };
static const char *const CUSTOMERS[] = { "customers", NULL }, *const SIGN_INS[] = { "sign_ins", NULL };

static const struct field PEOPLE_SUM[] = {
	{ "customers", F_INT, .help = "New ones" },
	{ "verified", F_INT, .help = "Accounts whose number was verified" },
	{ "sign_ins", F_INT, .help = "Of everybody, as far back as sessions are kept" },
	FIELDS_NAMED("people_sum"),
};
static const struct field PEOPLE_PERIOD[] = {
	TREND_PERIOD,
	{ "customers", F_INT, .help = "New ones" },
	{ "sign_ins", F_INT, .help = "Of everybody, as far back as sessions are kept" },
	FIELDS_NAMED("people_period"),
};
static const struct field ROLE[] = {
	{ "role", F_TEXT, .help = "Its word" },
	{ "accounts", F_INT, .help = "That have it now" },
	{ "active", F_INT, .help = "Of them not disabled" },
	{ "verified", F_INT, .help = "Of them with a number that was verified" },
	{ "new", F_INT, .help = "That were given it in the range" },
	{ "before", F_INT, .help = "And in the one before" },
	FIELDS_NAMED("people_role"),
};
const struct field TREND_USERS[] = {
	TREND_HEAD,
	{ "total", F_OBJECT, .of = PEOPLE_SUM, .help = "Of the whole range" },
	{ "total_before", F_OBJECT, .of = PEOPLE_SUM, .help = "Of the one before it" },
	{ "periods", F_LIST, .of = PEOPLE_PERIOD, .help = "All, the first first" },
	{ "roles", F_LIST, .of = ROLE, .help = "As they are now" },
	FIELDS_END,
};

static int64_t customers_of(const struct row *people)
{
	return people ? row_int(people, "customers") : 0;
}

/* New customers are told by the sums, which do not forget who lost the role. */
static void answer_roles(struct request *rq, const struct trend *t, const struct row *now, const struct row *before)
{
	const struct rows *rows = trend_roles(rq->db, &t->span, &t->before);
	struct json_object *list = answer_rows(rq->data, "roles", rows);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (!row_is(&row, "role", "customer"))
			continue;
		answer_int(json_object_array_get_idx(list, i), "new", customers_of(now));
		answer_int(json_object_array_get_idx(list, i), "before", customers_of(before));
	}
}

static void answer_sum(struct json_object *into, const char *key, const struct row *row, const char *const names[])
{
	struct json_object *sum = answer_object(into, key);

	for (size_t i = 0; names[i]; i++)
		answer_int(sum, names[i], row ? row_int(row, names[i]) : 0);
}

/* GET analytics/users/. */
int trend_users(struct request *rq)
{
	const struct row *now, *before;
	struct trend t;

	if (!trend_read(rq, &t) || !trend_open(rq->db))
		return ANSWERED;
	if (list_format(rq)) {
		answer_whole_list(rq, "users", rows_list(rq->mem, trend_customers_by_period(rq->db, &t.span, t.grain)));
	} else {
		now = trend_people(rq->db, &t.span);
		before = trend_people(rq->db, &t.before);
		trend_answer_head(rq, &t);
		answer_sum(rq->data, "total", now, PERSONS);
		answer_sum(rq->data, "total_before", before, PERSONS);
		trend_answer_periods(rq->data, "periods", &t, trend_customers_by_period(rq->db, &t.span, t.grain), NULL,
				     CUSTOMERS);
		trend_answer_periods(rq->data, "periods", &t, trend_sign_ins_by_period(rq->db, &t.span, t.grain), NULL,
				     SIGN_INS);
		answer_roles(rq, &t, now, before);
	}
	trend_close(rq->db);
	return ANSWERED;
}

/* ---- cards ---- */

const char *const CARD_NAMES[] = { "reloads", "reloaded", "charges", "charged", "reversals", "reversed", NULL };
static const char *const CARDS[] = { "made", "handed_out", NULL };
static const char *const MADE[] = { "made", NULL }, *const HANDED_OUT[] = { "handed_out", NULL };
static const char *const STATES[] = { "stock", "active", "blocked", "lost", NULL };

static const struct field CARDS_SUM[] = {
	{ "made", F_INT, .help = "Entered" },
	{ "handed_out", F_INT, .help = "Whose holder has them since then" },
	FIELDS_NAMED("cards_sum"),
};
static const struct field CARDS_PERIOD[] = {
	TREND_PERIOD,
	{ "made", F_INT, .help = "Entered" },
	{ "handed_out", F_INT, .help = "Whose holder has them since then" },
	FIELDS_NAMED("cards_period"),
};
static const struct field CARDS_NOW[] = {
	{ "stock", F_INT, .help = "That are nobody's yet" },
	{ "active", F_INT, .help = "In somebody's hands" },
	{ "blocked", F_INT, .help = "Blocked" },
	{ "lost", F_INT, .help = "Lost" },
	FIELDS_NAMED("cards_now"),
};
/* clang-format off */
#define MONEY_SUM                                                                                                      \
	{ "reloads", F_INT, .help = "How often something was put on one" },                                            \
	{ "reloaded", F_MONEY, .help = "What that was" },                                                              \
	{ "charges", F_INT, .help = "How often a merchant took something" },                                           \
	{ "charged", F_MONEY, .help = "What that was" },                                                               \
	{ "reversals", F_INT, .help = "Charges that were given back then" },                                           \
	{ "reversed", F_MONEY, .help = "What that was" }
/* clang-format on */
static const struct field MONEY[] = { MONEY_SUM, FIELDS_NAMED("card_money") };
static const struct field MONEY_PERIOD[] = {
	TREND_PERIOD,
	MONEY_SUM,
	FIELDS_NAMED("card_money_period"),
};
static const struct field CURRENCY[] = {
	{ "currency", F_CURRENCY, .help = "Of these amounts" },
	{ "on_cards", F_MONEY, .help = "What lies on all cards now" },
	{ "total", F_OBJECT, .of = MONEY, .help = "Of the whole range" },
	{ "before", F_OBJECT, .of = MONEY, .help = "Of the one before it" },
	{ "periods", F_LIST, .of = MONEY_PERIOD, .help = "All, the first first" },
	FIELDS_END,
};
const struct field TREND_CARDS[] = {
	TREND_HEAD,
	{ "total", F_OBJECT, .of = CARDS_SUM, .help = "Of the whole range" },
	{ "total_before", F_OBJECT, .of = CARDS_SUM, .help = "Of the one before it" },
	{ "now", F_OBJECT, .of = CARDS_NOW, .help = "As they are now" },
	{ "periods", F_LIST, .of = CARDS_PERIOD, .help = "All, the first first" },
	{ "currencies", F_LIST, .of = CURRENCY, .help = "What money they carry, each by itself" },
	FIELDS_END,
};

/* A card carries money as long as it has an account, so those are all currencies that there are. */
static void answer_card_money(struct request *rq, const struct trend *t)
{
	const struct rows *on = trend_on_cards(rq->db), *total = trend_card_money(rq->db, &t->span),
			  *before = trend_card_money(rq->db, &t->before),
			  *periods = trend_card_money_by_period(rq->db, &t->span, t->grain);
	struct json_object *list = answer_array(rq->data, "currencies");

	for (size_t i = 0; i < on->n; i++) {
		struct row row = row_at(on, i);
		struct json_object *of = answer_item(list);
		const char *currency = row_text(&row, "currency");

		answer_row(of, &row);
		trend_answer_sums(of, "total", total, currency, CARD_NAMES);
		trend_answer_sums(of, "before", before, currency, CARD_NAMES);
		trend_answer_periods(of, "periods", t, periods, currency, CARD_NAMES);
	}
}

/* GET analytics/cards/. */
int trend_nfc_cards(struct request *rq)
{
	struct trend t;

	if (!trend_read(rq, &t) || !trend_open(rq->db))
		return ANSWERED;
	if (list_format(rq)) {
		answer_whole_list(rq, "cards",
				  rows_list(rq->mem, trend_card_money_by_period(rq->db, &t.span, t.grain)));
	} else {
		trend_answer_head(rq, &t);
		answer_sum(rq->data, "total", trend_cards(rq->db, &t.span), CARDS);
		answer_sum(rq->data, "total_before", trend_cards(rq->db, &t.before), CARDS);
		answer_sum(rq->data, "now", trend_cards_now(rq->db), STATES);
		trend_answer_periods(rq->data, "periods", &t, trend_cards_made_by_period(rq->db, &t.span, t.grain),
				     NULL, MADE);
		trend_answer_periods(rq->data, "periods", &t, trend_cards_out_by_period(rq->db, &t.span, t.grain), NULL,
				     HANDED_OUT);
		answer_card_money(rq, &t);
	}
	trend_close(rq->db);
	return ANSWERED;
}
