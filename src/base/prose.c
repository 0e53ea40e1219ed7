/* cmark reads, and what is written is ours: a table of tags without attributes from outside, and text that is escaped. cmark's own
 * writer has no way to say what links are (rel), to leave pictures out or to end somewhere.
 *
 * Its parser takes 64 KB of any sign in a few milliseconds, but for blank lines below what is deep (parse()), and goes as deep as quotes are put into each other; browsers do not, so
 * what lies deeper than DEEPEST is written without tags of its own. */
#include "base/prose.h"
#include "base/utf8.h"
#include <cmark.h>
#include <string.h>
#include <strings.h>

enum { DEEPEST = 12, PAGE_HEADING = 2, LAST_HEADING = 6 };

#define OWN_WAY " dir=\"auto\""
#define REL " rel=\"nofollow noopener ugc\""

struct writer {
	struct buf *out;
	int depth;		/* of what is open */
	int heading;		/* of the last one */
	const cmark_node *link; /* that is open; NULL: none */
	size_t link_text;	/* where its text begins */
};

/* ---- text ---- */

/* How many bytes here are a sign that no text may have, for it turns what stands around it (U+202A to 202E, U+2066 to 2069) or is no
 * letter at all: written as &#8238; they come past whoever looked at the text. */
static size_t unwanted(const char *text)
{
	const unsigned char *u = (const unsigned char *)text;

	if ((*u < ' ' && !strchr("\t\n", *text)) || *u == 0x7f)
		return 1;
	if (u[0] == 0xe2 &&
	    ((u[1] == 0x80 && u[2] >= 0xaa && u[2] <= 0xae) || (u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9)))
		return 3;
	return 0;
}

static void add_sign(struct buf *out, char sign)
{
	if (sign == '&')
		buf_text(out, "&amp;");
	else if (sign == '<')
		buf_text(out, "&lt;");
	else if (sign == '>')
		buf_text(out, "&gt;");
	else if (sign == '"')
		buf_text(out, "&quot;");
	else if (sign == '\'')
		buf_text(out, "&#39;");
	else
		buf_char(out, sign);
}

static void add_escaped(struct buf *out, const char *text)
{
	while (*text) {
		size_t skip = unwanted(text);

		if (!skip)
			add_sign(out, *text);
		text += skip ? skip : 1;
	}
}

/* Lines as they were typed. */
static void add_lines(struct buf *out, const char *text)
{
	const char *end = text + strlen(text);

	while (end > text && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	buf_text(out, "<p" OWN_WAY ">");
	while (text < end) {
		size_t skip = unwanted(text);

		if (*text == '\n')
			buf_text(out, "<br>");
		else if (!skip)
			add_sign(out, *text);
		text += skip ? skip : 1;
	}
	buf_text(out, "</p>\n");
}

/* ---- blocks ---- */

/* Items of a tight list are lines, not paragraphs. */
static bool is_line(cmark_node *node)
{
	cmark_node *item = cmark_node_parent(node), *list = item ? cmark_node_parent(item) : NULL;

	return list && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list);
}

static bool is_numbered(cmark_node *node)
{
	return cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
}

static void open_list(struct writer *w, cmark_node *node)
{
	if (!is_numbered(node))
		buf_text(w->out, "<ul" OWN_WAY ">\n");
	else if (cmark_node_get_list_start(node) == 1)
		buf_text(w->out, "<ol" OWN_WAY ">\n");
	else
		buf_printf(w->out, "<ol start=\"%d\"" OWN_WAY ">\n", cmark_node_get_list_start(node));
}

/* One with nothing in it would be read out as a heading all the same. */
static void open_heading(struct writer *w, cmark_node *node)
{
	int level = cmark_node_get_heading_level(node) + PAGE_HEADING;

	if (!cmark_node_first_child(node))
		return;
	if (level > w->heading + 1)
		level = w->heading + 1;
	w->heading = level < LAST_HEADING ? level : LAST_HEADING;
	buf_printf(w->out, "<h%d" OWN_WAY ">", w->heading);
}

static void close_heading(struct writer *w, cmark_node *node)
{
	if (cmark_node_first_child(node))
		buf_printf(w->out, "</h%d>\n", w->heading);
}

/* ---- links ---- */

static bool leads_out(const char *address)
{
	return address && (!strncasecmp(address, "https://", 8) || !strncasecmp(address, "http://", 7) ||
			   !strncasecmp(address, "mailto:", 7));
}

/* A picture may have links in its words, which then are none. */
static void open_link(struct writer *w, cmark_node *node)
{
	const char *address = cmark_node_get_url(node);

	if (w->link || !leads_out(address))
		return;
	buf_text(w->out, "<a href=\"");
	add_escaped(w->out, address);
	buf_text(w->out, "\"" REL ">");
	w->link = node;
	w->link_text = w->out->len;
}

/* Without words it is called by its address. */
static void close_link(struct writer *w, cmark_node *node)
{
	const char *text = w->out->data + w->link_text;

	if (w->link != node)
		return;
	if (!text[strspn(text, " ")])
		add_escaped(w->out, cmark_node_get_url(node));
	buf_text(w->out, "</a>");
	w->link = NULL;
}

/* ---- all ---- */

static void enter(struct writer *w, cmark_node *node, cmark_node_type type)
{
	if (type == CMARK_NODE_PARAGRAPH && !is_line(node))
		buf_text(w->out, "<p" OWN_WAY ">");
	else if (type == CMARK_NODE_HEADING)
		open_heading(w, node);
	else if (type == CMARK_NODE_BLOCK_QUOTE)
		buf_text(w->out, "<blockquote" OWN_WAY ">\n");
	else if (type == CMARK_NODE_LIST)
		open_list(w, node);
	else if (type == CMARK_NODE_ITEM)
		buf_text(w->out, "<li" OWN_WAY ">");
	else if (type == CMARK_NODE_EMPH)
		buf_text(w->out, "<em>");
	else if (type == CMARK_NODE_STRONG)
		buf_text(w->out, "<strong>");
	else if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
		open_link(w, node);
}

