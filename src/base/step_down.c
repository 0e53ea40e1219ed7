/* What root left behind (a key file, sockets, uploads) the service could not read, and the database knows the service by its
 * account, not root. So a command of root's is the service's own, and nobody has to remember `sudo -u`. Nor does root do what a
 * file says that another account may write. */
#include "base/step_down.h"
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

/* The groups first, for whoever is no longer root may not choose them. */
static bool become(uid_t uid, gid_t gid)
{
	const struct passwd *account = getpwuid(uid);

	if (account ? initgroups(account->pw_name, account->pw_gid) : setgroups(1, &gid))
		return false;
	return !setgid(account ? account->pw_gid : gid) && !setuid(uid);
}

bool step_down(const char *path, const char **error)
{
	struct stat st;

	if (geteuid() != 0 || stat(path, &st) || st.st_uid == 0)
		return true;
	*error = "root cannot become the account that owns it";
	return become(st.st_uid, st.st_gid) && setuid(0) != 0;
}
