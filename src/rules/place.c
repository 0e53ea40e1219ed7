/* By PROJ's geodesics (Karney 2013), exact to nanometres: a sphere would be wrong by a metre in a radius of two hundred. */
#include "rules/place.h"
#include <geodesic.h>
#include <stddef.h>
#include <string.h>

static const char *const WORDS[] = {
	[PLACE_INSIDE] = "inside",
	[PLACE_PROBABLE] = "probable",
	[PLACE_OUTSIDE] = "outside",
	[PLACE_UNUSABLE] = "unusable",
};

double place_distance(double latitude, double longitude, double other_latitude, double other_longitude)
{
	struct geod_geodesic earth;
	double metres;

	geod_init(&earth, 6378137, 1 / 298.257223563);
	geod_inverse(&earth, latitude, longitude, other_latitude, other_longitude, &metres, NULL, NULL);
	return metres;
}

enum place_verdict place_judge(double distance, double radius, double accuracy, const struct place_trust *trust)
{
	if (accuracy > trust->accuracy_most)
		return PLACE_UNUSABLE;
	if (distance <= radius)
		return PLACE_INSIDE;
	return distance - (accuracy < trust->benefit_most ? accuracy : trust->benefit_most) <= radius ? PLACE_PROBABLE
												      : PLACE_OUTSIDE;
}

const char *place_word(enum place_verdict verdict)
{
	return WORDS[verdict];
}

enum place_verdict place_of_word(const char *word)
{
	for (size_t i = PLACE_INSIDE; word && i < sizeof WORDS / sizeof *WORDS; i++)
		if (!strcmp(WORDS[i], word))
			return (enum place_verdict)i;
	return PLACE_NONE;
}
