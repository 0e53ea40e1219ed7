/* What comes is a stranger's, and it is drawn for others: so each number is held to its bounds before anything is made of it. */
#include "rules/strokes.h"
#include <math.h>

enum { REPLAY_POINTS = 20 };

/* A pad is twice as wide as high; of that shape is what is drawn, and so are lengths. */
static const double SHAPE = (double)STROKES_HEIGHT / STROKES_WIDTH, SHORTEST = 0.1, STEADY_MS = 1, TIME_MOST = 4e12;

/* ---- reading ---- */

static bool number(struct json_object *point, size_t i, double least, double most, double *out)
{
	struct json_object *value = json_object_array_get_idx(point, i);

	if (!json_object_is_type(value, json_type_double) && !json_object_is_type(value, json_type_int))
		return false;
	*out = json_object_get_double(value);
	return *out >= least && *out <= most;
}

static bool read_point(struct json_object *point, struct strokes *out, bool begins)
{
	size_t n = json_object_is_type(point, json_type_array) ? json_object_array_length(point) : 0;
	double pressure;

	if ((n != 3 && n != 4) || !number(point, 0, 0, 1, &out->at[2 * out->n]) ||
	    !number(point, 1, 0, 1, &out->at[2 * out->n + 1]) || !number(point, 2, 0, TIME_MOST, &out->time[out->n]) ||
	    (n == 4 && !number(point, 3, 0, 1, &pressure)))
		return false;
	out->begins[out->n++] = begins;
	return true;
}

/* How many points there are; -1: it is no list of lists. */
static int64_t count(struct json_object *json)
{
	int64_t n = 0;

	if (!json_object_is_type(json, json_type_array))
		return -1;
	for (size_t i = 0; i < json_object_array_length(json); i++) {
		struct json_object *stroke = json_object_array_get_idx(json, i);

		if (!json_object_is_type(stroke, json_type_array))
			return -1;
		n += (int64_t)json_object_array_length(stroke);
	}
	return n;
}

static bool read_all(struct json_object *json, struct strokes *out)
{
	for (size_t i = 0; i < json_object_array_length(json); i++) {
		struct json_object *stroke = json_object_array_get_idx(json, i);

		for (size_t j = 0; j < json_object_array_length(stroke); j++)
			if (!read_point(json_object_array_get_idx(stroke, j), out, j == 0))
				return false;
	}
	return true;
}

enum strokes_fault strokes_read(TALLOC_CTX *ctx, struct json_object *json, struct strokes *out)
{
	int64_t n = count(json);

	*out = (struct strokes){ 0 };
	if (n < 0)
		return STROKES_MALFORMED;
	if (n < STROKES_FEWEST)
		return STROKES_TOO_FEW;
	if (n > STROKES_MOST)
		return STROKES_TOO_MANY;
	out->at = talloc_array(ctx, double, 2 * (unsigned)n);
	out->time = talloc_array(out->at, double, (unsigned)n);
	out->begins = talloc_array(out->at, bool, (unsigned)n);
	if (!read_all(json, out))
		return STROKES_MALFORMED;
	return strokes_length(out) < SHORTEST ? STROKES_BLANK : STROKES_GOOD;
}

const char *strokes_sentence(enum strokes_fault fault)
{
	switch (fault) {
	case STROKES_TOO_FEW:
		return "A signature has at least 8 points.";
	case STROKES_TOO_MANY:
		return "A signature has at most 20,000 points.";
	case STROKES_BLANK:
		return "There is no signature. Draw it larger.";
	default:
		return "Send strokes as lists of points [x, y, time in ms], x and y from 0 to 1.";
	}
}

/* ---- what it is ---- */

double strokes_length(const struct strokes *strokes)
{
	double length = 0;

	for (size_t i = 1; i < strokes->n; i++) {
		const double *to = strokes->at + 2 * i, *from = to - 2;

		if (!strokes->begins[i])
			length += hypot(to[0] - from[0], (to[1] - from[1]) * SHAPE);
	}
	return length;
}

bool strokes_replayed(const struct strokes *strokes, double *spread)
{
	double mean = 0, squares = 0;
	size_t n = 0;

	/* Welford's, so that large times lose nothing. */
	for (size_t i = 1; i < strokes->n; i++) {
		double interval = strokes->time[i] - strokes->time[i - 1], off;

		if (strokes->begins[i])
			continue;
		off = interval - mean;
		mean += off / (double)++n;
		squares += off * (interval - mean);
	}
	*spread = n ? sqrt(squares / (double)n) : 0;
	return strokes->n >= REPLAY_POINTS && n > 0 && *spread < STEADY_MS;
}

void strokes_svg(const struct strokes *strokes, struct buf *out)
{
	buf_printf(
		out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\"><path fill=\"none\" stroke=\"currentColor\""
		" stroke-width=\"3\" stroke-linecap=\"round\" stroke-linejoin=\"round\" d=\"",
		STROKES_WIDTH, STROKES_HEIGHT);
	for (size_t i = 0; i < strokes->n; i++)
		buf_printf(out, "%c%.1f %.1f", strokes->begins[i] ? 'M' : 'L', strokes->at[2 * i] * STROKES_WIDTH,
			   strokes->at[2 * i + 1] * STROKES_HEIGHT);
	buf_text(out, "\"/></svg>");
}

void strokes_ink(const struct strokes *strokes, struct buf *out)
{
	for (size_t i = 0; i < strokes->n; i++)
		buf_printf(out, "%c%.4f,%.4f,%.0f", strokes->begins[i] ? 'M' : 'L', strokes->at[2 * i],
			   strokes->at[2 * i + 1], strokes->time[i] - strokes->time[0]);
}
