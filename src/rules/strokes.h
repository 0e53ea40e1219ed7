#ifndef RULES_STROKES_H
#define RULES_STROKES_H
/* A signature as a pen drew it: strokes of points, each where (0 to 1 of the pad's width and height), when (ms), and perhaps how hard. */
#include "base/buf.h"
#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

enum {
	STROKES_FEWEST = 8,
	STROKES_MOST = 20000 /* points */,
	STROKES_WIDTH = 600,
	STROKES_HEIGHT = 300 /* of what is drawn */
};

struct strokes {
	size_t n;     /* points */
	double *at;   /* 2n: x and y of each */
	double *time; /* ms */
	bool *begins; /* does the point begin a stroke? */
};

enum strokes_fault { STROKES_GOOD, STROKES_MALFORMED, STROKES_TOO_FEW, STROKES_TOO_MANY, STROKES_BLANK };

/* Reads [[[x, y, t, p?], …], …]; one that holds no point is none. *out is on ctx where the answer is STROKES_GOOD. STROKES_BLANK: the pen's
 * way is shorter than a tenth of the width. */
enum strokes_fault strokes_read(TALLOC_CTX *ctx, struct json_object *json, struct strokes *out);
/* What is said of a fault: a literal. */
const char *strokes_sentence(enum strokes_fault fault);
/* The pen's way while it was down, in widths of the pad. */
double strokes_length(const struct strokes *strokes);
/* Could no hand have drawn it? At least 20 points whose intervals within strokes have a standard deviation below 1 ms. *spread gets that
 * deviation, 0 where there are none. */
bool strokes_replayed(const struct strokes *strokes, double *spread);
/* The drawing as lines, which can be made larger: a whole SVG document in the colour of its surroundings. */
void strokes_svg(const struct strokes *strokes, struct buf *out);
/* The same drawing says the same, whatever was added to all its times: what its likeness is known by. */
void strokes_ink(const struct strokes *strokes, struct buf *out);

#endif
