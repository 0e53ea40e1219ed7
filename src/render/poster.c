/* Posters from a seed. Each kind of event has a motif of its own, so that a page of events reads as a wall of posters and
 * not as a wall of wallpaper; the seed chooses inks, counts and sides. No text but the name: fonts differ, shapes do not. */
#include "render/poster.h"
#include "base/utf8.h"
#include <string.h>

enum { WIDE = 400, HIGH = 500 };

/* ground, ink, spark: each pair of them differs enough to be seen in the sun. */
struct inks {
	const char *ground, *ink, *spark;
};

struct art {
	struct buf *out;
	const struct inks *inks;
	uint64_t state;
};

/* splitmix64: the next of a sequence that the seed alone decides, below n. */
static int pick(struct art *art, int n)
{
	uint64_t z = art->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (int)((z ^ z >> 31) % (uint64_t)n);
}

static void disc(struct art *art, int x, int y, int r, const char *ink)
{
	buf_printf(art->out, "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"%s\"/>", x, y, r, ink);
}

static void ring(struct art *art, int x, int y, int r, int width, const char *ink)
{
	buf_printf(art->out, "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"none\" stroke=\"%s\" stroke-width=\"%d\"/>",
		   x, y, r, ink, width);
}

static void block(struct art *art, int x, int y, int width, int height, int round, const char *ink)
{
	buf_printf(art->out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\"/>", x, y, width,
		   height, round, ink);
}

/* Music: a record, and its sound as bars below. */
static void draw_record(struct art *art)
{
	int x = 120 + pick(art, 160), rings = 3 + pick(art, 3), bars = 8 + pick(art, 3) * 2, width = WIDE / bars;

	disc(art, x, 215, 178, art->inks->ink);
	for (int i = 0; i < rings; i++)
		ring(art, x, 215, 160 - i * 96 / rings, 5, art->inks->ground);
	disc(art, x, 215, 52, art->inks->spark);
	disc(art, x, 215, 13, art->inks->ground);
	for (int i = 0; i < bars; i++) {
		int high = 50 + pick(art, 130);

		block(art, i * width + 4, HIGH - high, width - 8, high + 20, (width - 8) / 2, art->inks->spark);
	}
}

/* Music, too: the sound as it leaves the stage. */
static void draw_waves(struct art *art)
{
	int waves = 6 + pick(art, 3), step = 420 / waves, x = 90 + pick(art, 220);

	for (int i = waves; i > 0; i--)
		disc(art, x, 400, i * step, i % 2 ? art->inks->ink : i % 4 ? art->inks->spark : art->inks->ground);
	disc(art, x, 400, step / 2, art->inks->ground);
	block(art, 0, 400, WIDE, 120, 0, art->inks->ground);
	for (int i = 0; i < 9; i++)
		disc(art, 24 + i * 44, 436 + pick(art, 24), 18, i % 4 == 2 ? art->inks->spark : art->inks->ink);
}

/* Theatre: a curtain drawn aside, and the light behind it. */
static void draw_curtain(struct art *art)
{
	int x = 150 + pick(art, 100), folds = 4 + pick(art, 2), width = 170 / folds;

	buf_printf(art->out, "<path d=\"M%d -20L%d 520H%dz\" fill=\"%s\"/>", x, x + 150, x - 150, art->inks->spark);
	buf_printf(art->out, "<ellipse cx=\"%d\" cy=\"410\" rx=\"150\" ry=\"46\" fill=\"%s\"/>", x, art->inks->ground);
	disc(art, x, 268, 66, art->inks->ground);
	buf_printf(art->out, "<path d=\"M%d 400q0-78 70-78t70 78z\" fill=\"%s\"/>", x - 70, art->inks->ground);
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < folds; i++) {
			int fall = HIGH - i * i * (22 + 10 * (4 - folds % 4)),
			    at = side ? WIDE - (i + 1) * width : i * width;

			block(art, at, -40, width - 4, fall > 120 ? fall : 120, width / 2, art->inks->ink);
		}
	for (int i = 0; i < 8; i++)
		disc(art, 25 + i * 50, 0, 34, art->inks->ink);
}

/* Sport: lanes round a bend, and the ball that has left them. */
static void draw_lanes(struct art *art)
{
	int lanes = 5 + pick(art, 2), y = 300 + pick(art, 60), step = 230 / lanes;

	for (int i = 0; i < lanes; i++)
		buf_printf(
			art->out,
			"<path d=\"M-30 %dH190a%d %d 0 0 0 0-%dH-30\" fill=\"none\" stroke=\"%s\" stroke-width=\"%d\"/>",
			y + i * step - 80, 60 + i * step, 60 + i * step, 120 + 2 * i * step,
			i % 3 == 1 ? art->inks->spark : art->inks->ink, step * 2 / 3);
	disc(art, 318, 104 + pick(art, 40), 52, art->inks->spark);
}

