/* Files of answers that are too long for memory. */
#include "render/spool.h"
#include "base/file.h"
#include <stdlib.h>
#include <unistd.h>

struct spool {
	int fd;
};

static int spool_close(struct spool *spool)
{
	if (spool->fd > 0)
		close(spool->fd);
	return 0;
}

int spool_open(TALLOC_CTX *mem)
{
	struct spool *spool = talloc_zero(mem, struct spool);

	talloc_set_destructor(spool, spool_close);
	spool->fd = open_nameless(getenv("TMPDIR"));
	return spool->fd;
}
