/* SPDX-License-Identifier: BSD-3-Clause */
/* `ffasim exec`: a scenario with a client beside its tasks (exec.h). */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/cli.h"
#include "host/exec.h"
#include "host/run.h"

int exec_check_host(const char *command)
{
	char self[16];
	const ssize_t n = readlink("/proc/self", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	if (atoi(self) == getpid())
		return 0;
	return cli_refuse(command,
			  "/proc is not that of this pid namespace, so a client's number is "
			  "another process's there: mount one (unshare --mount-proc)");
}

int exec_main(const char *path, char *const argv[], enum exec_way way,
	      const struct run_options *options)
{
	struct run_options o = *options;
	struct diag d = {0};
	struct exec x;
	struct scn s;
	int code;

	code = exec_check_host("exec");
	if (code)
		return code;
	if (scn_load(&s, path, o.sets, o.set_count, &d)) {
		fprintf(stderr, "%s\n", d.text);
		code = EXIT_USAGE;
		goto out;
	}
	exec_init(&x, argv, NULL);
	x.way = way;
	o.exec = &x;
	o.out = stderr;
	crash_install();
	code = run_scenario(&s, &o);
	if (x.listener_err)
		exec_refused(&x, stderr);
	else if (!code)
		code = exec_status(&x);
out:
	scn_free(&s);
	return code;
}
