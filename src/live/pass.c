/* After each change all who wait come back at once, and would otherwise cost a session's look-up each: so whoever was let in is
 * believed for five seconds more. With RIGHTS_MS that keeps what we promise: nobody watches for longer than ten seconds after the
 * right was lost. A pass is kept where its name says, and another one there takes its place. */
#include "base/buf.h"
#include "live/connection.h"
#include "live/head.h"
#include <assert.h>
#include <string.h>

enum { PASS_MS = 5000 };

/* Two rows may show topics of one kind to different people, and a token that is over is good on a socket alone. */
void pass_name(const struct exchange *x, uint8_t name[HASH_BYTES])
{
	const char *bearer = http_header(x->http, "Authorization"), *cookie = http_header(x->http, "Cookie");
	struct buf *text = buf_new(x->rq.mem, 2 * HEAD_BYTES); /* a head has no more */

	buf_printf(text, "%s %s %s %d %d %zu ", request_row(&x->rq), x->rq.route->topic->name,
		   tree_text(x->rq.params, "id"), x->http->https, x->http->listens, bearer ? strlen(bearer) : 0);
	buf_text(text, bearer ? bearer : "");
	buf_char(text, ' ');
	buf_text(text, cookie ? cookie : "");
	assert(!buf_over(text)); /* or two would have one name */
	hash_plain(text->data, text->len, name);
}

static struct pass *place_of(struct live *live, const uint8_t name[HASH_BYTES])
{
	uint32_t number;

	memcpy(&number, name + sizeof live->passes->name, sizeof number);
	return &live->passes[number % PASSES];
}

static bool is_named(const struct pass *pass, const uint8_t name[HASH_BYTES])
{
	return !memcmp(pass->name, name, sizeof pass->name);
}

const struct pass *pass_holder(struct live *live, const uint8_t name[HASH_BYTES])
{
	const struct pass *pass = place_of(live, name);

	return pass->until > live->loop.now && is_named(pass, name) ? pass : NULL;
}

void pass_issue(struct live *live, const uint8_t name[HASH_BYTES], const struct identity *who,
		const struct live_kind *kind, int64_t id)
{
	struct pass *pass = place_of(live, name);

	memcpy(pass->name, name, sizeof pass->name);
	pass->who = *who;
	pass->who.name = NULL; /* is the request's */
	pass->kind = kind;
	pass->id = id;
	pass->until = live->loop.now + PASS_MS;
}

void pass_end(struct live *live, const uint8_t name[HASH_BYTES])
{
	struct pass *pass = place_of(live, name);

	if (is_named(pass, name))
		pass->until = 0;
}
