/* Between what formatters take, texts, and what ClearSilver hands over. */
#include "render/html_calls.h"
#include "base/buf.h"
#include <stdlib.h>
#include <string.h>

static const char *text_of_key(void *ctx, const char *key)
{
	return hdf_get_valuef(ctx, "t.%s", key);
}

struct words html_words(const struct language *language, const char *zone)
{
	return (struct words){ .locale = language->locale, .zone = zone, .text = text_of_key, .ctx = language->texts };
}

/* ClearSilver frees what a function gives with free(). */
NEOERR *html_give(CSARG *result, const char *text)
{
	result->op_type = CS_TYPE_STRING;
	result->s = strdup(text);
	result->alloc = 1;
	return result->s ? STATUS_OK : nerr_raise(NERR_NOMEM, "no memory for a value");
}

static NEOERR *call_formatter(CSPARSE *cs, CS_FUNCTION *function, CSARG *args, CSARG *result)
{
	static const char *const FORMATS[FORMAT_ARGS + 1] = { "", "s", "ss", "sss" };
	const struct formatter *formatter = formatter_named(function->name);
	struct html_calls *calls = cs->output_ctx;
	char *given[FORMAT_ARGS] = { NULL };
	const char *arg[FORMAT_ARGS];
	struct buf *text;
	NEOERR *err;

	err = cs_arg_parse(cs, args, FORMATS[formatter->n_args], &given[0], &given[1], &given[2]);
	if (!err) {
		for (int i = 0; i < FORMAT_ARGS; i++)
			arg[i] = given[i] ? given[i] : "";
		text = buf_new(calls->mem, 64 * 1024);
		formatter->write(text, &calls->words, arg);
		err = html_give(result, text->data);
		talloc_free(text);
	}
	for (int i = 0; i < FORMAT_ARGS; i++)
		free(given[i]);
	return nerr_pass(err);
}

NEOERR *html_register_formatters(CSPARSE *cs)
{
	NEOERR *err = STATUS_OK;

	for (const struct formatter *f = FORMATTERS; f->name && !err; f++)
		err = cs_register_function(cs, f->name, f->n_args, call_formatter);
	return nerr_pass(err);
}
