/* What devices at the gate hold: the ciphers by their publishers' own answers, lists of any length in constant memory, and cursors. */
#include "app/sync_cursor.h"
#include "base/row.h"
#include "base/uuid.h"
#include "render/accept.h"
#include "render/renderer.h"
#include "rules/hmac.h"
#include "rules/seal_roster.h"
#include <check.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

Suite *roster_suite(void);

enum { BYTES_MAX = 128 };

/* The bytes of hex text. */
static size_t bytes_of(const char *hex, uint8_t out[BYTES_MAX])
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		unsigned byte;

		ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
		out[i] = (uint8_t)byte;
	}
	return n;
}

#define KEY_15 "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* Test cases 13 to 15 of the paper that GCM was proposed to NIST by. */
static const struct sealed {
	int line;
	const char *key, *iv, *plain, *out;
} SEALED[] = {
	{ __LINE__, ZEROS, "000000000000000000000000", "", "530f8afbc74536b9a963b4f1c4cb738b" },
	{ __LINE__, ZEROS, "000000000000000000000000", "00000000000000000000000000000000",
	  "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919" },
	{ __LINE__, KEY_15, "cafebabefacedbaddecaf888",
	  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	  "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
	  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	  "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
	  "b094dac5d93471bdec1a502270e3cc6c" },
};

START_TEST(gcm_is_as_its_authors_have_it)
{
	const struct sealed *s = &SEALED[_i];
	uint8_t key[BYTES_MAX], iv[BYTES_MAX], plain[BYTES_MAX], expected[BYTES_MAX], out[BYTES_MAX];
	size_t len = bytes_of(s->plain, plain), out_len = bytes_of(s->out, expected);

	bytes_of(s->key, key);
	bytes_of(s->iv, iv);
	ck_assert(aes_gcm_seal(key, iv, plain, len, out));
	ck_assert_uint_eq(out_len, len + ROSTER_TAG);
	ck_assert_msg(!memcmp(out, expected, out_len), "line %d", s->line);
}
END_TEST

#define SIX(x) x "0" x "1" x "2" x "3" x "4" x "5" x "6" x "7" x "8" x "9" x "a" x "b" x "c" x "d" x "e" x "f"

/* RFC 5869, appendix A.1 to A.3: of each as much of the output as a key takes. */
static const struct derived {
	int line;
	const char *ikm, *salt, *info, *out;
} DERIVED[] = {
	{ __LINE__, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
	  "f0f1f2f3f4f5f6f7f8f9", "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf" },
	{ __LINE__, SIX("0") SIX("1") SIX("2") SIX("3") SIX("4"), SIX("6") SIX("7") SIX("8") SIX("9") SIX("a"),
	  SIX("b") SIX("c") SIX("d") SIX("e") SIX("f"),
	  "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c" },
	{ __LINE__, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
	  "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d" },
};

START_TEST(hkdf_is_as_the_rfc_has_it)
{
	const struct derived *d = &DERIVED[_i];
	uint8_t ikm[BYTES_MAX], salt[BYTES_MAX], info[BYTES_MAX], expected[BYTES_MAX], out[ROSTER_KEY];
	size_t ikm_len = bytes_of(d->ikm, ikm), salt_len = bytes_of(d->salt, salt), info_len = bytes_of(d->info, info);

	bytes_of(d->out, expected);
	hkdf_sha256(ikm, ikm_len, salt, salt_len, info, info_len, out);
	ck_assert_msg(!memcmp(out, expected, ROSTER_KEY), "line %d", d->line);
}
END_TEST

/* ---- what is taken ---- */

static const struct taken {
	int line;
	const char *accept;
	bool takes;
} TAKEN[] = {
	{ __LINE__, "", false },
	{ __LINE__, "gzip", true },
	{ __LINE__, "GZip", true },
	{ __LINE__, "gzip, deflate, br", true },
	{ __LINE__, "br;q=1.0, gzip;q=0.1", true },
	{ __LINE__, "gzip;q=0", false },
	{ __LINE__, "gzip;q=0.0, *", false },
	{ __LINE__, "*", true },
	{ __LINE__, "*;q=0", false },
	{ __LINE__, "*;q=0, gzip", true },
	{ __LINE__, "identity", false },
	{ __LINE__, "x-gzip, gzipped", false },
};

START_TEST(what_a_client_takes)
{
	ck_assert_msg(accept_takes(TAKEN[_i].accept, "gzip") == TAKEN[_i].takes, "line %d", TAKEN[_i].line);
}
END_TEST

