/* The house's books: what came in and went out by month, what lies on its own accounts, deposits, and the months that are closed. */
#include "app/finance.h"
#include "app/actions/finance.h"
#include "app/identity.h"
#include "app/month.h"
#include "store/deposit.h"
#include <stdlib.h>
#include <string.h>

enum { MONTHS_BEFORE = 11, MONTHS_MOST = 36 };

/* ---- the company ---- */

const struct field COMPANY[] = {
	{ "from", F_DATE, .help = "From the month of this day on; a year's if it is missing" },
	{ "to", F_DATE, .help = "To the month of this day, included; this month's if it is missing" },
	{ "currency", F_CURRENCY, .help = "In this one alone" },
	FIELD_FORMAT,
	FIELDS_END,
};

static const struct field COMPANY_MONTH[] = {
	{ "month", F_DATE, .help = "Its first day, where the site is" },
	{ "last_day", F_DATE, .help = "Its last" },
	{ "currency", F_CURRENCY, .help = "Of these figures" },
	{ "closed", F_BOOL, .help = "Is it closed: these are the figures that were kept" },
	{ "sales", F_MONEY, .help = "What buyers paid, with fees and taxes in it" },
	{ "refunds", F_MONEY, .help = "What went back to buyers" },
	{ "taxes", F_MONEY, .help = "What of sales is tax, less what of it went back" },
	{ "fees", F_MONEY, .help = "What of sales is the house's, less what of it went back" },
	{ "expenses", F_MONEY, .help = "What the house spent, less what was taken back" },
	{ "profit", F_MONEY, .help = "What is left to the house: fees less expenses" },
	{ "payouts", F_MONEY, .help = "What left the bank for organizers, merchants and shareholders" },
	{ "deposits", F_MONEY, .help = "What the bank received otherwise than by a sale" },
	FIELDS_NAMED("company_month"),
};
static const struct field BALANCE[] = {
	{ "account", F_TEXT, .help = "bank, provider, platform or capital" },
	{ "currency", F_CURRENCY, .help = "Of the balance" },
	{ "balance", F_MONEY,
	  .help = "What lies there; of capital, what was paid in; of the platform, what is the house's" },
	FIELDS_NAMED("company_balance"),
};
const struct field COMPANY_ANSWER[] = {
	{ "from", F_DATE, .help = "The first day of these months" },
	{ "to", F_DATE, .help = "Their last day" },
	{ "time_zone", F_ZONE, .help = "In which months begin and end" },
	{ "months", F_LIST, .of = COMPANY_MONTH, .help = "By month, the newest first, and currency" },
	{ "balances", F_LIST, .of = BALANCE, .help = "The house's own accounts, now" },
	FIELDS_NAMED("company"),
};

/* Of a date's text. */
static int year_of(const char *day)
{
	return (int)strtol(day, NULL, 10);
}

static int month_number(const char *day)
{
	return (int)strtol(day + 5, NULL, 10);
}

/* The first day of the month that lies so many before a day's. */
static const char *months_before(struct request *rq, const char *day, int months)
{
	int at = year_of(day) * 12 + month_number(day) - 1 - months;

	return talloc_asprintf(rq->mem, "%04d-%02d-01", at / 12, at % 12 + 1);
}

static int months_between(const char *from, const char *to)
{
	return (year_of(to) - year_of(from)) * 12 + month_number(to) - month_number(from);
}

/* What was asked for, as whole months. False after a fault. */
static bool range_of(struct request *rq, struct finance_range *range)
{
	const char *to = field_text(rq, "to"), *from = field_text(rq, "from");
	char *today = talloc_size(rq->mem, DATE_SIZE);
	struct finance_month first, last;

	clock_date(rq->now, rq->config->time_zone, today);
	to = to ? to : today;
	from = from ? from : months_before(rq, to, MONTHS_BEFORE);
	if (strcmp(from, to) > 0)
		field_fault(rq, "to", "This is before the first day.");
	else if (months_between(from, to) >= MONTHS_MOST)
		field_fault(rq, "from", "At most %d months at a time.", MONTHS_MOST);
	else if (!month_of_day(rq, from, &first) || !month_of_day(rq, to, &last))
		field_fault(rq, "to", "No calendar goes on after this month.");
	if (has_faults(rq))
		return false;
	*range = (struct finance_range){ first.month, months_before(rq, last.month, -1), rq->config->time_zone,
					 first.begins, last.ends };
	return true;
}

