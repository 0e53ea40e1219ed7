/* Every page under templates/, with what its action leaves in tests/fixtures/<the same path>.json. Rendered as it is, it
 * must be well formed and say what the fixture expects; rendered with a hostile text in every place in turn, and in all
 * at once, nothing of that may become a tag, an attribute or a link. A page without a fixture fails.
 *
 * A fixture is a list of cases: { "case": its name, "data": the answer, "beside": what the page shows with it, "page": what
 * differs from FRAME below, "expect": texts that the page must have, "absent": texts that it must not have }. Expected texts are
 * HTML as sent. Those that are "recorded" are what the program answered (tests/record/run); the others are of states that one
 * does not come by. */
#include "base/buf.h"
#include "base/country.h"
#include "base/money.h"
#include "render/html.h"
#include <check.h>
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

Suite *templates_suite(void);

#define HOSTILE "\"><script>alert(1)</script>'&"
#define LINK "javascript:alert(1)//"

enum { PAGE_MAX = 60 * 1024, HOSTILE_MAX = 4 << 20, DEEP = 64, ATTRIBUTES = 32, NAMES = 400 };

static const char FRAME[] =
	"{\"name\":\"Gatehouse\",\"portal\":\"customer\",\"prefix\":\"\",\"path\":\"/\",\"query\":\"\",\"csrf\":\"c5f7\","
	"\"locale\":\"en\",\"dir\":\"ltr\",\"signed_in\":true,\"demo\":true,\"status\":200,\"refused\":false,"
	"\"request_id\":\"8c1f2a\",\"now\":\"2026-11-21T18:00:00.000Z\",\"locales\":[\"en\",\"ar\"],"
	"\"who\":{\"name\":\"Mira Castellanos\",\"role\":\"customer\",\"event_id\":0},\"errors\":{},\"form\":{}}";

static TALLOC_CTX *mem;
static char **pages; /* "event/show.html" …, found once for the whole suite */
static int n_pages;

static const char *source(const char *path)
{
	const char *root = getenv("GATEHOUSE_SRC");

	return talloc_asprintf(mem, "%s/%s", root ? root : ".", path);
}

/* ---- a reader of our own HTML: stricter than a browser, for what it refuses is a slip at least ---- */

struct reader {
	const char *page, *at; /* for messages; where it reads */
	const char *open[DEEP];
	size_t open_len[DEEP];
	int depth;
	const char *id[NAMES], *wanted[NAMES]; /* NULL-terminated copies */
	int ids, wants;
	char fault[300];
};

static bool is_one_of(const char *word, size_t len, const char *list)
{
	for (const char *w = list; *w; w += strcspn(w, " "), w += *w == ' ')
		if (strcspn(w, " ") == len && !strncmp(w, word, len))
			return true;
	return false;
}

static bool fault(struct reader *r, const char *what)
{
	if (!*r->fault)
		snprintf(r->fault, sizeof r->fault, "%s: %s at: %.120s", r->page, what, r->at);
	return false;
}

static bool inside(const struct reader *r, const char *name)
{
	for (int i = 0; i < r->depth; i++)
		if (r->open_len[i] == strlen(name) && !strncmp(r->open[i], name, r->open_len[i]))
			return true;
	return false;
}

/* "&" must begin a character reference. */
static bool read_text(struct reader *r, const char *end_at)
{
	for (; *r->at && !strchr(end_at, *r->at); r->at++) {
		size_t len;

		if (*r->at == '<')
			return fault(r, "a bare <");
		if (*r->at != '&')
			continue;
		len = strspn(r->at + 1, "#abcdefghijklmnopqrstuvwxyz0123456789");
		if (!len || r->at[1 + len] != ';')
			return fault(r, "a bare &");
	}
	return true;
}

static void remember(const char **list, int *n, const char *text, size_t len)
{
	ck_assert_int_lt(*n, NAMES);
	list[(*n)++] = talloc_strndup(mem, text, len);
}