/* Conference: a board of tiles, each turned as it fell. */
static void draw_tiles(struct art *art)
{
	static const char *const TILES[] = { "M0 0a100 100 0 0 1 100 100H0z",
					     "M0 0h100a100 100 0 0 1-100 100z",
					     "M100 0v100H0a100 100 0 0 1 100-100z",
					     "M0 0l100 100H0z",
					     "M0 50a50 50 0 0 1 100 0zM0 100a50 50 0 0 1 100 0z",
					     "M0 0h50v100H0z" };

	for (int y = 0; y < HIGH; y += 100)
		for (int x = 0; x < WIDE; x += 100) {
			int tile = pick(art, 8);
			const char *ink = pick(art, 3) ? art->inks->ink : art->inks->spark;

			if (tile < 6)
				buf_printf(art->out, "<path transform=\"translate(%d %d)\" d=\"%s\" fill=\"%s\"/>", x,
					   y, TILES[tile], ink);
			else if (tile == 6)
				disc(art, x + 50, y + 50, 34, ink);
		}
}

/* Family: hills, a sun and things that fly. */
static void draw_hills(struct art *art)
{
	int sun = 90 + pick(art, 220), flyers = 3 + pick(art, 2);

	disc(art, sun, 190, 104, art->inks->spark);
	for (int i = 0; i < 12; i++)
		buf_printf(art->out, "<path d=\"M%d 62l9-44h-18z\" fill=\"%s\" transform=\"rotate(%d %d 190)\"/>", sun,
			   art->inks->spark, i * 30, sun);
	disc(art, 60 + pick(art, 60), 560, 210, art->inks->ink);
	disc(art, 330 + pick(art, 50), 600, 250, art->inks->ink);
	for (int i = 0; i < flyers; i++) {
		int x = 50 + i * 300 / (flyers - 1), y = 120 + pick(art, 160);

		buf_printf(art->out, "<path d=\"M%d %dq14 40-4 90\" fill=\"none\" stroke=\"%s\" stroke-width=\"4\"/>",
			   x, y + 36, art->inks->ink);
		buf_printf(art->out, "<ellipse cx=\"%d\" cy=\"%d\" rx=\"30\" ry=\"38\" fill=\"%s\"/>", x, y,
			   art->inks->ink);
	}
}

/* Food: loaves on a shelf, scored by the baker. */
static void draw_loaves(struct art *art)
{
	int rows = 4, high = HIGH / rows;

	for (int row = 0; row < rows; row++) {
		int across = 2 + pick(art, 3), width = WIDE / across, base = (row + 1) * high - 14;

		for (int i = 0; i < across; i++) {
			int x = i * width + 8, w = width - 16, spark = pick(art, 4) == 0;
			const char *ink = spark ? art->inks->spark : art->inks->ink;

			buf_printf(art->out, "<path d=\"M%d %dv-30a%d 56 0 0 1 %d 0v30z\" fill=\"%s\"/>", x, base,
				   w / 2, w, ink);
			for (int cut = 1; cut < 4; cut++)
				buf_printf(art->out, "<path d=\"M%d %dl14-34\" stroke=\"%s\" stroke-width=\"7\"/>",
					   x + cut * w / 4 - 8, base - 26, art->inks->ground);
		}
		block(art, 0, base, WIDE, 7, 0, art->inks->spark);
	}
}

/* Art: three shapes that lean on each other. */
static void draw_collage(struct art *art)
{
	int turn = pick(art, 4) * 15 - 20, x = 150 + pick(art, 90);

	disc(art, x, 210, 150, art->inks->ink);
	buf_printf(art->out,
		   "<path d=\"M%d 90L%d 420H%dz\" fill=\"%s\" fill-opacity=\".88\" transform=\"rotate(%d 200 250)\"/>",
		   x + 70, x + 240, x - 60, art->inks->spark, turn);
	buf_printf(art->out, "<g transform=\"rotate(%d 200 250)\">", turn - 30);
	for (int i = 0; i < 5; i++)
		block(art, -80, 330 + i * 26, 420 - i * 40, 12, 0, art->inks->ink);
	buf_text(art->out, "</g>");
	disc(art, x - 60, 150, 42, art->inks->ground);
	ring(art, 330, 90, 38, 14, art->inks->spark);
}

/* Comedy: a face that got the joke. */
static void draw_grin(struct art *art)
{
	int teeth = 5 + pick(art, 3), wink = pick(art, 2);

	for (int i = 0; i < 18; i++)
		buf_printf(art->out, "<path d=\"M200 250L%d -260h46z\" fill=\"%s\" transform=\"rotate(%d 200 250)\"/>",
			   177, art->inks->spark, i * 20 + pick(art, 5));
	disc(art, 200, 250, 162, art->inks->ink);
	disc(art, 140, 205, 24, art->inks->ground);
	if (wink)
		block(art, 232, 197, 60, 16, 8, art->inks->ground);
	else
		disc(art, 262, 205, 24, art->inks->ground);
	buf_printf(art->out, "<path d=\"M86 262h228a114 114 0 0 1-228 0z\" fill=\"%s\"/>", art->inks->ground);
	for (int i = 0; i < teeth; i++)
		block(art, 98 + i * 204 / teeth, 262, 204 / teeth - 5, 30, 4, art->inks->spark);
}

