/* Signatures as pens draw them: what is taken, how long they are, and which no hand drew. */
#include "base/json_in.h"
#include "rules/strokes.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *strokes_suite(void);

static enum strokes_fault read_text(const char *text, struct strokes *out)
{
	struct json_object *json = NULL;
	enum strokes_fault fault;

	ck_assert_msg(!json_read(text, strlen(text), &json), "%s", text);
	fault = strokes_read(NULL, json, out);
	json_object_put(json);
	return fault;
}

#define SEVEN "[0,0,0],[0.1,0,9],[0.2,0,21],[0.3,0,30],[0.4,0,44],[0.5,0,51],[0.6,0,60]"

START_TEST(only_what_is_a_signature_is_taken)
{
	static const struct {
		int line;
		const char *text;
		enum strokes_fault fault;
	} ROWS[] = {
		{ __LINE__, "[[" SEVEN ",[0.7,0,77]]]", STROKES_GOOD },
		{ __LINE__, "[[" SEVEN "],[[1,1,5000000000000]]]", STROKES_MALFORMED },
		{ __LINE__, "[[" SEVEN "],[[1,1,100,0.5]]]", STROKES_GOOD },
		{ __LINE__, "[[" SEVEN "],[]]", STROKES_TOO_FEW },
		{ __LINE__, "[]", STROKES_TOO_FEW },
		{ __LINE__, "{}", STROKES_MALFORMED },
		{ __LINE__, "null", STROKES_MALFORMED },
		{ __LINE__, "[1,2,3]", STROKES_MALFORMED },
		{ __LINE__, "[[" SEVEN ",[0.7,0]]]", STROKES_MALFORMED },
		{ __LINE__, "[[" SEVEN ",[0.7,0,1,1,1]]]", STROKES_MALFORMED },
		{ __LINE__, "[[" SEVEN ",[0.7,0,\"1\"]]]", STROKES_MALFORMED },
		{ __LINE__, "[[" SEVEN ",[1.01,0,1]]]", STROKES_MALFORMED },
		{ __LINE__, "[[" SEVEN ",[0.7,-0.1,1]]]", STROKES_MALFORMED },
		{ __LINE__, "[[" SEVEN ",[0.7,0,-1]]]", STROKES_MALFORMED },
		{ __LINE__, "[[" SEVEN ",[0.7,0,1,2]]]", STROKES_MALFORMED },
		{ __LINE__, "[[" SEVEN ",7]]", STROKES_MALFORMED },
		/* A long way between two strokes is none of the pen's. */
		{ __LINE__, "[[[0,0,0],[0.01,0,1],[0.02,0,2],[0.03,0,3]],[[1,1,4],[0.99,1,5],[0.98,1,6],[0.97,1,7]]]",
		  STROKES_BLANK },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct strokes strokes;
		enum strokes_fault fault = read_text(ROWS[i].text, &strokes);

		ck_assert_msg(fault == ROWS[i].fault, "line %d: %d", ROWS[i].line, (int)fault);
		talloc_free(strokes.at);
	}
}
END_TEST

/* n points to the right, the intervals between them turn among these. */
static enum strokes_fault drawn(size_t n, const int intervals[3], struct strokes *out)
{
	struct json_object *json = json_object_new_array(), *stroke = json_object_new_array();
	enum strokes_fault fault;
	int time = 1000;

	for (size_t i = 0; i < n; i++, time += intervals[i % 3]) {
		struct json_object *point = json_object_new_array();

		json_object_array_add(point, json_object_new_double((double)i / (double)n));
		json_object_array_add(point, json_object_new_double(0.5));
		json_object_array_add(point, json_object_new_int(time));
		json_object_array_add(stroke, point);
	}
	json_object_array_add(json, stroke);
	fault = strokes_read(NULL, json, out);
	json_object_put(json);
	return fault;
}

START_TEST(there_are_bounds_to_how_many_points_it_has)
{
	static const int STEADY[] = { 1, 1, 1 };
	struct strokes strokes;

	ck_assert_int_eq(drawn(STROKES_MOST, STEADY, &strokes), STROKES_GOOD);
	talloc_free(strokes.at);
	ck_assert_int_eq(drawn(STROKES_MOST + 1, STEADY, &strokes), STROKES_TOO_MANY);
}
END_TEST