/* What an attribute names must be there; several may be named. */
static void remember_wanted(struct reader *r, const char *value, size_t len)
{
	for (const char *end = value + len; value < end; value++) {
		size_t word = strcspn(value, " \"");

		remember(r->wanted, &r->wants, value, word);
		value += word;
	}
}

static bool judge_attribute(struct reader *r, const char *name, size_t len, const char *value, size_t value_len)
{
	if (len >= 2 && !strncmp(name, "on", 2))
		return fault(r, "an on… attribute");
	if (is_one_of(name, len, "style srcdoc"))
		return fault(r, "an attribute that the policy refuses");
	if (is_one_of(name, len, "href action formaction") && !strncasecmp(value, "javascript", 10))
		return fault(r, "a link that is a script");
	if (is_one_of(name, len, "id"))
		remember(r->id, &r->ids, value, value_len);
	if (is_one_of(name, len, "for aria-describedby aria-labelledby popovertarget"))
		remember_wanted(r, value, value_len);
	if (is_one_of(name, len, "href") && *value == '#')
		remember_wanted(r, value + 1, value_len - 1);
	return true;
}

/* One attribute: a name, or name="value". */
static bool read_attribute(struct reader *r, const char **names, size_t *lens, int *n)
{
	const char *name = r->at, *value = "";
	size_t len = strspn(r->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:"), value_len = 0;

	if (!len)
		return fault(r, "no attribute");
	for (int i = 0; i < *n; i++)
		if (lens[i] == len && !strncmp(names[i], name, len))
			return fault(r, "an attribute twice");
	ck_assert_int_lt(*n, ATTRIBUTES);
	names[*n] = name;
	lens[(*n)++] = len;
	r->at += len;
	if (*r->at == '=') {
		if (*++r->at != '"')
			return fault(r, "a value without double quotes");
		value = ++r->at;
		if (!read_text(r, "\""))
			return false;
		value_len = (size_t)(r->at - value);
		if (*r->at++ != '"')
			return fault(r, "a value without end");
	}
	if (!strchr(" \n\t/>", *r->at))
		return fault(r, "something stuck to an attribute");
	return judge_attribute(r, name, len, value, value_len);
}

static bool judge_tag(struct reader *r, const char *name, size_t len, bool src)
{
	if (is_one_of(name, len, "script") && !src)
		return fault(r, "a script in the page");
	if (is_one_of(name, len, "iframe object embed base"))
		return fault(r, "an element that the policy refuses");
	if (inside(r, "p") &&
	    is_one_of(name, len,
		      "p div ul ol dl form section article aside header nav table figure fieldset details h1 h2 h3"))
		return fault(r, "a block inside <p>");
	if (inside(r, "form") && is_one_of(name, len, "form"))
		return fault(r, "a form inside a form");
	if (inside(r, "a") && is_one_of(name, len, "a button input select"))
		return fault(r, "something to press inside a link");
	return true;
}

/* An option ends where the next begins, or what it is in ends (WHATWG HTML, 13.1.2.4). */
static void leave_option(struct reader *r)
{
	if (r->depth && r->open_len[r->depth - 1] == 6 && !strncmp(r->open[r->depth - 1], "option", 6))
		r->depth--;
}

static bool read_start(struct reader *r)
{
	const char *name = ++r->at, *names[ATTRIBUTES];
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789"), lens[ATTRIBUTES];
	bool src = false, closed = false;
	int n = 0;

	if (!len)
		return fault(r, "a bare <");
	r->at += len;
	for (;;) {
		r->at += strspn(r->at, " \n\t");
		if (*r->at == '>')
			break;
		if (*r->at == '/' && r->at[1] == '>') {
			closed = true;
			r->at++;
			break;
		}
		if (!read_attribute(r, names, lens, &n))
			return false;
		src = src || (lens[n - 1] == 3 && !strncmp(names[n - 1], "src", 3));
	}
	r->at++;
	if (is_one_of(name, len, "option optgroup"))
		leave_option(r);
	if (!judge_tag(r, name, len, src))
		return false;
	if (closed && !inside(r, "svg"))
		return fault(r, "<…/> outside of svg");
	if (closed || is_one_of(name, len, "area br col hr img input link meta source wbr"))
		return true;
	if (r->depth == DEEP)
		return fault(r, "too deep");
	r->open[r->depth] = name;
	r->open_len[r->depth++] = len;
	return true;
}

static bool read_end(struct reader *r)
{
	size_t len = strspn(r->at + 2, "abcdefghijklmnopqrstuvwxyz0123456789");

	if (is_one_of(r->at + 2, len, "optgroup select"))
		leave_option(r);
	if (!r->depth || r->open_len[r->depth - 1] != len || strncmp(r->open[r->depth - 1], r->at + 2, len) ||
	    r->at[2 + len] != '>')
		return fault(r, "an end tag that closes nothing");
	r->depth--;
	r->at += len + 3;
	return true;
}

/* Reads the whole page; true when nothing is wrong with it. */
static bool well_formed(struct reader *r, const char *page, const char *html)
{
	memset(r, 0, sizeof *r);
	r->page = page;
	r->at = html;
	if (strncmp(r->at, "<!doctype html>", 15))
		return fault(r, "no doctype");
	r->at += 15;
	while (*r->at) {
		bool good = *r->at != '<' ? read_text(r, "<") : r->at[1] == '/' ? read_end(r) : read_start(r);

		if (!good)
			return false;
	}
	return r->depth == 0 || fault(r, "a tag without end");
}

static bool has(const char *const *list, int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(list[i], word))
			return true;
	return false;
}

