/* The rules of the gate against the tables in tests/gate, which a device's own copy of them answers too (verdict.test.mjs). */
#include "rules/held_up.h"
#include "rules/scan.h"
#include <check.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

Suite *gate_suite(void);

#ifndef SRCDIR
#define SRCDIR "."
#endif
#define NOW INT64_C(1790000000000)

static struct json_object *table(const char *path)
{
	struct json_object *cases = json_object_from_file(path);

	ck_assert_msg(cases != NULL, "%s: %s", path, json_util_get_last_err());
	ck_assert_uint_gt(json_object_array_length(cases), 10);
	return cases;
}

static const char *text_of(struct json_object *of, const char *name)
{
	return json_object_get_string(json_object_object_get(of, name));
}

static int64_t number_of(struct json_object *of, const char *name)
{
	return json_object_get_int64(json_object_object_get(of, name));
}

static int place_in(const char *const names[], const char *name)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	ck_abort_msg("%s", name);
	return 0;
}

static const char *const TURNS[] = { "none", "missing", "old", "wrong", "right", NULL };
static const char *const HERES[] = { "yes", "gate", "early", "late", NULL };

#define FACT(name, as)                                                                                                 \
	if (strcmp(key, #name) == 0)                                                                                   \
	return (f->name = as, true)

static bool set_flag(struct scan_facts *f, const char *key, bool given)
{
	FACT(scanning_enabled, given);
	FACT(event_live, given);
	FACT(found, given);
	FACT(card_known, given);
	FACT(card_active, given);
	FACT(by_card, given);
	FACT(by_hand, given);
	FACT(override, given);
	FACT(forged, given);
	FACT(unread, given);
	FACT(several, given);
	FACT(this_event, given);
	FACT(newest_code, given);
	FACT(valid, given);
	FACT(refunded, given);
	FACT(re_entry, given);
	FACT(on_leave, given);
	FACT(out, given);
	FACT(leave, given);
	FACT(repeats, given);
	FACT(full, given);
	return false;
}

static bool set_number(struct scan_facts *f, const char *key, int64_t given)
{
	FACT(now, given);
	FACT(opens, given);
	FACT(closes, given);
	FACT(entries, (int)given);
	FACT(last_in_at, given);
	FACT(day_began, given);
	FACT(age, (int)given);
	FACT(min_age, (int)given);
	return false;
}

static bool set_word(struct scan_facts *f, const char *key, const char *given)
{
	FACT(presence, presence_named(given));
	FACT(turn, (enum turn)place_in(TURNS, given));
	FACT(category_here, (enum category_here)place_in(HERES, given));
	return false;
}

static bool set_fact(struct scan_facts *f, const char *key, struct json_object *given)
{
	switch (json_object_get_type(given)) {
	case json_type_boolean:
		return set_flag(f, key, json_object_get_boolean(given));
	case json_type_int:
		return set_number(f, key, json_object_get_int64(given));
	default:
		return set_word(f, key, json_object_get_string(given));
	}
}

/* What is not named is as of a valid ticket at an open gate, never in. */
static struct scan_facts facts_of(struct json_object *named)
{
	struct scan_facts f = { .scanning_enabled = true,
				.event_live = true,
				.now = NOW,
				.opens = NOW - MS_DAY,
				.closes = NOW + MS_DAY,
				.found = true,
				.card_known = true,
				.card_active = true,
				.this_event = true,
				.newest_code = true,
				.valid = true,
				.re_entry = true,
				.age = AGE_UNKNOWN };
	json_object_object_foreach(named, key, given)
	{
		ck_assert_msg(set_fact(&f, key, given), "there is no fact %s", key);
	}
	return f;
}

static const char *note_of(struct json_object *of)
{
	struct json_object *notes = json_object_object_get(of, "notes");

	return notes ? json_object_get_string(json_object_array_get_idx(notes, 0)) : "";
}

START_TEST(cases_get_their_verdicts)
{
	struct json_object *cases = table(SRCDIR "/tests/gate/cases.json");

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		const char *name = text_of(one, "name");
		const struct scan_facts f = facts_of(json_object_object_get(one, "facts"));
		const struct verdict v = scan_verdict(&f);

		ck_assert_msg(!strcmp(v.result, text_of(one, "result")), "%s: %s", name, v.result);
		ck_assert_msg(!strcmp(v.reason, text_of(one, "reason")), "%s: %s", name, v.reason);
		ck_assert_msg(v.moves == json_object_get_boolean(json_object_object_get(one, "moves")), "%s", name);
		ck_assert_msg(!strcmp(v.note ? v.note : "", note_of(one)), "%s: note", name);
		ck_assert_msg(*v.sentence && (!v.note || *scan_note_sentence(v.note)), "%s: sentence", name);
	}
	json_object_put(cases);
}
END_TEST

START_TEST(places_are_told)
{
	struct json_object *cases = table(SRCDIR "/tests/gate/places.json");

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		struct json_object *listed = json_object_object_get(one, "rules");
		struct gate_rule rules[8];
		size_t n = json_object_array_length(listed);

		ck_assert_uint_le(n, 8);
		for (size_t k = 0; k < n; k++) {
			struct json_object *rule = json_object_array_get_idx(listed, k);

			rules[k] = (struct gate_rule){ text_of(rule, "gate"), number_of(rule, "opens_at"),
						       number_of(rule, "closes_at") };
		}
		ck_assert_str_eq(HERES[category_here(rules, n, text_of(one, "gate"), number_of(one, "now"))],
				 text_of(one, "here"));
	}
	json_object_put(cases);
}
END_TEST

