/* What is said of a request, in the reader's language: a sentence, a refusal, faults of its fields. */
#include "http/dialect.h"
#include "http/mount.h"
#include "http/request.h"
#include <stdarg.h>
#include <string.h>

const char *said_to(const struct request *rq, const char *english)
{
	return tongue_says(rq->tongue, english);
}

const struct tongue *tongue_for(const struct request *rq, const char *locale)
{
	const struct tongue *theirs = rq->tongue_asked ? NULL : tongue_named(locale);

	return theirs ? theirs : rq->tongue;
}

const struct tongue *tongue_of(const struct request *rq, const char *locale)
{
	const struct tongue *theirs = tongue_named(locale);

	return theirs ? theirs : tongue_named(rq->config->locale);
}

/* In the reader's language; "%s" alone is a sentence that stands elsewhere. */
static const char *in_words(const struct request *rq, const char *format, va_list ap)
{
	if (!strcmp(format, "%s"))
		return talloc_strdup(rq->mem, said_to(rq, va_arg(ap, const char *)));
	return tongue_vsay(rq->tongue, rq->mem, format, ap);
}

void say(struct request *rq, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	rq->message = in_words(rq, format, ap);
	va_end(ap);
}

int refuse(struct request *rq, int status, const char *code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	rq->message = in_words(rq, format, ap);
	va_end(ap);
	rq->status = status;
	rq->code = code;
	return ANSWERED;
}

bool request_within_rate(struct request *rq, int wait)
{
	if (!wait)
		return true;
	rq->retry_after = wait;
	refuse(rq, 429, "RATE_LIMITED", "Too many requests. Try again in %d seconds.", wait);
	return false;
}

void field_fault(struct request *rq, const char *field, const char *format, ...)
{
	struct json_object *sentences;
	const char *sentence;
	va_list ap;

	va_start(ap, format);
	sentence = in_words(rq, format, ap);
	va_end(ap);
	if (!rq->errors)
		rq->errors = json_object_new_object();
	if (!json_object_object_get_ex(rq->errors, field, &sentences)) {
		sentences = json_object_new_array();
		json_object_object_add(rq->errors, field, sentences);
	}
	json_object_array_add(sentences, json_object_new_string(sentence));
}

int refuse_page(struct request *rq)
{
	return refuse(rq, 404, "PAGE_NOT_FOUND", "There is no such page.");
}

/* Of a list whose pages may be missing the page before the first is one of them, as is one that is no number. */
static bool is_page_alone(const struct request *rq)
{
	return rq->mount && rq->mount->dialect->past_end_missing && list_paged(rq) &&
	       json_object_object_length(rq->errors) == 1 && json_object_object_get_ex(rq->errors, "page", NULL);
}

int refuse_fields(struct request *rq)
{
	if (is_page_alone(rq)) {
		json_object_object_del(rq->errors, "page");
		return refuse_page(rq);
	}
	return refuse(rq, 422, "VALIDATION_ERROR", "Some of what was sent needs another look.");
}

const char *refusal_told(const struct request *rq)
{
	if (has_faults(rq)) {
		json_object_object_foreach(rq->errors, name, sentences)
		{
			(void)name;
			return json_object_get_string(json_object_array_get_idx(sentences, 0));
		}
	}
	return rq->message;
}

bool refused(const struct request *rq)
{
	return rq->code != NULL || rq->status >= 400;
}