/* Every id once, and everything that is named is there. */
static bool names_hold(struct reader *r)
{
	for (int i = 0; i < r->ids; i++)
		if (has(r->id, i, r->id[i])) {
			r->at = r->id[i];
			return fault(r, "an id twice");
		}
	for (int i = 0; i < r->wants; i++)
		if (!has(r->id, r->ids, r->wanted[i])) {
			r->at = r->wanted[i];
			return fault(r, "an id that is not there");
		}
	return true;
}

/* ---- rendering a case with some of its texts replaced ---- */

struct swap {
	int target, seen; /* which text leaf, -1: all of them; how many there were */
	bool link;	  /* LINK instead of HOSTILE, and only where a text could begin a link */
};

static struct json_object *swapped(struct json_object *tree, struct swap *swap);

static struct json_object *swapped_text(struct json_object *text, struct swap *swap)
{
	const char *was = json_object_get_string(text);
	int mine = swap->seen++;

	if (swap->target != -1 && swap->target != mine)
		return json_object_get(text);
	if (swap->link)
		return json_object_new_string(*was == '/' ? was : talloc_asprintf(mem, LINK "%s", was));
	/* What is a path stays one, as in life; all else may be anything. */
	return json_object_new_string(*was == '/' ? talloc_asprintf(mem, "%s" HOSTILE, was)
						  : talloc_asprintf(mem, HOSTILE "%s", was));
}

static struct json_object *swapped(struct json_object *tree, struct swap *swap)
{
	struct json_object *copy;

	switch (json_object_get_type(tree)) {
	case json_type_string:
		return swapped_text(tree, swap);
	case json_type_object:
		copy = json_object_new_object();
		json_object_object_foreach(tree, key, member) json_object_object_add(copy, key, swapped(member, swap));
		return copy;
	case json_type_array:
		copy = json_object_new_array();
		for (size_t i = 0; i < json_object_array_length(tree); i++)
			json_object_array_add(copy, swapped(json_object_array_get_idx(tree, i), swap));
		return copy;
	default:
		return json_object_get(tree);
	}
}

static struct json_object *frame_with(struct json_object *differs)
{
	struct json_object *frame = json_tokener_parse(FRAME);

	ck_assert_ptr_nonnull(frame);
	if (differs) {
		json_object_object_foreach(differs, key, value)
			json_object_object_add(frame, key, json_object_get(value));
	}
	return frame;
}

