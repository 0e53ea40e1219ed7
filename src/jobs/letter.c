/* Templates are filled here, where no transaction is open and nobody waits. The texts of all languages are read with the first
 * message that needs them, and kept as long as the process: a new program, and SIGHUP, begin anew. */
#include "jobs/letter.h"
#include "base/tongue.h"
#include "render/html_letter.h"
#include "store/mail_choice.h"
#include <string.h>

enum { LETTER_MAX = 256 * 1024 };

static struct letters *letters_kept(const struct config *config, const char **error)
{
	static struct letters *letters;

	if (!letters)
		letters = letters_new(NULL, config->templates, config->mail_templates, config->time_zone, error);
	return letters;
}

static void put(struct json_object *to, const char *key, const char *text)
{
	if (text)
		json_object_object_add(to, key, json_object_new_string(text));
}

/* What the template sees. */
static struct json_object *tree_of(const struct config *config, const struct row *m, const char *locale,
				   const char *unsubscribe)
{
	struct json_object *tree = json_object_new_object(), *organizer = json_object_new_object();
	struct json_object *data = row_null(m, "data") ? NULL : json_tokener_parse(row_text(m, "data"));

	json_object_object_add(tree, "data", data ? data : json_object_new_object());
	put(tree, "name", config->name);
	put(tree, "url", config->base_url);
	put(tree, "locale", locale);
	put(tree, "dir", !strcmp(locale, "ar") ? "rtl" : "ltr");
	put(organizer, "name", row_null(m, "organizer.name") ? NULL : row_text(m, "organizer.name"));
	put(organizer, "email", row_null(m, "organizer.email") ? NULL : row_text(m, "organizer.email"));
	json_object_object_add(tree, "organizer", organizer);
	put(tree, "unsubscribe", unsubscribe);
	return tree;
}

struct writer {
	struct letters *letters;
	const char *kind, *locale;
	struct json_object *tree;
	const char **error;
	TALLOC_CTX *mem;
};

static const char *written(const struct writer *w, enum letter_form form)
{
	struct buf *out = buf_new(w->mem, LETTER_MAX);

	return letter_write(w->letters, w->kind, form, w->locale, w->tree, out, w->error) ? out->data : NULL;
}

static bool write_push(const struct writer *w, struct letter *letter)
{
	letter->subject = written(w, LETTER_SUBJECT);
	letter->text = letter->subject ? written(w, LETTER_PUSH) : NULL;
	letter->link = letter->text ? written(w, LETTER_LINK) : NULL;
	return letter->link;
}

static bool write_all(const struct writer *w, const struct row *m, struct letter *letter)
{
	if (row_is(m, "channel", "push"))
		return write_push(w, letter);
	if (row_is(m, "channel", "sms")) {
		letter->text = written(w, LETTER_SMS);
		return letter->text;
	}
	letter->subject = written(w, LETTER_SUBJECT);
	letter->text = letter->subject ? written(w, LETTER_TEXT) : NULL;
	letter->html = letter->text ? written(w, LETTER_HTML) : NULL;
	return letter->html;
}

/* By language and mail's choice. */
static enum letter_outcome write_kind(struct job_run *run, const struct row *m, struct letter *letter,
				      const char **error)
{
	const struct tongue *theirs = row_null(m, "locale") ? NULL : tongue_named(row_text(m, "locale"));
	const char *locale = tongue_locale(theirs ? theirs : tongue_named(run->config->locale)), *token;
	bool mail = row_is(m, "channel", "mail"), good;
	struct writer w = { letters_kept(run->config, error), row_text(m, "kind"), locale, NULL, error, run->mem };

	if (!w.letters)
		return LETTER_FAILED;
	if (mail && row_bool(m, "optional")) {
		token = mail_choice_token(run->db, row_text(m, "recipient"), run->now);
		if (!token)
			return LETTER_DECLINED;
		letter->unsubscribe = talloc_asprintf(run->mem, "%s/unsubscribe/%s", run->config->base_url, token);
	}
	if (!row_null(m, "organizer.email"))
		letter->reply_to = row_text(m, "organizer.email");
	w.tree = tree_of(run->config, m, locale, letter->unsubscribe);
	good = write_all(&w, m, letter);
	json_object_put(w.tree);
	return good ? LETTER_WRITTEN : LETTER_FAILED;
}

enum letter_outcome letter_of(struct job_run *run, const struct row *message, struct letter *letter, const char **error)
{
	*letter = (struct letter){ .subject = row_text(message, "subject"),
				   .text = row_text(message, "body"),
				   .link = "" };
	return row_null(message, "kind") ? LETTER_WRITTEN : write_kind(run, message, letter, error);
}
