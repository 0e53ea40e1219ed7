/* What is said in which language: a translation's file, what a reader asks for, and what is put together by the program, which
 * no reading of the source finds (tests/check-sentences does the rest). */
#include "app/resource.h"
#include "base/tongue.h"
#include "check_temp.h"
#include "http/mount.h"
#include "resources/resources.h"
#include "routes/mounts.h"
#include "routes/routes.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

Suite *tongue_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

static TALLOC_CTX *mem;

static void set_up(void)
{
	mem = talloc_new(NULL);
}

static void tear_down(void)
{
	talloc_free(mem);
}

/* lang/<locale>/sentences.po with text, in a directory of its own, which is answered. */
static const char *lang_with(const char *locale, const char *text)
{
	char directory[CHECK_TEMP_SIZE];
	const char *lang, *path;
	FILE *file;

	lang = talloc_asprintf(mem, "%s/lang", check_temp(directory));
	ck_assert_int_eq(mkdir(lang, 0700), 0);
	ck_assert_int_eq(mkdir(talloc_asprintf(mem, "%s/en", lang), 0700), 0);
	path = talloc_asprintf(mem, "%s/%s", lang, locale);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	file = fopen(talloc_asprintf(mem, "%s/sentences.po", path), "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	return talloc_strdup(mem, directory);
}

static void load(const char *locale, const char *text)
{
	const char *error = NULL;

	ck_assert_msg(tongues_load(lang_with(locale, text), &error), "%s", error);
}

START_TEST(a_translation_is_read)
{
	const struct tongue *de;

	load("de",
	     "# Kommentar\n\nmsgid \"There is no such event.\"\nmsgstr \"So eine Veranstaltung gibt es nicht.\"\n\n"
	     "msgid \"Only %lld of %s are left.\"\nmsgstr \"Nur %lld von \"\n\"%s sind übrig: \\\"%%\\\"\\n\"\n"
	     "msgid \"untranslated\"\nmsgstr \"\"\n");
	de = tongue_named("de-AT");
	ck_assert_ptr_nonnull(de);
	ck_assert_str_eq(tongue_locale(de), "de");
	ck_assert_str_eq(tongue_says(de, "There is no such event."), "So eine Veranstaltung gibt es nicht.");
	ck_assert_str_eq(tongue_says(de, "untranslated"), "untranslated");
	ck_assert_str_eq(tongue_says(de, "Nobody translated this."), "Nobody translated this.");
	ck_assert_str_eq(tongue_say(de, mem, "Only %lld of %s are left.", 3LL, "Standing"),
			 "Nur 3 von Standing sind übrig: \"%\"\n");
	ck_assert_str_eq(tongue_says(tongue_named("en"), "There is no such event."), "There is no such event.");
	ck_assert_str_eq(tongue_says(NULL, "There is no such event."), "There is no such event.");
	ck_assert_str_eq(tongue_locale(NULL), "en");
	ck_assert_ptr_null(tongue_named("fr"));
	ck_assert_ptr_null(tongue_named("d"));
	ck_assert_ptr_null(tongue_named(""));
	ck_assert_ptr_null(tongue_named(NULL));
}
END_TEST

/* A format that is given other values than it asks for reads what is not there. */
START_TEST(a_bad_translation_is_refused)
{
	static const struct {
		int line;
		const char *text, *why;
	} CASES[] = {
		{ __LINE__, "msgid \"%s of %lld\"\nmsgstr \"%lld %s\"\n", "conversions" },
		{ __LINE__, "msgid \"%s\"\nmsgstr \"none\"\n", "conversions" },
		{ __LINE__, "msgid \"none\"\nmsgstr \"%n\"\n", "conversions" },
		{ __LINE__, "msgid \"%d a\"\nmsgstr \"%*d\"\n", "conversions" },
		{ __LINE__, "msgid \"%s\"\nmsgstr \"%2$s\"\n", "conversions" },
		{ __LINE__, "msgid \"a\"\nmsgstr \"b\n", "no end" },
		{ __LINE__, "msgid \"a\" b\nmsgstr \"b\"\n", "behind it" },
		{ __LINE__, "msgid a\n", "no quoted" },
		{ __LINE__, "\"a\"\n", "before any" },
		{ __LINE__, "msgstr \"a\"\n", "before any" },
	};

	load("de", "msgid \"a\"\nmsgstr \"good\"\n");
	for (size_t i = 0; i < N(CASES); i++) {
		const char *error = "";

		ck_assert_msg(!tongues_load(lang_with("de", CASES[i].text), &error), "line %d", CASES[i].line);
		ck_assert_msg(strstr(error, CASES[i].why) != NULL, "line %d: %s", CASES[i].line, error);
		ck_assert_str_eq(tongue_says(tongue_named("de"), "a"), "good"); /* what was there stays */
	}
}
END_TEST

START_TEST(a_reader_is_heard)
{
	static const struct {
		int line;
		const char *header, *locale;
	} CASES[] = {
		{ __LINE__, "ar", "ar" },
		{ __LINE__, "ar-EG,ar;q=0.9,en;q=0.8", "ar" },
		{ __LINE__, "AR-eg", "ar" },
		{ __LINE__, "en;q=0.5, ar;q=0.7", "ar" },
		{ __LINE__, "ar;q=0.5,en", "en" },
		{ __LINE__, "fr-FR, fr;q=0.9, ar ; q=0.3, en;q=0.2", "ar" },
		{ __LINE__, "ar;q=0, en;q=0.1", "en" },
		{ __LINE__, "ar;q=0.001,en;q=0.002", "en" },
		{ __LINE__, "ar;Q=1.000,en", "ar" },
		{ __LINE__, "en,ar", "en" },
		{ __LINE__, "ar;q=x,en;q=0.1", "en" },
		{ __LINE__, "arabic", NULL },
		{ __LINE__, "ar;q=0", NULL },
		{ __LINE__, "fr, de", NULL },
		{ __LINE__, "*", NULL },
		{ __LINE__, ", ,;,=", NULL },
		{ __LINE__, "", NULL },
		{ __LINE__, NULL, NULL },
	};

	load("ar", "");
	for (size_t i = 0; i < N(CASES); i++) {
		const struct tongue *tongue = tongue_wanted(CASES[i].header);

		ck_assert_msg(CASES[i].locale ? tongue && !strcmp(tongue_locale(tongue), CASES[i].locale) : !tongue,
			      "line %d: %s", CASES[i].line, tongue ? tongue_locale(tongue) : "none");
	}
}
END_TEST

static const struct tongue *arabic(void)
{
	const char *error = NULL;

	ck_assert_msg(tongues_load(SRCDIR "/templates", &error), "%s", error);
	ck_assert_ptr_nonnull(tongue_named("ar"));
	return tongue_named("ar");
}

START_TEST(moments_name_their_zone)
{
	const ms_t at = INT64_C(1795287600000); /* 2026-11-21T19:00:00Z */

	ck_assert_str_eq(tongue_moment(NULL, mem, at, "Europe/Berlin"),
			 "Saturday, 21 November 2026, 20:00 (Europe/Berlin)");
	ck_assert_str_eq(tongue_moment(NULL, mem, at, "Nowhere/Land"), "Saturday, 21 November 2026, 19:00 (UTC)");
	ck_assert_str_eq(tongue_moment(arabic(), mem, at, "Asia/Tokyo"), "الأحد، 22 نوفمبر 2026، 04:00 (Asia/Tokyo)");
}
END_TEST

static void is_said(const struct tongue *tongue, const char *english, const char *where)
{
	ck_assert_msg(strcmp(tongue_says(tongue, english), english) != 0, "%s: \"%s\" is not in %s", where, english,
		      tongue_locale(tongue));
}

static char *words_in(const char *noun)
{
	char *words = talloc_strdup(mem, noun);

	for (char *c = words; *c; c++)
		if (*c == '_')
			*c = ' ';
	return words;
}

/* Hints of forms, nouns and their states inside sentences, and what a mount says of a wrong password. */
START_TEST(what_is_declared_is_said)
{
	const struct tongue *ar = arabic();
	size_t n;
	const struct route *routes = routes_all(&n);

	for (const struct route *r = routes; r < routes + n; r++)
		for (const struct field *f = r->page ? route_form(r) : NULL; f && f->name; f++)
			if (r->resource && f->help)
				is_said(ar, f->help, r->path);
	for (const struct resource *r = resource_all(); r->path; r++) {
		is_said(ar, words_in(r->noun), r->path);
		for (const struct act *a = r->acts; a && a->name; a++) {
			if (a->to)
				is_said(ar, a->to, r->path);
			if (a->message)
				is_said(ar, a->message, r->path);
		}
	}
	for (const struct mount *m = MOUNTS; m->name; m++)
		if (m->mistaken)
			is_said(ar, m->mistaken, m->name);
}
END_TEST

Suite *tongue_suite(void)
{
	Suite *suite = suite_create("tongue");
	TCase *all = tcase_create("tongue");

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_add_test(all, a_translation_is_read);
	tcase_add_test(all, a_bad_translation_is_refused);
	tcase_add_test(all, a_reader_is_heard);
	tcase_add_test(all, moments_name_their_zone);
	tcase_add_test(all, what_is_declared_is_said);
	suite_add_tcase(suite, all);
	return suite;
}