static struct html *html;

/* How many text leaves the case has; *out is the page. frame_too: its frame's texts are swapped as well. */
static int render(const char *page, struct json_object *one, struct swap *swap, bool frame_too, const char **out)
{
	static const char *const PARTS[] = { "data", "beside" };
	struct json_object *tree = json_object_new_object(), *frame, *given;
	struct json_object *differs = json_object_object_get(one, "page");
	struct buf *text = buf_new(mem, HOSTILE_MAX);
	const char *error = NULL, *locale;

	frame = frame_with(differs);
	locale = talloc_strdup(mem, json_object_get_string(json_object_object_get(frame, "locale")));
	for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
		struct json_object *part = json_object_object_get(one, PARTS[i]);

		json_object_object_add(tree, PARTS[i], swap && part ? swapped(part, swap) : json_object_get(part));
	}
	if (swap && frame_too) {
		given = swapped(frame, swap);
		json_object_put(frame);
		frame = given;
	}
	json_object_object_add(tree, "page", frame);
	ck_assert_msg(html_render(html, page, locale, tree, text, &error), "%s: %s", page, error ? error : "");
	json_object_put(tree);
	*out = text->data;
	return swap ? swap->seen : 0;
}

/* ---- the tests ---- */

static bool is_page(const char *path)
{
	size_t len = strlen(path);

	return len > 5 && !strcmp(path + len - 5, ".html") && strcmp(path, "layout.html") && strncmp(path, "parts/", 6);
}

static void find_pages(const char *below)
{
	char *path = talloc_asprintf(mem, "%s/%s", source("templates"), below);
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);

	/* Not inside a test yet: a directory that cannot be read has no pages, and a test sees that. */
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		char *inner = talloc_asprintf(mem, "%s%s%s", below, *below ? "/" : "", name);
		struct stat st;

		if (*name != '.' && !stat(talloc_asprintf(mem, "%s/%s", path, name), &st)) {
			if (S_ISDIR(st.st_mode)) {
				find_pages(inner);
			} else if (is_page(inner)) {
				pages = talloc_realloc(mem, pages, char *, (unsigned)n_pages + 1);
				pages[n_pages++] = inner;
			}
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

static struct json_object *fixture_of(const char *page)
{
	int stem = (int)strlen(page) - 5;
	const char *path = talloc_asprintf(mem, "tests/fixtures/%.*s.json", stem, page);
	struct json_object *cases = json_object_from_file(source(path));

	ck_assert_msg(cases != NULL, "templates/%s has no fixture: write %s (%s)", page, path,
		      json_util_get_last_err());
	ck_assert_msg(json_object_is_type(cases, json_type_array) && json_object_array_length(cases) > 0,
		      "%s is no list of cases", path);
	return cases;
}

static const char *case_name(const char *page, struct json_object *one)
{
	return talloc_asprintf(mem, "%s (%s)", page, json_object_get_string(json_object_object_get(one, "case")));
}

static void set_up(void)
{
	const char *error = NULL;

	/* Static files' names change with their content: without them the pages stay the same. */
	html = html_new(mem, source("templates"), source("tests/fixtures"), "UTC", false, &error);
	ck_assert_msg(html != NULL, "%s", error ? error : "");
}

static void tear_down(void)
{
	talloc_free(html);
}

/* Blanks and line ends are one blank to a browser. */
static const char *on_one_line(const char *page)
{
	char *line = talloc_strdup(mem, page), *to = line;

	for (const char *from = page; *from; from++)
		if (!strchr(" \t\n", *from))
			*to++ = *from;
		else if (to == line || to[-1] != ' ')
			*to++ = ' ';
	*to = '\0';
	return line;
}

static void check_texts(const char *name, const char *out, struct json_object *texts, bool wanted)
{
	for (size_t i = 0; texts && i < json_object_array_length(texts); i++) {
		const char *text = json_object_get_string(json_object_array_get_idx(texts, i));

		ck_assert_msg((strstr(out, text) != NULL) == wanted, "%s: \"%s\" is %s:\n%.3000s", name, text,
			      wanted ? "missing" : "there", out);
	}
}

START_TEST(says_what_it_should)
{
	const char *page = pages[_i], *out;
	struct json_object *cases = fixture_of(page);

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		const char *name = case_name(page, one);
		struct reader r;

		render(page, one, NULL, false, &out);
		ck_assert_msg(well_formed(&r, name, out) && names_hold(&r), "%s", r.fault);
		ck_assert_msg(strlen(out) < PAGE_MAX, "%s: %zu bytes", name, strlen(out));
		out = on_one_line(out);
		check_texts(name, out, json_object_object_get(one, "expect"), true);
		check_texts(name, out, json_object_object_get(one, "absent"), false);
	}
	json_object_put(cases);
}
END_TEST

