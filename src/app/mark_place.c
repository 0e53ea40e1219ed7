/* Which of an event's places somebody is at, or nearest to, and what is said of it. */
#include "app/attempt.h"
#include <string.h>

bool mark_place_whole(struct request *rq)
{
	const bool north = field_given(rq, "latitude"), east = field_given(rq, "longitude");

	if (north == east)
		return true;
	field_fault(rq, north ? "longitude" : "latitude", "Send both or neither.");
	refuse_fields(rq);
	return false;
}

static double number_of(struct json_object *place, const char *key)
{
	return json_object_get_double(json_object_object_get(place, key));
}

static void look_at(struct mark_nearest *best, double distance, double radius, const char *name)
{
	if (best->name && best->distance <= distance)
		return;
	*best = (struct mark_nearest){ distance, radius, name };
}

struct mark_nearest mark_nearest(struct request *rq, const struct row *event, double latitude, double longitude)
{
	struct mark_nearest best = { 0 };
	struct json_object *places = json_tokener_parse(row_text(event, "places")), *one;

	look_at(&best,
		place_distance(latitude, longitude, row_cell(event, "latitude")->d, row_cell(event, "longitude")->d),
		(double)row_int(event, "location_radius"), row_text(event, "location"));
	for (size_t i = 0; json_object_is_type(places, json_type_array) && i < json_object_array_length(places); i++) {
		one = json_object_array_get_idx(places, i);
		look_at(&best,
			place_distance(latitude, longitude, number_of(one, "latitude"), number_of(one, "longitude")),
			number_of(one, "location_radius"),
			talloc_strdup(rq->mem, json_object_get_string(json_object_object_get(one, "name"))));
	}
	json_object_put(places);
	return best;
}

/* What is said of each. */
const char *mark_place_sentence(enum place_verdict verdict)
{
	static const char *const SENTENCES[] = {
		[PLACE_NONE] = "",
		[PLACE_INSIDE] = SAID("You are at the event's place."),
		[PLACE_PROBABLE] = SAID("You are probably at the event's place."),
		[PLACE_OUTSIDE] = SAID("You are outside of the event's place."),
		[PLACE_UNUSABLE] = SAID("Your place is not known exactly enough. Go near a window, and try again."),
	};

	return SENTENCES[verdict];
}
