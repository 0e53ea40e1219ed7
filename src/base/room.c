/* A tenth of a small disk is soon full, and a tenth of a large one is much: either is room enough. */
#include "base/room.h"
#include <sys/statvfs.h>

enum room room_look(const char *path, struct room_left *left)
{
	struct statvfs st;

	if (statvfs(path, &st) || !st.f_blocks)
		return ROOM_UNKNOWN;
	left->free_mb = (int64_t)((uint64_t)st.f_bavail * st.f_frsize >> 20);
	left->percent = (int64_t)((uint64_t)st.f_bavail * 100 / st.f_blocks);
	if (left->percent >= 10 || left->free_mb >= 10240)
		return ROOM_GOOD;
	return left->percent >= 2 && left->free_mb >= 256 ? ROOM_LOW : ROOM_OUT;
}