static void attack(const char *page, struct json_object *one, struct swap swap, bool frame_too)
{
	const char *name = case_name(page, one), *out;
	struct reader r;

	render(page, one, &swap, frame_too, &out);
	ck_assert_msg(!strstr(out, "<script>alert"), "%s: text %d became a script", name, swap.target);
	ck_assert_msg(well_formed(&r, name, out), "text %d: %s", swap.target, r.fault);
}

START_TEST(bears_hostile_texts)
{
	const char *page = pages[_i], *out;
	struct json_object *cases = fixture_of(page);

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		struct swap count = { .target = -2 };
		int all = render(page, one, &count, true, &out), data;

		count = (struct swap){ .target = -2 };
		data = render(page, one, &count, false, &out);
		ck_assert_int_gt(all, data);
		for (int target = -1; target < all; target++)
			attack(page, one, (struct swap){ .target = target }, true);
		for (int target = -1; target < data; target++)
			attack(page, one, (struct swap){ .target = target, .link = true }, false);
	}
	json_object_put(cases);
}
END_TEST

/* A fixture that no page has is a page that was renamed and is tried no longer. */
static void check_fixtures_below(const char *below)
{
	char *path = talloc_asprintf(mem, "%s/%s", source("tests/fixtures"), below);
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name, *dot = strrchr(name, '.');
		char *inner = talloc_asprintf(mem, "%s%s%s", below, *below ? "/" : "", name);

		if (dot && dot != name && !strcmp(dot, ".json")) {
			const char *page = talloc_asprintf(mem, "%.*s.html", (int)strlen(inner) - 5, inner);

			ck_assert_msg(has((const char *const *)pages, n_pages, page), "no page has tests/fixtures/%s",
				      inner);
		} else if (!dot) {
			check_fixtures_below(inner);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

START_TEST(no_fixture_is_left_over)
{
	check_fixtures_below("");
}
END_TEST

/* The reader must see what it is there for. */
START_TEST(reader_refuses)
{
	static const struct {
		int line;
		const char *html, *fault;
	} CASES[] = {
		{ __LINE__, "<p>a", "a tag without end" },
		{ __LINE__, "<p>a</b>", "closes nothing" },
		{ __LINE__, "<select><option>a<option>b<p></select>", "closes nothing" },
		{ __LINE__, "<p>a < b</p>", "a bare <" },
		{ __LINE__, "<p>a & b</p>", "a bare &" },
		{ __LINE__, "<p class=a>b</p>", "double quotes" },
		{ __LINE__, "<p class='a'>b</p>", "double quotes" },
		{ __LINE__, "<p title=\"a\"b\">c</p>", "stuck" },
		{ __LINE__, "<p class=\"a\" class=\"b\">c</p>", "twice" },
		{ __LINE__, "<p style=\"a\">b</p>", "policy" },
		{ __LINE__, "<p onclick=\"a\">b</p>", "on…" },
		{ __LINE__, "<a href=\"javascript:a\">b</a>", "script" },
		{ __LINE__, "<a href=\"JavaScript:a\">b</a>", "script" },
		{ __LINE__, "<script>a</script>", "a script in the page" },
		{ __LINE__, "<p><div></div></p>", "inside <p>" },
		{ __LINE__, "<br/>", "outside of svg" },
		{ __LINE__, "<p id=\"a\"></p><p id=\"a\"></p>", "an id twice" },
		{ __LINE__, "<label for=\"a\">b</label>", "not there" },
		{ __LINE__, "<p id=\"a\">b &amp; c</p><label for=\"a\">b</label><br><svg><path/></svg>", NULL },
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		const char *text = talloc_asprintf(mem, "<!doctype html>%s", CASES[i].html);
		struct reader r;
		bool good = well_formed(&r, "case", text) && names_hold(&r);

		ck_assert_msg(good == !CASES[i].fault, "line %d: %s", CASES[i].line, r.fault);
		ck_assert_msg(good || strstr(r.fault, CASES[i].fault), "line %d: %s", CASES[i].line, r.fault);
	}
}
END_TEST

/* ---- the catalogue ---- */

static char *file_text(const char *path)
{
	FILE *file = fopen(source(path), "re");
	struct buf *text = buf_new(mem, 1 << 20);
	char part[4096];
	size_t n;

	ck_assert_msg(file != NULL, "%s cannot be read", path);
	while ((n = fread(part, 1, sizeof part, file)) > 0)
		buf_add(text, part, n);
	fclose(file);
	return text->data;
}

/* Adds the texts of a file, by dotted name. */
static void add_texts(struct json_object *texts, const char *path, const char *noun)
{
	char *save = NULL, *text = file_text(path), *below = talloc_strdup(mem, noun);

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *name = line + strspn(line, "\t "), *equals = strstr(name, " = ");
		size_t len = strcspn(name, " ");

		if (*name == '}') {
			char *dot = strrchr(below, '.');

			ck_assert_msg(dot != NULL, "%s closes more than it opens", path);
			below = talloc_strndup(mem, below, (size_t)(dot - below));
		} else if (equals) {
			json_object_object_add(texts, talloc_asprintf(mem, "%s.%.*s", below, (int)len, name),
					       json_object_new_string(equals + 3));
		} else if (*name && *name != '#') {
			below = talloc_asprintf(mem, "%s.%.*s", below, (int)len, name);
		}
	}
}

/* The catalogue as dotted name → text. */
static struct json_object *catalogue(const char *locale)
{
	struct json_object *texts = json_object_new_object();
	struct dirent **entries;
	int n = scandir(source(talloc_asprintf(mem, "templates/lang/%s", locale)), &entries, NULL, alphasort);

	ck_assert_msg(n > 0, "there is no language %s", locale);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name, *dot = strrchr(name, '.');

		if (*name != '.' && dot && !strcmp(dot, ".hdf"))
			add_texts(texts, talloc_asprintf(mem, "templates/lang/%s/%s", locale, name),
				  talloc_strndup(mem, name, (size_t)(dot - name)));
		free(entries[i]);
	}
	free(entries);
	return texts;
}

