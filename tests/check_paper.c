/* What is set on paper, as far as can be said without a reader of PDF (tests/api/paper.test.mjs has those): documents are whole, in any
 * language, however long or empty what stands in them is; and a calendar's zone says of its own event what the clocks show. */
#include "render/paper.h"
#include "render/pdf.h"
#include "render/qr.h"
#include <check.h>
#include <string.h>

Suite *paper_suite(void);

#define LONG_WORD "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"
#define LONG LONG_WORD LONG_WORD " " LONG_WORD

/* 2026-11-18 11:06:40 UTC */
#define AUTUMN INT64_C(1795000000000)

static bool whole(const struct buf *pdf)
{
	return pdf->len > 500 && strncmp(pdf->data, "%PDF-1.", 7) == 0 &&
	       strncmp(pdf->data + pdf->len - 6, "%%EOF\n", 6) == 0;
}

START_TEST(tickets_are_whole_whatever_they_say)
{
	static const char *const TEXTS[] = {
		"", "Ann", LONG, "محمد بن عبد الله", "日本語", "\xe2\x80\xae<b>%s%n&", "a\nb\nc"
	};

	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		for (int code = 0; code < 3; code++) {
			const char *t = TEXTS[i];
			struct ticket_paper ticket = { t,
						       t,
						       t,
						       t,
						       AUTUMN,
						       AUTUMN + MS_HOUR,
						       "Europe/Berlin",
						       t,
						       t,
						       t,
						       t,
						       code == 1 ? "GH1.ABC" : NULL,
						       code == 2 };
			struct tickets_paper paper = { { NULL, "Site", "https://x.example" }, &ticket, 1 };
			struct buf *out = buf_new(NULL, 4 << 20);

			ck_assert(paper_draw_tickets(out, &paper));
			ck_assert(whole(out));
			talloc_free(out);
		}
}
END_TEST

START_TEST(what_cannot_be_drawn_is_not)
{
	struct ticket_paper ticket = { "T", "V", "", "O", AUTUMN, AUTUMN, "UTC", "C", "H", "R", "R-1", "GH1.A", false };
	struct tickets_paper paper = { { NULL, "Site", "" }, &ticket, 0 };
	struct buf *out = buf_new(NULL, 4 << 20), *small = buf_new(NULL, 200);
	char *huge = talloc_zero_size(out, 4001);

	ck_assert_msg(!paper_draw_tickets(out, &paper), "of no tickets there is no document");
	paper.n = 1;
	ck_assert_msg(!paper_draw_tickets(small, &paper), "there was no room");
	memset(huge, 'x', 4000);
	ticket.code = huge;
	ck_assert_msg(!paper_draw_tickets(out, &paper), "no code has room for that");
	talloc_free(out);
	talloc_free(small);
}
END_TEST

START_TEST(invoices_stay_on_their_page)
{
	struct invoice_line lines[20];
	struct invoice_paper paper = { .head = { NULL, "Site", "https://x.example" },
				       .number = "INV-1-000001",
				       .seller = LONG,
				       .buyer = LONG,
				       .order = "R",
				       .about = LONG,
				       .currency = "KWD",
				       .zone = "UTC",
				       .method = "Card",
				       .lines = lines,
				       .n = 20,
				       .discount = 1,
				       .total = INT64_MAX,
				       .issued_at = AUTUMN,
				       .paid_at = AUTUMN };
	struct buf *out = buf_new(NULL, 4 << 20);

	for (size_t i = 0; i < 20; i++)
		lines[i] = (struct invoice_line){ LONG, 2000, INT64_MAX / 2000, INT64_MAX };
	ck_assert(paper_draw_invoice(out, &paper));
	ck_assert(whole(out));
	ck_assert_ptr_nonnull(memmem(out->data, out->len, "/Count 1", 8));
	talloc_free(out);
}
END_TEST

static const char *calendar(TALLOC_CTX *mem, const char *zone, ms_t starts, ms_t ends)
{
	struct calendar_paper paper = {
		{ NULL, "Site", "https://x.example" }, "u@x", "T", "", "", starts, ends, starts, zone, 3, false
	};
	struct buf *out = buf_new(mem, 1 << 20);

	ck_assert(paper_draw_calendar(out, &paper));
	return out->data;
}

