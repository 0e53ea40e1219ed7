/* What every page's layout shows around the answer: who is signed in, where, in which language, what was typed into the
 * form before and what was wrong with it. */
#include "frame.h"
#include "gates.h"
#include "render/form.h"
#include "routes/routes.h"
#include "rules/keys.h"
#include <string.h>

enum { FORM_NESTS = 4, TYPED_MAX = 512 << 10 };

static const char *flash(const struct exchange *x)
{
	const char *text = http_cookie(x->http, "gh_flash");
	size_t len;
	uint8_t *out;

	if (!text || strlen(text) > 600)
		return NULL;
	out = talloc_zero_size(x->rq.mem, strlen(text) + 1);
	if (!base64url_read(text, strlen(text), out, strlen(text), &len) || !utf8_valid((char *)out, len))
		return NULL;
	return (char *)out;
}

/* Is it no deeper than the forms are, as items[0][holders][0][name] is, and no longer than what is left of a page? */
static bool fits_form(struct json_object *value, int depth, size_t *left)
{
	bool fits = depth >= 0;

	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; fits && i < json_object_array_length(value); i++)
			fits = fits_form(json_object_array_get_idx(value, i), depth - 1, left);
	} else if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, member)
		{
			(void)key;
			fits = fits && fits_form(member, depth - 1, left);
		}
	} else {
		const char *text = json_object_get_string(value);
		size_t len = text ? strlen(text) : 0;

		fits = fits && len <= *left;
		*left -= fits ? len : 0;
	}
	return fits;
}

/* What was typed, for the form to show again; never a password or a code, nor what another site may have sent. */
static void add_typed(const struct exchange *x, struct json_object *form)
{
	const struct request *rq = &x->rq;
	size_t left = TYPED_MAX;

	if (!rq->route || !rq->route->fields || !x->http->input)
		return;
	if (strcmp(rq->method, "GET") && !(rq->route->flags & NO_CSRF) && !x->carried && !form_is_own(x))
		return;
	for (const struct field *f = rq->route->fields; f->name; f++) {
		struct json_object *typed = json_object_object_get(x->http->input, f->name);

		if (typed && f->type != F_PASSWORD && f->type != F_OTP && fits_form(typed, FORM_NESTS, &left))
			json_object_object_add(form, f->name, json_object_get(typed));
	}
}

/* What an organizer's co-worker may: pages lead to nothing else. */
static void add_rights(const struct request *rq, struct json_object *may)
{
	for (unsigned i = 0; RIGHT_NAMES[i]; i++)
		if (has_right(&rq->who, 1U << i))
			answer_bool(may, RIGHT_NAMES[i], true);
	if (has_right(&rq->who, RIGHT_OWNER))
		answer_bool(may, "owner", true);
}

static struct json_object *page_frame(struct exchange *x)
{
	struct request *rq = &x->rq;
	struct json_object *frame = json_object_new_object(), *who, *errors;
	bool refused = rq->status >= 400;

	answer_text(frame, "name", rq->config->name);
	answer_text(frame, "portal", rq->mount->frame);
	answer_text(frame, "prefix", rq->mount->portal);
	answer_text(frame, "path", rq->path);
	answer_text(frame, "query", rq->query);
	answer_text(frame, "retry",
		    strcmp(rq->method, "GET") ? NULL : rq->path); /* a form is sent again by who goes back */
	answer_text(frame, "csrf", x->csrf ? x->csrf : "");
	answer_text(frame, "locale", tongue_locale(rq->tongue));
	answer_text(frame, "dir", tongue_right_to_left(rq->tongue) ? "rtl" : "ltr");
	answer_bool(frame, "signed_in", rq->who.role != NOBODY);
	answer_bool(frame, "demo", rq->config->demo);
	answer_int(frame, "status", rq->status);
	answer_text(frame, "message", refused ? rq->message : rq->message ? rq->message : flash(x));
	answer_bool(frame, "refused", refused);
	answer_text(frame, "code", rq->code);
	answer_text(frame, "request_id", rq->id);
	answer_time(frame, "now", rq->now);
	who = answer_object(frame, "who");
	if (rq->who.role != NOBODY) {
		answer_text(who, "name", rq->who.name);
		answer_text(who, "role", role_name(rq->who.role));
		answer_int(who, "event_id", rq->who.event_id);
	}
	if (rq->who.role == ORGANIZER)
		add_rights(rq, answer_object(frame, "may"));
	errors = answer_object(frame, "errors");
	if (rq->errors) {
		json_object_object_foreach(rq->errors, field, list)
			json_object_object_add(errors, field, json_object_get(json_object_array_get_idx(list, 0)));
	}
	if (rq->route && rq->route->page && route_form(rq->route))
		answer_add(frame, "controls", form_controls(route_form(rq->route), rq->tongue));
	add_typed(x, answer_object(frame, "form"));
	return frame;
}

struct json_object *page_tree(struct exchange *x)
{
	struct json_object *tree = json_object_new_object();

	answer_add(tree, "data", json_object_get(x->rq.data));
	answer_add(tree, "beside", json_object_get(x->rq.beside));
	answer_add(tree, "page", page_frame(x));
	return tree;
}