static bool known(struct json_object *texts, const char *name)
{
	size_t len = strlen(name);

	json_object_object_foreach(texts, key, text)
	{
		(void)text;
		if (!strncmp(key, name, len) && (!key[len] || key[len] == '.'))
			return true;
	}
	return false;
}

/* t.event.left in a template's code; where an index follows, what stands before it. */
static void check_names(struct json_object *texts, const char *path)
{
	const char *text = file_text(path);

	for (const char *tag = text; (tag = strstr(tag, "<?cs ")); tag++) {
		const char *end = strstr(tag, "?>");

		ck_assert_msg(end != NULL, "%s: a tag without end", path);
		if (tag[5] == '#')
			continue;
		for (const char *at = tag; (at = strstr(at, "t.")) && at < end; at++) {
			size_t len = strspn(at + 2, "abcdefghijklmnopqrstuvwxyz0123456789_.");

			if (isalnum((unsigned char)at[-1]) || strchr("._", at[-1]) || !len)
				continue;
			if (at[1 + len] == '.')
				len--;
			ck_assert_msg(known(texts, talloc_strndup(mem, at + 2, len)), "%s: the catalogue has no t.%.*s",
				      path, (int)len, at + 2);
		}
	}
}

START_TEST(every_text_is_there)
{
	struct json_object *en = catalogue("en");
	static const char *const PARTS[] = { "layout.html",	"parts/form.html", "parts/list.html",
					     "parts/show.html", "parts/nav.html",  "parts/booking.html" };

	for (int i = 0; i < n_pages; i++)
		check_names(en, talloc_asprintf(mem, "templates/%s", pages[i]));
	for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
		check_names(en, talloc_asprintf(mem, "templates/%s", PARTS[i]));
	json_object_put(en);
}
END_TEST