START_TEST(zones_say_what_the_clocks_show)
{
	static const struct {
		int line;
		const char *zone, *has;
	} CASES[] = {
		{ __LINE__, "Europe/Berlin", "DTSTART;TZID=Europe/Berlin:20261118T120640\r\n" },
		{ __LINE__, "Europe/Berlin",
		  "BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\n" },
		{ __LINE__, "Europe/Berlin", "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\n" },
		{ __LINE__, "Asia/Kathmandu",
		  "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0545\r\nTZOFFSETTO:+0545\r\n" },
		{ __LINE__, "Asia/Kathmandu", "DTSTART;TZID=Asia/Kathmandu:20261118T165140\r\n" },
		{ __LINE__, "Europe/Atlantis", "DTSTART;TZID=UTC:20261118T110640\r\n" },
		{ __LINE__, "Europe/Berlin", "SEQUENCE:3\r\n" },
	};
	TALLOC_CTX *mem = talloc_new(NULL);

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		const char *text = calendar(mem, CASES[i].zone, AUTUMN, AUTUMN + MS_HOUR);

		ck_assert_msg(strstr(text, CASES[i].has) != NULL, "line %d: %s", CASES[i].line, text);
	}
	/* Over the night on which the clocks are put back, both hours are told apart. */
	ck_assert_ptr_nonnull(strstr(calendar(mem, "Europe/Berlin", INT64_C(1792886400000), INT64_C(1792893600000)),
				     "DTEND;TZID=Europe/Berlin:"));
	talloc_free(mem);
}
END_TEST

START_TEST(runs_are_the_dark_modules)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	const struct qr_run *runs;
	size_t n;
	int size = qr_runs(mem, "GH1.ABC", &runs, &n);

	ck_assert_int_eq(size, 21 + 2 * QR_QUIET);
	ck_assert_int_eq(runs[0].x, QR_QUIET);
	ck_assert_int_eq(runs[0].y, QR_QUIET);
	ck_assert_int_eq(runs[0].n, 7); /* the finder's upper edge */
	for (size_t i = 0; i < n; i++)
		ck_assert(runs[i].n > 0 && runs[i].x >= QR_QUIET && runs[i].x + runs[i].n <= size - QR_QUIET);
	ck_assert_int_eq(qr_runs(mem, "", &runs, &n), 0);
	ck_assert_uint_eq(n, 0);
	talloc_free(mem);
}
END_TEST

START_TEST(scripts_without_a_font_are_named_once)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	char *list = pdf_scripts_missing(mem, talloc_strdup(mem, ""), "Harbour, Αθήνα, Жизнь, محمد 12:30 (!)");

	ck_assert_str_eq(list, "");
	/* Of private use, so that nobody has a font for it; but it is of no script, and no letter. */
	ck_assert_str_eq(pdf_scripts_missing(mem, list, "\xee\x80\x80"), "");
	/* Anatolian hieroglyphs, U+14400, which the core fonts have not, or have: named once or not at all. */
	list = pdf_scripts_missing(mem, list, "\xf0\x94\x90\x80\xf0\x94\x90\x81");
	list = pdf_scripts_missing(mem, list, "\xf0\x94\x90\x82");
	ck_assert_msg(!*list || !strcmp(list, "Hluw"), "%s", list);
	talloc_free(mem);
}
END_TEST

Suite *paper_suite(void)
{
	Suite *suite = suite_create("paper");
	TCase *tests = tcase_create("paper");

	tcase_set_timeout(tests, 30);
	tcase_add_test(tests, tickets_are_whole_whatever_they_say);
	tcase_add_test(tests, what_cannot_be_drawn_is_not);
	tcase_add_test(tests, invoices_stay_on_their_page);
	tcase_add_test(tests, zones_say_what_the_clocks_show);
	tcase_add_test(tests, runs_are_the_dark_modules);
	tcase_add_test(tests, scripts_without_a_font_are_named_once);
	suite_add_tcase(suite, tests);
	return suite;
}
