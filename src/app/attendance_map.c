/* The earth is flat over the width of a campus: a degree east is as long as its latitude makes it. All is drawn in metres around the
 * event's own place, and then shrunk until it fits. */
#include "app/attendance_map.h"
#include "http/request.h"
#include <math.h>
#include <string.h>

enum { SIDE = 200, MARGIN = 12, CIRCLES = 16, DOT = 3 };
#define DEGREE_M 111195.0

struct circle {
	double x, y, r; /* metres east and north of the middle */
	const char *kind;
	bool dot; /* of no size of its own */
};
struct drawing_of {
	double latitude, longitude;
	struct circle circles[CIRCLES];
	size_t n;
};

static struct circle *put(struct drawing_of *d, double latitude, double longitude, double r, const char *kind)
{
	const double radians = M_PI / 180;
	struct circle *c = &d->circles[d->n < CIRCLES ? d->n++ : CIRCLES - 1];

	*c = (struct circle){ (longitude - d->longitude) * DEGREE_M * cos(d->latitude * radians),
			      (latitude - d->latitude) * DEGREE_M, r, kind, false };
	return c;
}

static double real_of(struct json_object *place, const char *key)
{
	return json_object_get_double(json_object_object_get(place, key));
}

/* The event's places; the circle of the one that is nearest to the mark. */
static struct circle put_places(struct drawing_of *d, const struct row *scene)
{
	struct json_object *places = json_tokener_parse(row_text(scene, "places")), *one;
	struct circle nearest = *put(d, d->latitude, d->longitude, (double)row_int(scene, "location_radius"), "place");

	for (size_t i = 0; json_object_is_type(places, json_type_array) && i < json_object_array_length(places); i++) {
		struct circle *c;

		one = json_object_array_get_idx(places, i);
		c = put(d, real_of(one, "latitude"), real_of(one, "longitude"), real_of(one, "location_radius"),
			"place");
		if (!row_null(scene, "place") &&
		    !strcmp(row_text(scene, "place"), json_object_get_string(json_object_object_get(one, "name"))))
			nearest = *c;
	}
	json_object_put(places);
	return nearest;
}

static void put_mark(struct drawing_of *d, const struct row *scene, const struct circle *nearest, bool exact)
{
	const double accuracy = row_null(scene, "accuracy") ? 0 : row_cell(scene, "accuracy")->d;

	if (!exact || row_null(scene, "latitude")) {
		d->circles[d->n] = *nearest;
		d->circles[d->n].r = row_cell(scene, "distance")->d;
		d->circles[d->n++].kind = "ring";
		return;
	}
	if (accuracy > 0)
		put(d, row_cell(scene, "latitude")->d, row_cell(scene, "longitude")->d, accuracy, "error");
	put(d, row_cell(scene, "latitude")->d, row_cell(scene, "longitude")->d, 0, "mark")->dot = true;
}

static double rounded(double x)
{
	return round(x * 10) / 10;
}

struct json_object *attendance_map(const struct row *scene, bool exact)
{
	struct drawing_of d = { .n = 0 };
	struct circle nearest;
	double reach = 1, scale;
	struct json_object *map, *circles;

	if (row_null(scene, "event_latitude"))
		return NULL;
	d.latitude = row_cell(scene, "event_latitude")->d;
	d.longitude = row_cell(scene, "event_longitude")->d;
	nearest = put_places(&d, scene);
	if (!row_null(scene, "distance"))
		put_mark(&d, scene, &nearest, exact);
	for (size_t i = 0; i < d.n; i++)
		reach = fmax(reach, fmax(fabs(d.circles[i].x), fabs(d.circles[i].y)) + d.circles[i].r);
	scale = (SIDE / 2.0 - MARGIN) / reach;
	map = json_object_new_object();
	circles = answer_array(map, "circles");
	for (size_t i = 0; i < d.n; i++) {
		struct json_object *one = answer_item(circles);

		answer_add(one, "x", answer_real(rounded(SIDE / 2.0 + d.circles[i].x * scale)));
		answer_add(one, "y", answer_real(rounded(SIDE / 2.0 - d.circles[i].y * scale)));
		answer_add(one, "r", answer_real(d.circles[i].dot ? DOT : rounded(fmax(2, d.circles[i].r * scale))));
		answer_text(one, "kind", d.circles[i].kind);
	}
	answer_int(map, "span_m", (int64_t)llround(SIDE / scale));
	return map;
}
