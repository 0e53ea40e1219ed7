#ifndef APP_ATTENDANCE_MAP_H
#define APP_ATTENDANCE_MAP_H
/* Where a mark was made, as a drawing. */
#include "base/row.h"
#include <json-c/json.h>

/* The event's places with what counts as inside, and the mark: as a point with its error, where that may be told (exact), else as a ring
 * around the nearest place, for its distance alone. scene: of attendance_scene(). An object for the page, in a square of 200: circles (x,
 * y, r, kind: place, mark, error, ring) and span_m, what the square is wide; NULL: there is nothing to draw. */
struct json_object *attendance_map(const struct row *scene, bool exact);

#endif