/* ---- lists of any length ---- */

enum { BATCH = 1000 };

static const struct column COLUMNS[] = { { "id", COL_INT } };

/* batches of them, each of BATCH rows. */
struct many {
	struct row_source source;
	struct cell cells[BATCH];
	int64_t given, batches;
	bool fails; /* at its end */
};

static const struct rows *next_of_many(struct row_source *source)
{
	struct many *many = (struct many *)(void *)source;
	static struct rows rows;

	if (many->given == many->batches * BATCH)
		return NULL;
	for (int i = 0; i < BATCH; i++)
		many->cells[i] = (struct cell){ .i = ++many->given };
	rows = (struct rows){ .n = BATCH, .n_columns = 1, .columns = COLUMNS, .cells = many->cells };
	return &rows;
}

/* Every third is nothing; the last comes when there are no rows left. */
static struct json_object *item(void *with, const struct row *row)
{
	struct json_object *item;
	int64_t id = row ? row_int(row, "id") : -1;

	(void)with;
	if (id > 0 && id % 3 == 0)
		return NULL;
	item = json_object_new_object();
	json_object_object_add(item, "id", json_object_new_int64(id));
	json_object_object_add(item, "text",
			       json_object_new_string("a/b \" \x01 \xc3\xa9 0123456789012345678901234567890123456789"));
	return item;
}

static bool beside(void *with, struct json_object *into)
{
	json_object_object_add(into, "more", json_object_new_boolean(false));
	return !((const struct many *)with)->fails;
}

/* False: it was told that there is none. */
static bool feed_drawn(TALLOC_CTX *ctx, int64_t batches, const char *encodings, bool fails, struct drawn *drawn)
{
	struct many *many = talloc_zero(ctx, struct many);
	const struct feed feed = { .rows = &many->source,
				   .item = item,
				   .beside = beside,
				   .with = many,
				   .before = "{\"data\":",
				   .behind = ",\"message\":\"OK\"}",
				   .encodings = encodings };

	many->source.next = next_of_many;
	many->batches = batches;
	many->fails = fails;
	return drawing_draw(ctx, &(struct drawing){ .kind = DRAW_FEED, .what = &feed }, "", drawn);
}

/* The text of a feed, unpacked. */
static char *text_of(TALLOC_CTX *ctx, const struct drawn *drawn)
{
	enum { TEXT_MAX = 4 << 20 };
	char *bytes = talloc_size(ctx, drawn->len + 1), *text = talloc_zero_size(ctx, TEXT_MAX);
	z_stream stream = { .next_in = (unsigned char *)bytes, .avail_in = (uInt)drawn->len };

	ck_assert_int_eq(pread(drawn->fd, bytes, drawn->len + 1, 0), (ssize_t)drawn->len);
	if (!drawn->encoding)
		return talloc_strndup(ctx, bytes, drawn->len);
	ck_assert_str_eq(drawn->encoding, "gzip");
	ck_assert_int_eq(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
	stream.next_out = (unsigned char *)text;
	stream.avail_out = TEXT_MAX - 1;
	ck_assert_int_eq(inflate(&stream, Z_FINISH), Z_STREAM_END);
	ck_assert_uint_eq(stream.avail_in, 0);
	inflateEnd(&stream);
	return text;
}

START_TEST(a_feed_is_json_and_the_same_packed)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct drawn plain, packed;
	struct json_object *tree, *data, *items;
	const char *text;

	ck_assert(feed_drawn(ctx, _i, "", false, &plain));
	ck_assert(feed_drawn(ctx, _i, "gzip", false, &packed));
	ck_assert_ptr_null(plain.encoding);
	text = text_of(ctx, &plain);
	ck_assert_str_eq(text, text_of(ctx, &packed));
	tree = json_tokener_parse(text);
	ck_assert_ptr_nonnull(tree);
	data = json_object_object_get(tree, "data");
	items = json_object_object_get(data, "items");
	ck_assert_uint_eq(json_object_array_length(items), (size_t)_i * BATCH - (size_t)_i * BATCH / 3 + 1);
	ck_assert(json_object_object_get_ex(data, "more", NULL));
	ck_assert_str_eq(json_object_get_string(json_object_object_get(tree, "message")), "OK");
	json_object_put(tree);
	talloc_free(ctx);
}
END_TEST

START_TEST(a_feed_that_fails_is_none)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct drawn drawn;

	ck_assert(!feed_drawn(ctx, 2, _i ? "gzip" : "", true, &drawn));
	talloc_free(ctx);
}
END_TEST

