/* What a phone says of a mark: codes of the wall, typed ones, signatures as a pen drew them; and what readers type on any keyboard.
 * tests/fuzz/run builds and runs it.
 *
 * Besides not crashing, each has something to hold: what is read as a code of ours is one that was made here, byte for byte what was
 * made, or an address that ends in it; what could be typed is typed again as it is shown; a signature that is taken lies on its pad and is
 * the same ink at another time of day; and a keyboard is undone in few readings. */
#include "rules/campus_code.h"
#include "rules/keyboard.h"
#include "rules/keys.h"
#include "rules/strokes.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

enum { READINGS = 8 * 1600 };

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* A key of this run. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char directory[] = "/tmp/fuzz-campus-XXXXXX", path[64];
	const char *error;

	(void)argc;
	(void)argv;
	must(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/key", directory);
	must(keys_load(path, true, &error));
	unlink(path);
	rmdir(directory);
	return 0;
}

static char *text_of(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* A code that is ours, then what a stranger makes of it: data writes over it, from where its first byte says. */
static void fuzz_code(const uint8_t *data, size_t size)
{
	struct campus_code code = { .generation = 7, .step = 118654321 }, got;
	char made[CAMPUS_CODE_SIZE], bent[CAMPUS_CODE_SIZE + 300], *end;
	size_t at, len;

	campus_code_make(&code, made);
	if (!size)
		return;
	at = data[0];
	data++;
	size--;
	memset(bent, 'x', sizeof bent);
	memcpy(bent, made, strlen(made));
	len = at + size;
	if (len >= sizeof bent)
		return;
	memcpy(bent + at, data, size);
	bent[len > strlen(made) ? len : strlen(made)] = '\0';
	if (!campus_code_read(bent, &got))
		return;
	end = strlen(bent) >= strlen(made) ? bent + strlen(bent) - strlen(made) : bent;
	must(!strncmp(bent, made, strlen(made)) || !strcmp(end, made) || strstr(bent, made));
	must(!memcmp(got.event, code.event, UUID_BYTES) && got.generation == code.generation && got.step == code.step);
}

static void fuzz_typed(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), shown[CAMPUS_TYPED_SIZE], again[CAMPUS_TYPED_SIZE];

	if (campus_code_typed_read(text, shown)) {
		must(strlen(shown) == CAMPUS_TYPED);
		must(campus_code_typed_read(shown, again) && !strcmp(shown, again));
	}
	free(text);
}

static void fuzz_strokes(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size);
	struct json_object *json = json_tokener_parse(text);
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct buf *ink = buf_new(ctx, 1 << 20), *later = buf_new(ctx, 1 << 20);
	struct strokes strokes;
	double spread;

	if (strokes_read(ctx, json, &strokes) == STROKES_GOOD) {
		must(strokes.n >= STROKES_FEWEST && strokes.n <= STROKES_MOST && strokes_length(&strokes) >= 0.1);
		for (size_t i = 0; i < 2 * strokes.n; i++)
			must(strokes.at[i] >= 0 && strokes.at[i] <= 1);
		strokes_replayed(&strokes, &spread);
		must(isfinite(spread) && spread >= 0);
		strokes_ink(&strokes, ink);
		strokes_ink(&strokes, later);
		must(ink->len == later->len && !memcmp(ink->data, later->data, ink->len));
	}
	talloc_free(ctx);
	json_object_put(json);
	free(text);
}

static bool count(const char *text, void *with)
{
	must(strlen(text) <= 400);
	++*(unsigned *)with;
	return false;
}

static void fuzz_keyboard(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size);
	unsigned asked = 0;

	must(!keyboard_undo(text, count, &asked) && asked <= READINGS);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const KINDS[])(const uint8_t *data, size_t size) = { fuzz_code, fuzz_typed, fuzz_strokes,
									   fuzz_keyboard };

	if (size)
		KINDS[data[0] % 4](data + 1, size - 1);
	return 0;
}
