#ifndef LIVE_UPDATE_H
#define LIVE_UPDATE_H
/* A committed change of attendance, as all who watch are told of it, by whatever way. */
#include "base/row.h"
#include <json-c/json.h>

/* change: a row of feed_changes(). The caller's. */
struct json_object *update_of(const struct row *change);

#endif