/* GET finances/company/. */
int company_show(struct request *rq)
{
	const char *format = list_format(rq);
	struct finance_range range;
	struct finance_books books;
	char last[DATE_SIZE];

	if (!range_of(rq, &range))
		return refuse_fields(rq);
	if (!finance_books(rq->db, &range, field_text(rq, "currency"), &books))
		return ANSWERED;
	if (format) {
		struct row_list *list = rows_list(rq->mem, books.months);

		answer_sheet(rq, "company", format, list->source(list));
		return ANSWERED;
	}
	answer_text(rq->data, "from", range.first);
	answer_text(rq->data, "to", clock_date_add(range.next, -1, last));
	answer_text(rq->data, "time_zone", range.zone);
	answer_rows(rq->data, "months", books.months);
	answer_rows(rq->data, "balances", books.balances);
	return ANSWERED;
}

/* For its page: the currencies, each with its months as a chart has them, the oldest first. */
int company_beside(struct request *rq)
{
	struct json_object *months = json_object_object_get(rq->data, "months"), *charts;
	size_t n = months ? json_object_array_length(months) : 0;

	charts = answer_object(rq->beside, "charts");
	for (size_t i = n; i-- > 0;) {
		struct json_object *month = json_object_array_get_idx(months, i), *chart, *bar;
		const char *currency = tree_text(month, "currency"), *day = tree_text(month, "month");

		chart = json_object_object_get(charts, currency);
		bar = answer_item(chart ? chart : answer_array(charts, currency));
		answer_int(bar, "year", year_of(day));
		answer_int(bar, "number", month_number(day));
		answer_int(bar, "sales", tree_int(month, "sales"));
	}
	return ANSWERED;
}

/* ---- the ledger ---- */

/* Of which kind of account, kind of transfer or noun all lines are that a figure is the sum of; NULL: of several. */
static const struct {
	const char *figure, *account, *transfer, *noun;
} FIGURES[] = {
	{ "sales", NULL, NULL, NULL },	       { "refunds", NULL, "refund", NULL },
	{ "taxes", "tax", NULL, NULL },	       { "fees", "platform", NULL, NULL },
	{ "expenses", NULL, NULL, "expense" }, { "profit", "platform", NULL, NULL },
	{ "payouts", NULL, NULL, "payout" },   { "deposits", NULL, NULL, "deposit" },
};

/* What a list is of, by its filters. */
static struct ledger_of of_fields(struct request *rq)
{
	return (struct ledger_of){ .kind = field_text(rq, "account"),
				   .currency = field_text(rq, "currency"),
				   .noun = field_text(rq, "noun"),
				   .transfer = field_text(rq, "transfer"),
				   .owner_id = field_int(rq, "owner_id"),
				   .owned = field_given(rq, "owner_id") };
}

/* The same, and what its figure says more. */
static struct ledger_of asked_of(struct request *rq)
{
	struct ledger_of of = of_fields(rq);
	const char *figure = field_text(rq, "figure");

	for (size_t i = 0; figure && i < sizeof FIGURES / sizeof *FIGURES; i++)
		if (!strcmp(FIGURES[i].figure, figure)) {
			of.kind = of.kind ? of.kind : FIGURES[i].account;
			of.transfer = of.transfer ? of.transfer : FIGURES[i].transfer;
			of.noun = of.noun ? of.noun : FIGURES[i].noun;
		}
	return of;
}

/* The same again, so that the database sees it too, and that they are few, where they are. */
static void narrow_to_transfers(struct request *rq, struct noun_ask *ask, const struct ledger_of *of)
{
	if (of->transfer && ledger_transfers_few(rq->db, of->transfer, NULL)) {
		noun_ask_also(ask, "x.kind = ?", arg_text(of->transfer), true);
		ask->few = true;
	} else if (of->noun && ledger_transfers_few(rq->db, NULL, of->noun)) {
		noun_ask_also(ask, "x.noun = ?", arg_text(of->noun), true);
		ask->few = true;
	}
}

#define OF_ALL_NOUNS                                                                                                     \
	"x.noun IN ('payment', 'payment_refund', 'charge', 'card_move', 'payout', 'expense', 'profit_share', 'deposit')" \
	" AND x.noun_id = ?"

static void narrow_to_cause(struct request *rq, struct noun_ask *ask)
{
	if (field_given(rq, "noun_id"))
		noun_ask_also(ask, OF_ALL_NOUNS, arg_int(field_int(rq, "noun_id")), true);
	ask->few = ask->few || field_given(rq, "noun_id") || field_given(rq, "transfer_id");
}

static void narrow_to_account(struct request *rq, struct noun_ask *ask, const struct ledger_of *of)
{
	int64_t id;
	bool few = false;

	if (!of->kind && !of->currency && !of->owned)
		return;
	id = ledger_account_of(rq->db, of, &few);
	if (of->kind && !field_given(rq, "account"))
		noun_ask_also(ask, "a.kind = ?", arg_text(of->kind), true);
	if (id)
		noun_ask_also(ask, "t.account_id = ?", arg_int(id), false);
	ask->few = ask->few || few || id;
}

