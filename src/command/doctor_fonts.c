/* Is there a font for what is set on paper: the site's languages, and what events and people are called? */
#include "base/tongue.h"
#include "command/doctor.h"
#include "render/pdf.h"
#include "store/doctor.h"

#define MEND                                                                                                           \
	"apt-get install fonts-noto-core; for Chinese, Japanese and Korean fonts-noto-cjk. Then `systemctl restart gatehouse`."

/* The scripts of a language's own sentences, of which one has all its letters that matter. */
static char *scripts_of_languages(struct visit *v)
{
	char *list = talloc_strdup(v->mem, "");

	for (const struct tongue *t = tongue_next(NULL); t; t = tongue_next(t))
		list = pdf_scripts_missing(v->mem, list,
					   tongue_says(t, "Show this code at the gate: it lets one person in."));
	return list;
}

static char *scripts_of_names(struct visit *v)
{
	const struct rows *names = doctor_names(v->db);
	char *list = talloc_strdup(v->mem, "");

	for (size_t i = 0; i < names->n; i++) {
		struct row row = row_at(names, i);

		list = pdf_scripts_missing(v->mem, list, row_text(&row, "name"));
	}
	return list;
}

void doctor_fonts(struct visit *v)
{
	const char *languages, *names, *error;

	tongues_load(v->config->templates, &error); /* what is wrong with them was said */
	languages = scripts_of_languages(v);
	names = v->connected ? scripts_of_names(v) : "";
	if (v->connected && unanswered(v, "the names that are set on paper"))
		return;
	if (*languages)
		wrong(v, MEND, "no font has the script of a language of this site: %s", languages);
	else if (*names)
		doubt(v, MEND, "no font has the script of some events' or people's names: %s", names);
	else
		well(v, "there is a font for what is set on paper");
}