/* The other language has the same names, and puts in the same values. */
START_TEST(translations_agree)
{
	struct json_object *en = catalogue("en"), *ar = catalogue("ar"), *other;
	static const char *const MARKS[] = { "{1}", "{2}" };

	json_object_object_foreach(en, name, text)
	{
		ck_assert_msg(json_object_object_get_ex(ar, name, &other), "ar lacks %s", name);
		for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++)
			ck_assert_msg(!strstr(json_object_get_string(text), MARKS[i]) ==
					      !strstr(json_object_get_string(other), MARKS[i]),
				      "%s has %s in one language only", name, MARKS[i]);
	}
	json_object_object_foreach(ar, key, unused)
	{
		(void)unused;
		ck_assert_msg(json_object_object_get_ex(en, key, NULL), "en lacks %s", key);
	}
	json_object_put(en);
	json_object_put(ar);
}
END_TEST

/* Below noun there is a name for each of the codes, and for nothing else. */
static void check_codes(struct json_object *texts, const char *noun, size_t letters, bool (*is_code)(const char *code),
			size_t codes)
{
	size_t len = strlen(noun);

	json_object_object_foreach(texts, name, text)
	{
		if (strncmp(name, noun, len) || name[len] != '.')
			continue;
		ck_assert_msg(strlen(name + len + 1) == letters && is_code(name + len + 1), "%s is none", name);
		ck_assert_msg(*json_object_get_string(text) != '\0', "%s", name);
		codes--;
	}
	ck_assert_uint_eq(codes, 0);
}

static bool currency_known(const char *code)
{
	return money_places(code) >= 0;
}

START_TEST(countries_and_currencies_have_names)
{
	struct json_object *en = catalogue("en");
	size_t countries = 0, currencies = 0;
	char code[4] = "";

	for (code[0] = 'A'; code[0] <= 'Z'; code[0]++)
		for (code[1] = 'A'; code[1] <= 'Z'; code[1]++) {
			code[2] = '\0';
			countries += country_known(code);
			for (code[2] = 'A'; code[2] <= 'Z'; code[2]++)
				currencies += currency_known(code);
		}
	ck_assert_uint_gt(countries, 200);
	check_codes(en, "country", 2, country_known, countries);
	check_codes(en, "currency", 3, currency_known, currencies);
	/* What else a country is called is a country's. */
	json_object_object_foreach(en, name, text)
	{
		(void)text;
		ck_assert_msg(strncmp(name, "country_also.", 13) || country_known(name + 13), "%s is none", name);
	}
	json_object_put(en);
}
END_TEST

Suite *templates_suite(void)
{
	Suite *s = suite_create("templates");
	TCase *t = tcase_create("pages"), *c = tcase_create("catalogue");

	mem = talloc_new(NULL);
	find_pages("");
	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, says_what_it_should, 0, n_pages);
	tcase_add_loop_test(t, bears_hostile_texts, 0, n_pages);
	tcase_add_test(t, no_fixture_is_left_over);
	tcase_add_test(t, reader_refuses);
	suite_add_tcase(s, t);
	tcase_add_test(c, every_text_is_there);
	tcase_add_test(c, translations_agree);
	tcase_add_test(c, countries_and_currencies_have_names);
	suite_add_tcase(s, c);
	return s;
}
