/* seccomp ends the whole process: what it did not need before a picture came it does not need for any. */
#include "picture/cage.h"
#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#ifndef __has_feature /* clang's word for what gcc defines */
#define __has_feature(what) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer)
#define SANITIZED true
#else
#define SANITIZED false
#endif

static bool limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit now, wanted = { most, most };

	/* Where less is allowed already, that is all there is. */
	if (!getrlimit(what, &now) && now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
		wanted = (struct rlimit){ now.rlim_max, now.rlim_max };
	return !setrlimit(what, &wanted);
}

/* What reading a picture takes: memory, and the files and the socket that are open. */
static const int ALLOWED[] = {
	SCMP_SYS(read),		 SCMP_SYS(write),	    SCMP_SYS(pread64), SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg),	 SCMP_SYS(close),	    SCMP_SYS(brk),     SCMP_SYS(munmap),
	SCMP_SYS(mremap),	 SCMP_SYS(madvise),	    SCMP_SYS(futex),   SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime), SCMP_SYS(restart_syscall), SCMP_SYS(exit),    SCMP_SYS(exit_group),
	SCMP_SYS(rt_sigreturn),
};

/* Memory may be had, but none that can be run. */
static int allow_memory(scmp_filter_ctx filter, int call)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static bool confine_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int failed;

	if (!filter) /* a service manager's own filter hides that there is this; it is one thread anyway */
		filter = seccomp_init(SCMP_ACT_KILL_THREAD);
	failed = filter ? 0 : -ENOMEM;
	for (size_t i = 0; !failed && i < sizeof ALLOWED / sizeof *ALLOWED; i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, ALLOWED[i], 0);
	if (!failed)
		failed = allow_memory(filter, SCMP_SYS(mmap));
	if (!failed)
		failed = allow_memory(filter, SCMP_SYS(mprotect));
	if (!failed)
		failed = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	if (failed)
		errno = -failed;
	return !failed;
}

bool cage_enter(const struct cage *cage)
{
	if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, cage->file) || !limit(RLIMIT_CPU, cage->processor_s) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return false;
	return SANITIZED || (limit(RLIMIT_AS, cage->memory) && confine_calls());
}
