/* Notes down each page before it is rendered: what its action answered, what stands beside, and its frame. Only in
 * gatehouse-recording, which the linker gives this instead of html_render() (--wrap): one line of JSON a page goes to the file
 * that GATEHOUSE_RECORD names. tests/record/run makes the pages' fixtures of them. */
#include "render/html.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool __real_html_render(struct html *html, const char *page, const char *locale, struct json_object *tree,
			struct buf *out, const char **error);
bool __wrap_html_render(struct html *html, const char *page, const char *locale, struct json_object *tree,
			struct buf *out, const char **error);

/* In one write(), so that lines of several workers do not mix. */
static void note(const char *file, const char *page, struct json_object *tree)
{
	struct json_object *line = json_object_new_object();
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	char *text;
	ssize_t written = -1;
	size_t len;

	json_object_object_add(line, "name", json_object_new_string(page));
	json_object_object_foreach(tree, key, member) json_object_object_add(line, key, json_object_get(member));
	text = talloc_asprintf(NULL, "%s\n", json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN));
	len = strlen(text);
	if (fd >= 0)
		written = write(fd, text, len);
	if (written != (ssize_t)len)
		abort();
	close(fd);
	talloc_free(text);
	json_object_put(line);
}

bool __wrap_html_render(struct html *html, const char *page, const char *locale, struct json_object *tree,
			struct buf *out, const char **error)
{
	const char *file = getenv("GATEHOUSE_RECORD");

	if (file)
		note(file, page, tree);
	return __real_html_render(html, page, locale, tree, out, error);
}
