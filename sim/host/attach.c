/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The client's end of serve.h. The program waits in its first call that concerns us until the
 * server has taken its listener; when the server refuses, it is ended before it did anything.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/cli.h"
#include "host/fdpass.h"
#include "host/serve.h"

static int connect_to(const char *path)
{
	struct sockaddr_un at;
	const int fd = unix_stream_at(path, &at);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at))) {
		const int err = errno;

		close(fd);
		return -err;
	}
	return fd;
}

static int hand_over(int sock, int listener, const char *program)
{
	const char *slash = strrchr(program, '/');
	struct serve_hello hello = {.magic = SERVE_MAGIC};
	int32_t answer;
	int none, err;

	snprintf(hello.comm, sizeof(hello.comm), "%s", slash ? slash + 1 : program);
	err = fdpass_send(sock, &hello, sizeof(hello), listener);
	if (!err)
		err = fdpass_receive(sock, &answer, sizeof(answer), &none);
	return err ? err : -answer;
}

/* Signals from the terminal reach the program by itself; we stay to tell how it ended. */
static int status_of(pid_t child)
{
	int status = 0;

	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int attach_main(const char *path, char *const argv[])
{
	const int sock = connect_to(path);
	struct notify n;
	int err;

	if (sock < 0)
		return cli_refuse("attach", "--socket %s: %s", path, strerror(-sock));
	err = notify_spawn(&n, argv);
	if (err) {
		close(sock);
		return cli_refuse("attach", "%s cannot be started (%s)", argv[0], strerror(-err));
	}
	err = hand_over(sock, n.fd, argv[0]);
	notify_finish(&n);
	close(sock);
	if (err) {
		kill(n.child, SIGKILL);
		waitpid(n.child, NULL, 0);
		return cli_refuse(
			"attach", "the server at %s does not take the client (%s)", path,
			err == -SERVE_UNSEEN
				? "it is in a pid namespace that does not see into this one"
				: strerror(-err));
	}
	return status_of(n.child);
}