/* Where many fit, the sums by day say between which lines. */
static void narrow_to_lines(struct request *rq, struct noun_ask *ask, const struct ledger_of *of)
{
	int64_t first, last;

	if (ask->few || of->owned || !(of->kind || of->currency || of->noun || of->transfer))
		return;
	ledger_lines_of(rq->db, of, &first, &last);
	noun_ask_between(ask, first, last);
}

static ms_t day_edge_of(struct request *rq, const char *field, bool until)
{
	ms_t from = 0, to = 0;

	if (field_given(rq, field))
		clock_day(field_text(rq, field), rq->config->time_zone, &from, &to);
	return until ? to : from;
}

static void narrow_to_days(struct request *rq, struct noun_ask *ask)
{
	ms_t from = day_edge_of(rq, "at_from", false), to = day_edge_of(rq, "at_to", true);
	int64_t first, last;

	if (!from && !to)
		return;
	ledger_between(rq->db, from, to, rq->now, &first, &last);
	noun_ask_between(ask, first, last);
}

/* Of what is asked for by these alone the number is known without a look at each. */
static void count_lines(struct request *rq, struct noun_ask *ask)
{
	const struct ledger_of of = of_fields(rq);
	size_t n = (of.kind ? 1U : 0U) + (of.currency ? 1U : 0U) + (of.noun ? 1U : 0U) + (of.transfer ? 1U : 0U);

	if (ask->search || !n || n < ask->n_filters)
		return;
	ask->total = ledger_lines_count(rq->db, &of);
	ask->counted = true;
}

void ledger_narrow(struct request *rq, struct noun_ask *ask)
{
	const struct ledger_of of = asked_of(rq);

	count_lines(rq, ask);
	narrow_to_cause(rq, ask);
	narrow_to_transfers(rq, ask, &of);
	narrow_to_account(rq, ask, &of);
	narrow_to_lines(rq, ask, &of);
	narrow_to_days(rq, ask);
}

/* ---- deposits ---- */

void deposit_check(struct request *rq, int64_t id)
{
	(void)id;
	dated_or_fault(rq, "date");
}

static const char *text_or_none(struct request *rq, const char *field)
{
	const char *text = field_text(rq, field);

	return text ? text : "";
}

int64_t deposit_insert(struct request *rq)
{
	struct deposit_new deposit = { .source = field_text(rq, "source"),
				       .provider = rq->config->payment_provider,
				       .amount = field_int(rq, "amount"),
				       .currency = field_text(rq, "currency"),
				       .date = field_text(rq, "date"),
				       .reference = text_or_none(rq, "reference"),
				       .note = text_or_none(rq, "note"),
				       .account_id = rq->who.account_id };
	int64_t id;

	if (!fresh_or_refuse(rq))
		return 0;
	id = deposit_make(rq->db, &deposit, rq->now);
	if (!id)
		refuse(rq, 409, "DEPOSIT_BUSY", "This deposit could not be entered now. Try again.");
	return id;
}

void deposit_revoke(struct request *rq, const struct row *row)
{
	if (!row_is(row, "status", "received") || !fresh_or_refuse(rq))
		return;
	if (deposit_post_back(rq->db, row_int(row, "id"), rq->now) != LEDGER_POSTED)
		refuse(rq, 409, "DEPOSIT_BUSY", "This deposit could not be entered now. Try again.");
}

/* ---- months ---- */

void month_check(struct request *rq, int64_t id)
{
	struct finance_month month;

	(void)id;
	month_over_or_fault(rq, "month", &month);
}

/* False where it was closed before, or is not over. */
static bool sign(struct request *rq, int64_t id)
{
	finance_month_lock(rq->db, id);
	return finance_month_sign(rq->db, id, rq->who.account_id, rq->now - SETTLED_AFTER_MINUTES * MS_MINUTE, rq->now);
}

int64_t month_insert(struct request *rq)
{
	struct finance_month month;
	int64_t id;

	if (!fresh_or_refuse(rq) || !month_over_or_fault(rq, "month", &month))
		return 0;
	id = finance_month_row(rq->db, &month, rq->now);
	if (sign(rq, id) && finance_month_close(rq->db, id)) {
		say(rq, "The month is closed.");
		return id;
	}
	refuse(rq, 409, "MONTH_CLOSED", "This month is closed already.");
	return 0;
}

/* The act moves the status; who closes it, and what it was, is kept before that. */
void month_close_also(struct request *rq, const struct row *row)
{
	if (row_is(row, "status", "open") && fresh_or_refuse(rq) && !sign(rq, row_int(row, "id")))
		refuse(rq, 409, "MONTH_NOT_OVER", "This month is not over yet.");
}

void month_reopen_also(struct request *rq, const struct row *row)
{
	if (row_is(row, "status", "closed") && fresh_or_refuse(rq))
		finance_month_forget(rq->db, row_int(row, "id"));
}
