#ifndef COMMAND_DEMO_FACES_H
#define COMMAND_DEMO_FACES_H
/* Pictures of people whom there is not, for a demo: drawn from numbers, so that every load draws the same. */
#include "base/clock.h"
#include "db/db.h"

/* Gives the marks of the demo's campus that wait for a person their photos, of a face and of a room, and their signature, and whose marks
 * they are the same face as their portrait. The files go to that directory. False: the database failed, or the files could not be kept. */
bool demo_faces(struct db *db, const char *files, ms_t now);

#endif
