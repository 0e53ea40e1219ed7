/* Whether a ticket may change hands, and what of its price goes back. */
#include "rules/refund.h"
#include "rules/transfer.h"
#include <check.h>

Suite *hands_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))
#define NOW INT64_C(1790000000000)

START_TEST(the_first_that_is_in_the_way_is_told)
{
	static const struct {
		int line;
		struct ticket_facts facts;
		enum ticket_fault want;
	} cases[] = {
		{ __LINE__, { .valid = true, .allowed = true, .starts = NOW + 1, .now = NOW }, TICKET_FREE },
		{ __LINE__, { .valid = true, .allowed = true, .starts = NOW, .now = NOW }, TICKET_EVENT_BEGUN },
		{ __LINE__, { .valid = true, .starts = NOW + 1, .now = NOW }, TICKET_KEPT },
		{ __LINE__, { .allowed = true, .starts = NOW + 1, .now = NOW }, TICKET_VOID },
		{ __LINE__,
		  { .valid = true, .allowed = true, .used = true, .starts = NOW + 1, .now = NOW },
		  TICKET_USED },
		{ __LINE__,
		  { .valid = true, .allowed = true, .off = true, .starts = NOW + 1, .now = NOW },
		  TICKET_EVENT_OFF },
		{ __LINE__,
		  { .valid = true, .allowed = true, .pending = true, .starts = NOW + 1, .now = NOW },
		  TICKET_OFFERED },
		{ __LINE__,
		  { .valid = true, .allowed = true, .pending = true, .refunding = true, .starts = NOW + 1, .now = NOW },
		  TICKET_REFUNDING },
		{ __LINE__, { .used = true, .off = true, .pending = true, .refunding = true }, TICKET_VOID },
	};

	for (size_t i = 0; i < N(cases); i++) {
		enum ticket_fault fault = ticket_fault(&cases[i].facts);

		ck_assert_msg(fault == cases[i].want, "line %d: %d", cases[i].line, (int)fault);
		ck_assert_int_eq(!fault, !ticket_fault_code(fault));
		ck_assert_int_eq(!fault, !ticket_fault_sentence(fault));
	}
}
END_TEST

START_TEST(the_rule_with_the_most_days_that_fit_applies)
{
	static const struct refund_rule RULES[] = { { 3, 50 }, { 14, 100 }, { 0, 10 } };
	static const struct {
		int line;
		ms_t left;
		int percent;
	} cases[] = {
		{ __LINE__, 30 * MS_DAY, 100 },
		{ __LINE__, 14 * MS_DAY, 100 },
		{ __LINE__, 14 * MS_DAY - 1, 50 },
		{ __LINE__, 3 * MS_DAY, 50 },
		{ __LINE__, 3 * MS_DAY - 1, 10 },
		{ __LINE__, 1, 10 },
		{ __LINE__, 0, 0 },
		{ __LINE__, -MS_DAY, 0 },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct refund refund = refund_of(RULES, N(RULES), 1000, 1000, 1000, NOW + cases[i].left, NOW);

		ck_assert_msg(refund.percent == cases[i].percent && refund.amount == 10 * cases[i].percent,
			      "line %d: %d", cases[i].line, refund.percent);
	}
	ck_assert_int_eq(refund_of(NULL, 0, 1000, 1000, 1000, NOW + MS_DAY, NOW).amount, 0);
}
END_TEST

START_TEST(no_order_gives_back_more_than_it_took)
{
	static const struct refund_rule ALL[] = { { 0, 100 } };
	static const struct {
		int line;
		int64_t price, n, total;
	} cases[] = {
		{ __LINE__, 3333, 3, 9999 },
		{ __LINE__, 3333, 3, 9998 },
		{ __LINE__, 1, 7, 3 },
		{ __LINE__, 2500, 4, 0 },
		{ __LINE__, 0, 4, 0 },
		{ __LINE__, INT64_C(900000000000000000), 10, INT64_C(8999999999999999999) },
		{ __LINE__, INT64_C(4611686018427387904), 1, INT64_C(4611686018427387903) },
	};

	for (size_t i = 0; i < N(cases); i++) {
		int64_t subtotal = cases[i].price * cases[i].n;
		struct refund one = refund_of(ALL, 1, cases[i].price, subtotal, cases[i].total, NOW + 1, NOW);

		ck_assert_msg(one.amount == one.paid && one.paid >= 0, "line %d", cases[i].line);
		ck_assert_msg(one.paid * cases[i].n <= cases[i].total, "line %d", cases[i].line);
		ck_assert_msg(cases[i].total - one.paid * cases[i].n < cases[i].n + !cases[i].total, "line %d",
			      cases[i].line);
	}
}
END_TEST

Suite *hands_suite(void)
{
	Suite *suite = suite_create("hands");
	TCase *tests = tcase_create("hands");

	tcase_add_test(tests, the_first_that_is_in_the_way_is_told);
	tcase_add_test(tests, the_rule_with_the_most_days_that_fit_applies);
	tcase_add_test(tests, no_order_gives_back_more_than_it_took);
	suite_add_tcase(suite, tests);
	return suite;
}