START_TEST(ages_are_told)
{
	struct json_object *cases = table(SRCDIR "/tests/gate/ages.json");

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		int age = age_on(text_of(one, "born"), text_of(one, "day"));

		ck_assert_msg(age == number_of(one, "age"), "%s: %d", json_object_to_json_string(one), age);
	}
	json_object_put(cases);
}
END_TEST

static const char *const KINDS[] = { "unread", "code", "card", "reference", NULL };

/* The text that a reading leads to, by its kind; NULL: to none. */
static const char *read_as(enum held_up kind, const char *tidied, char out[CARD_UID_SIZE])
{
	if (kind == HELD_CODE)
		return tidied;
	if (kind == HELD_CARD)
		return card_uid_normalise(tidied, out) ? out : NULL;
	return kind == HELD_REFERENCE && held_up_reference(tidied, out) ? out : NULL;
}

START_TEST(readings_are_tidied)
{
	struct json_object *cases = table(SRCDIR "/tests/gate/codes.json");

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		char buffer[HELD_UP_SIZE], again[HELD_UP_SIZE], out[CARD_UID_SIZE];
		const char *tidied = held_up_tidy(text_of(one, "typed"), buffer), *wanted = text_of(one, "code");
		enum held_up kind = held_up_kind(tidied);
		const char *read = read_as(kind, tidied, out);

		ck_assert_msg(!strcmp(KINDS[kind], text_of(one, "kind")), "%s: %s", text_of(one, "typed"), KINDS[kind]);
		ck_assert_msg(!read == !wanted && (!read || !strcmp(read, wanted)), "%s: %s", text_of(one, "typed"),
			      read);
		ck_assert_str_eq(held_up_tidy(tidied, again), tidied);
	}
	json_object_put(cases);
}
END_TEST

START_TEST(what_is_too_long_stays_as_it_is)
{
	static char text[HELD_UP_SIZE + 1];
	char out[HELD_UP_SIZE];

	memset(text, ' ', HELD_UP_SIZE - 1);
	ck_assert_str_eq(held_up_tidy(text, out), "");
	text[HELD_UP_SIZE - 1] = ' ';
	ck_assert_ptr_eq(held_up_tidy(text, out), text);
}
END_TEST

static ms_t at(const char *iso)
{
	ms_t time;

	ck_assert_msg(clock_parse(iso, &time), "%s", iso);
	return time;
}