static void leave(struct writer *w, cmark_node *node, cmark_node_type type)
{
	if (type == CMARK_NODE_PARAGRAPH)
		buf_text(w->out, is_line(node) ? "\n" : "</p>\n");
	else if (type == CMARK_NODE_HEADING)
		close_heading(w, node);
	else if (type == CMARK_NODE_BLOCK_QUOTE)
		buf_text(w->out, "</blockquote>\n");
	else if (type == CMARK_NODE_LIST)
		buf_text(w->out, is_numbered(node) ? "</ol>\n" : "</ul>\n");
	else if (type == CMARK_NODE_ITEM)
		buf_text(w->out, "</li>\n");
	else if (type == CMARK_NODE_EMPH)
		buf_text(w->out, "</em>");
	else if (type == CMARK_NODE_STRONG)
		buf_text(w->out, "</strong>");
	else if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
		close_link(w, node);
}

/* What has nothing in it; it is not left again. */
static void leaf(struct writer *w, cmark_node *node, cmark_node_type type)
{
	if (type == CMARK_NODE_TEXT)
		add_escaped(w->out, cmark_node_get_literal(node));
	else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
		buf_text(w->out, "<br>\n");
	else if (type == CMARK_NODE_THEMATIC_BREAK)
		buf_text(w->out, "<hr>\n");
	else if (type == CMARK_NODE_CODE_BLOCK)
		add_lines(w->out, cmark_node_get_literal(node));
	else if (type == CMARK_NODE_CODE) {
		buf_text(w->out, "<code>");
		add_escaped(w->out, cmark_node_get_literal(node));
		buf_text(w->out, "</code>");
	}
}

static bool is_leaf(cmark_node_type type)
{
	return type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_THEMATIC_BREAK || type == CMARK_NODE_CODE_BLOCK ||
	       type == CMARK_NODE_TEXT || type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK ||
	       type == CMARK_NODE_CODE || type == CMARK_NODE_HTML_INLINE;
}

static void step(struct writer *w, cmark_node *node, bool enters)
{
	cmark_node_type type = cmark_node_get_type(node);

	if (is_leaf(type)) {
		leaf(w, node, type);
		return;
	}
	if (enters && ++w->depth <= DEEPEST)
		enter(w, node, type);
	if (enters)
		return;
	if (w->depth-- <= DEEPEST)
		leave(w, node, type);
	else if (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING)
		buf_text(w->out, "<br>\n");
}

/* Of blank lines that follow each other one is as good as many, and each costs the parser as much as is open. */
static cmark_node *parse(const char *text, size_t len)
{
	cmark_parser *parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8);
	cmark_node *whole;
	bool was_blank = false;

	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - text) - at + 1 : len - at;
		bool blank = strspn(text + at, " \t\r\n") >= n;

		if (!blank || !was_blank)
			cmark_parser_feed(parser, text + at, n);
		was_blank = blank;
		at += n;
	}
	whole = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	return whole;
}

void prose_html(struct buf *out, const char *text)
{
	size_t len = strlen(text);
	struct writer w = { .out = out, .heading = PAGE_HEADING };
	cmark_event_type event;
	cmark_node *whole;
	cmark_iter *at;

	if (len > PROSE_BYTES) {
		add_lines(out, text);
		return;
	}
	whole = parse(text, len);
	at = cmark_iter_new(whole);
	while ((event = cmark_iter_next(at)) != CMARK_EVENT_DONE)
		step(&w, cmark_iter_get_node(at), event == CMARK_EVENT_ENTER);
	cmark_iter_free(at);
	cmark_node_free(whole);
}

/* ---- one line ---- */

/* Words, one blank between them. */
static void add_words(struct buf *out, const char *text)
{
	for (; *text; text++)
		if (*text != '\t' && *text != '\n' && unwanted(text))
			text += unwanted(text) - 1;
		else if (!strchr(" \t\n", *text))
			buf_char(out, *text);
		else if (out->len && out->data[out->len - 1] != ' ')
			buf_char(out, ' ');
}

static void add_words_of(struct buf *out, cmark_node *node, bool enters)
{
	cmark_node_type type = cmark_node_get_type(node);

	if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK)
		add_words(out, cmark_node_get_literal(node));
	else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK ||
		 (!enters && (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING)))
		add_words(out, " ");
}

/* Where the line ends that has at most so many bytes: behind a word, or, of one that is as long as that, behind a sign. */
static size_t cut(const struct buf *line, size_t most)
{
	size_t end = most;

	while (end && line->data[end] != ' ')
		end--;
	return end ? end : utf8_prefix(line->data, most);
}

void prose_line(struct buf *out, const char *text, size_t most)
{
	static const char MORE[] = "…";
	size_t len = strnlen(text, PROSE_BYTES);
	struct buf *line = buf_new(NULL, PROSE_BYTES + 1);
	cmark_node *whole = parse(text, len);
	cmark_iter *at = cmark_iter_new(whole);
	cmark_event_type event;

	while ((event = cmark_iter_next(at)) != CMARK_EVENT_DONE && line->len <= most + 1)
		add_words_of(line, cmark_iter_get_node(at), event == CMARK_EVENT_ENTER);
	cmark_iter_free(at);
	cmark_node_free(whole);
	while (line->len && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	if (line->len <= most) {
		buf_add(out, line->data, line->len);
	} else {
		buf_add(out, line->data, cut(line, most - strlen(MORE)));
		buf_text(out, MORE);
	}
	talloc_free(line);
}