/* clang-format off */
static const struct motif {
	const char *category;
	void (*draw)(struct art *art);
	struct inks inks[3];
} MOTIFS[] = {
	{ "music", draw_record,
	  { { "#2b0f3f", "#f4ede1", "#ff5c8a" }, { "#0c2d48", "#ffd166", "#ef476f" }, { "#f2b705", "#23150f", "#d7263d" } } },
	{ "music", draw_waves,
	  { { "#14213d", "#fca311", "#e5e5e5" }, { "#4a1942", "#f7b2ad", "#eb5160" }, { "#f4ede1", "#0f4c5c", "#e36414" } } },
	{ "theatre", draw_curtain,
	  { { "#2a0a12", "#b3122f", "#f7d488" }, { "#10233a", "#7a1f3d", "#f2e2c4" }, { "#201335", "#c8553d", "#ffe8a3" } } },
	{ "sport", draw_lanes,
	  { { "#0f3d3e", "#f2f0e6", "#ff7f3f" }, { "#c8372d", "#fff3e0", "#1b2a41" }, { "#143d8d", "#ffffff", "#ffd23f" } } },
	{ "conference", draw_tiles,
	  { { "#f0e9db", "#1d3557", "#e4572e" }, { "#12263a", "#9bd1c6", "#f4d35e" }, { "#e8eddf", "#2e4057", "#d1495b" } } },
	{ "family", draw_hills,
	  { { "#8ecae6", "#14532d", "#ffb703" }, { "#ffe3c2", "#0f4c5c", "#fb8b24" }, { "#bde0c8", "#5b2a86", "#ff6f59" } } },
	{ "food", draw_loaves,
	  { { "#3b1f10", "#e8a04c", "#fbe8c8" }, { "#fbe9d0", "#9c4a1a", "#244b3c" }, { "#26413c", "#f0c987", "#e07a5f" } } },
	{ "art", draw_collage,
	  { { "#f3ead9", "#1f4e79", "#e3442f" }, { "#1b1b2f", "#e6b89c", "#3fa7d6" }, { "#f6d8ae", "#2e294e", "#f46036" } } },
	{ "comedy", draw_grin,
	  { { "#17223b", "#ffd93d", "#ff6b6b" }, { "#5a189a", "#ffb4a2", "#f9f871" }, { "#0b3c49", "#f4f1de", "#f26419" } } },
};
/* clang-format on */

enum { N_MOTIFS = sizeof(MOTIFS) / sizeof(MOTIFS[0]) };

/* FNV-1a, 64 bits, over id and title. */
static uint64_t seed_of(int64_t id, const char *title)
{
	uint64_t hash = 14695981039346656037u ^ (uint64_t)id;

	hash *= 1099511628211u;
	for (const char *s = title; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 1099511628211u;
	return hash;
}

static void add_escaped(struct buf *out, const char *text)
{
	for (const char *s = text; *s; s++)
		switch (*s) {
		case '<':
			buf_text(out, "&lt;");
			break;
		case '>':
			buf_text(out, "&gt;");
			break;
		case '&':
			buf_text(out, "&amp;");
			break;
		case '"':
			buf_text(out, "&quot;");
			break;
		default:
			/* XML has no place for controls, nor for U+FFFE and U+FFFF. */
			if (utf8_nonchar(s))
				s += utf8_length(s, strlen(s)) - 1;
			else if ((unsigned char)*s >= ' ')
				buf_char(out, *s);
		}
}

/* The category's motif and inks that this event gets; any motif when the category has none. By the id and not by the
 * seed, so that events entered one after the other look unlike. */
static const struct motif *motif_for(struct art *art, int64_t id, const char *category)
{
	const struct motif *fit[N_MOTIFS];
	uint64_t turn = (uint64_t)id * 5 + (uint64_t)id / 4;
	unsigned n = 0;

	for (size_t i = 0; i < N_MOTIFS; i++)
		if (!strcmp(MOTIFS[i].category, category))
			fit[n++] = &MOTIFS[i];
	if (!n)
		fit[n++] = &MOTIFS[pick(art, N_MOTIFS)];
	art->inks = &fit[turn % n]->inks[turn / n % 3];
	return fit[turn % n];
}

bool poster_svg(struct buf *out, int64_t id, const char *title, const char *category)
{
	struct art art = { .out = out, .state = seed_of(id, title) };
	const struct motif *motif = motif_for(&art, id, category);

	buf_printf(
		out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">"
		"<title>",
		WIDE, HIGH, 2 * WIDE, 2 * HIGH);
	add_escaped(out, title);
	buf_printf(out, "</title><path fill=\"%s\" d=\"M0 0h%dv%dH0z\"/><g%s>", art.inks->ground, WIDE, HIGH,
		   pick(&art, 2) ? " transform=\"matrix(-1 0 0 1 400 0)\"" : "");
	motif->draw(&art);
	buf_text(out, "</g></svg>");
	return !buf_over(out);
}