/* Nights in which clocks are moved too: a day has 23 or 25 hours then, and begins when they first show its change. */
START_TEST(days_begin_at_their_change)
{
	static const struct {
		int line, change;
		const char *now, *zone, *began;
	} cases[] = {
		{ __LINE__, 240, "2026-06-10T12:00:00Z", "UTC", "2026-06-10T04:00:00Z" },
		{ __LINE__, 240, "2026-06-10T04:00:00Z", "UTC", "2026-06-10T04:00:00Z" },
		{ __LINE__, 240, "2026-06-10T03:59:59.999Z", "UTC", "2026-06-09T04:00:00Z" },
		{ __LINE__, 0, "2026-06-10T00:00:00Z", "UTC", "2026-06-10T00:00:00Z" },
		{ __LINE__, 0, "2026-06-09T23:59:59.999Z", "UTC", "2026-06-09T00:00:00Z" },
		{ __LINE__, 1439, "2026-06-10T23:58:00Z", "UTC", "2026-06-09T23:59:00Z" },
		{ __LINE__, 240, "2026-01-01T02:00:00Z", "UTC", "2025-12-31T04:00:00Z" },
		{ __LINE__, 240, "2026-03-01T02:00:00Z", "UTC", "2026-02-28T04:00:00Z" },
		{ __LINE__, 240, "2026-06-10T00:59:00Z", "Asia/Riyadh", "2026-06-09T01:00:00Z" },
		{ __LINE__, 240, "2026-06-10T01:00:00Z", "Asia/Riyadh", "2026-06-10T01:00:00Z" },
		{ __LINE__, 240, "2026-06-09T22:15:00Z", "Asia/Kathmandu", "2026-06-09T22:15:00Z" },
		{ __LINE__, 240, "2026-06-10T07:59:00Z", "America/New_York", "2026-06-09T08:00:00Z" },
		/* spring: 02:00 to 03:00 are skipped on 29 March */
		{ __LINE__, 240, "2026-03-29T01:59:00Z", "Europe/Berlin", "2026-03-28T03:00:00Z" },
		{ __LINE__, 240, "2026-03-29T02:00:00Z", "Europe/Berlin", "2026-03-29T02:00:00Z" },
		{ __LINE__, 150, "2026-03-29T00:59:00Z", "Europe/Berlin", "2026-03-28T01:30:00Z" },
		{ __LINE__, 150, "2026-03-29T01:00:00Z", "Europe/Berlin", "2026-03-29T01:00:00Z" },
		/* autumn: 02:00 to 03:00 come twice on 25 October */
		{ __LINE__, 240, "2026-10-25T02:59:00Z", "Europe/Berlin", "2026-10-24T02:00:00Z" },
		{ __LINE__, 240, "2026-10-25T03:00:00Z", "Europe/Berlin", "2026-10-25T03:00:00Z" },
		{ __LINE__, 150, "2026-10-25T00:29:00Z", "Europe/Berlin", "2026-10-24T00:30:00Z" },
		{ __LINE__, 150, "2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25T00:30:00Z" },
		{ __LINE__, 150, "2026-10-25T01:15:00Z", "Europe/Berlin", "2026-10-25T00:30:00Z" },
		{ __LINE__, 240, "2026-06-10T12:00:00Z", "No/Where", "2026-06-10T04:00:00Z" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[ISO_SIZE];
		ms_t began = day_began(at(cases[i].now), cases[i].zone, cases[i].change);

		ck_assert_msg(began == at(cases[i].began), "line %d: %s", cases[i].line, clock_iso(began, text));
	}
}
END_TEST

Suite *gate_suite(void)
{
	Suite *suite = suite_create("gate");
	TCase *tc = tcase_create("gate");

	tcase_add_test(tc, cases_get_their_verdicts);
	tcase_add_test(tc, places_are_told);
	tcase_add_test(tc, ages_are_told);
	tcase_add_test(tc, readings_are_tidied);
	tcase_add_test(tc, what_is_too_long_stays_as_it_is);
	tcase_add_test(tc, days_begin_at_their_change);
	suite_add_tcase(suite, tc);
	return suite;
}