START_TEST(lengths_are_in_widths_of_a_pad_twice_as_wide)
{
	struct strokes strokes;

	ck_assert_int_eq(read_text("[[[0,0,0],[0.3,0.8,1]],[[0,0,2],[0,0,3],[0,0,4],[0,0,5],[0,0,6],[0,1,7]]]",
				   &strokes),
			 STROKES_GOOD);
	ck_assert_double_eq_tol(strokes_length(&strokes), 0.5 + 0.5, 1e-9);
	talloc_free(strokes.at);
}
END_TEST

START_TEST(what_comes_as_a_clock_ticks_no_hand_drew)
{
	static const struct {
		int line;
		size_t points;
		int intervals[3];
		bool replayed;
	} ROWS[] = {
		{ __LINE__, 20, { 16, 16, 16 }, true }, { __LINE__, 19, { 16, 16, 16 }, false },
		{ __LINE__, 40, { 16, 17, 16 }, true }, { __LINE__, 40, { 14, 16, 18 }, false },
		{ __LINE__, 40, { 8, 16, 33 }, false },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct strokes strokes;
		double spread;

		ck_assert_int_eq(drawn(ROWS[i].points, ROWS[i].intervals, &strokes), STROKES_GOOD);
		ck_assert_msg(strokes_replayed(&strokes, &spread) == ROWS[i].replayed, "line %d: %f", ROWS[i].line,
			      spread);
		talloc_free(strokes.at);
	}
}
END_TEST

START_TEST(the_same_drawing_later_is_the_same_ink)
{
	static const char *const TEXTS[] = { "[[" SEVEN ",[0.7,0,77]]]",
					     "[[[0,0,1000],[0.1,0,1009],[0.2,0,1021],[0.3,0,1030],[0.4,0,1044],"
					     "[0.5,0,1051],[0.6,0,1060],[0.7,0,1077]]]",
					     "[[" SEVEN ",[0.7,0,78]]]", "[[" SEVEN "],[[0.7,0,77]]]" };
	struct buf *ink[4];

	for (int i = 0; i < 4; i++) {
		struct strokes strokes;

		ck_assert_int_eq(read_text(TEXTS[i], &strokes), STROKES_GOOD);
		ink[i] = buf_new(NULL, 10000);
		strokes_ink(&strokes, ink[i]);
		talloc_free(strokes.at);
	}
	ck_assert(ink[0]->len == ink[1]->len && !memcmp(ink[0]->data, ink[1]->data, ink[0]->len));
	for (int i = 2; i < 4; i++)
		ck_assert(ink[0]->len != ink[i]->len || memcmp(ink[0]->data, ink[i]->data, ink[0]->len));
	for (int i = 0; i < 4; i++)
		talloc_free(ink[i]);
}
END_TEST

START_TEST(it_is_drawn_as_lines)
{
	struct strokes strokes;
	struct buf *svg = buf_new(NULL, 10000);

	ck_assert_int_eq(read_text("[[" SEVEN "],[[1,1,77],[0.25,0.5,90,0.5]]]", &strokes), STROKES_GOOD);
	strokes_svg(&strokes, svg);
	ck_assert_ptr_nonnull(strstr(svg->data, "viewBox=\"0 0 600 300\""));
	ck_assert_ptr_nonnull(strstr(svg->data,
				     " d=\"M0.0 0.0L60.0 0.0L120.0 0.0L180.0 0.0L240.0 0.0L300.0 0.0L360.0 0.0"
				     "M600.0 300.0L150.0 150.0\"/></svg>"));
	talloc_free(strokes.at);
	talloc_free(svg);
}
END_TEST

Suite *strokes_suite(void)
{
	Suite *suite = suite_create("strokes");
	TCase *tests = tcase_create("strokes");

	tcase_add_test(tests, only_what_is_a_signature_is_taken);
	tcase_add_test(tests, there_are_bounds_to_how_many_points_it_has);
	tcase_add_test(tests, lengths_are_in_widths_of_a_pad_twice_as_wide);
	tcase_add_test(tests, what_comes_as_a_clock_ticks_no_hand_drew);
	tcase_add_test(tests, the_same_drawing_later_is_the_same_ink);
	tcase_add_test(tests, it_is_drawn_as_lines);
	suite_add_tcase(suite, tests);
	return suite;
}