/* A file ends at limit bytes, as on a disk that is full. */
static bool drawn_within(const char *encodings, rlim_t limit)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct drawn drawn;
	struct rlimit was;
	bool whole;

	getrlimit(RLIMIT_FSIZE, &was);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ limit, was.rlim_max });
	whole = feed_drawn(ctx, 3, encodings, false, &drawn);
	setrlimit(RLIMIT_FSIZE, &was);
	talloc_free(ctx);
	return whole;
}

START_TEST(a_full_disk_is_told)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *encodings = _i ? "gzip" : "";
	struct drawn drawn;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert(feed_drawn(ctx, 3, encodings, false, &drawn));
	ck_assert(drawn_within(encodings, drawn.len));
	for (size_t cut = 1; cut < drawn.len; cut += drawn.len / 7)
		ck_assert_msg(!drawn_within(encodings, drawn.len - cut), "%zu bytes less", cut);
	talloc_free(ctx);
}
END_TEST

/* In KB. */
static long most_memory(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

START_TEST(a_long_feed_takes_no_more_memory_than_a_short_one)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct drawn drawn;
	long before;

	ck_assert(feed_drawn(ctx, 2, "gzip", false, &drawn));
	before = most_memory();
	ck_assert(feed_drawn(ctx, 500, "", false, &drawn));
	ck_assert_uint_gt(drawn.len, 25 << 20);
	ck_assert(feed_drawn(ctx, 500, "gzip", false, &drawn));
	ck_assert_int_lt(most_memory() - before, 2 << 10);
	talloc_free(ctx);
}
END_TEST

/* ---- cursors ---- */

START_TEST(a_cursor_comes_back_as_it_was_given)
{
	const struct sync_cursor given = { SYNC_CARDS, 4711, 0xfedcba98, { 1764211200123, 42 }, { 1764211260456, 99 },
					   INT64_MAX };
	struct sync_cursor came;
	char text[SYNC_CURSOR_SIZE];

	ck_assert_uint_eq(strlen(sync_cursor_text(&given, text)), SYNC_CURSOR_SIZE - 1);
	ck_assert(sync_cursor_read(text, &came));
	ck_assert(came.list == given.list && came.event_id == given.event_id && came.print == given.print &&
		  came.since.at == given.since.at && came.since.log == given.since.log &&
		  came.next.at == given.next.at && came.next.log == given.next.log && came.after == given.after);
	for (size_t len = 0; len < SYNC_CURSOR_SIZE - 1; len++) {
		char cut[SYNC_CURSOR_SIZE];

		snprintf(cut, sizeof cut, "%.*s", (int)len, text);
		ck_assert_msg(!sync_cursor_read(cut, &came), "%zu signs", len);
	}
	for (const char *none = "BA_="; *none; none++) { /* another kind; a list there is none of; no sign of ours */
		char bent[SYNC_CURSOR_SIZE];

		memcpy(bent, text, sizeof bent);
		bent[*none == '=' ? 20 : *none == '_' ? 2 : 0] = *none == 'A' ? 'B' : *none;
		ck_assert_msg(!sync_cursor_read(bent, &came), "%s", bent);
	}
}
END_TEST

Suite *roster_suite(void)
{
	Suite *suite = suite_create("roster");
	TCase *seals = tcase_create("seals"), *feeds = tcase_create("feeds"), *cursors = tcase_create("cursors");

	tcase_add_loop_test(seals, gcm_is_as_its_authors_have_it, 0, sizeof SEALED / sizeof *SEALED);
	tcase_add_loop_test(seals, hkdf_is_as_the_rfc_has_it, 0, sizeof DERIVED / sizeof *DERIVED);
	tcase_set_timeout(feeds, 60);
	tcase_add_loop_test(feeds, what_a_client_takes, 0, sizeof TAKEN / sizeof *TAKEN);
	tcase_add_loop_test(feeds, a_feed_is_json_and_the_same_packed, 0, 4);
	tcase_add_loop_test(feeds, a_feed_that_fails_is_none, 0, 2);
	tcase_add_loop_test(feeds, a_full_disk_is_told, 0, 2);
	tcase_add_test(feeds, a_long_feed_takes_no_more_memory_than_a_short_one);
	tcase_add_test(cursors, a_cursor_comes_back_as_it_was_given);
	suite_add_tcase(suite, seals);
	suite_add_tcase(suite, feeds);
	suite_add_tcase(suite, cursors);
	return suite;
}
