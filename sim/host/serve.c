/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The server's end of serve.h. The socket is the owner's alone (mode 0600). A peer that sends
 * something else, or nothing, is sent away; it holds nobody up for longer than HELLO_WAIT_S.
 */
#include "host/serve.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/cli.h"
#include "host/fdpass.h"

#define HELLO_WAIT_S 1
#define BACKLOG 64

void serve_ready(const struct serve *s)
{
	fprintf(stderr, "serving %s: ffasim attach --socket %s -- CLIENT ARGS...\n", s->scenario,
		s->path);
	fflush(stderr);
}

static int32_t admit(struct serve *s, struct exec *x, int sock)
{
	const struct timeval wait = {.tv_sec = HELLO_WAIT_S};
	struct serve_hello hello;
	struct notify n;
	struct ucred peer;
	socklen_t len = sizeof(peer);
	int listener, err;

	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &peer, &len))
		return errno;
	err = fdpass_receive(sock, &hello, sizeof(hello), &listener);
	if (err)
		return -err;
	hello.comm[sizeof(hello.comm) - 1] = '\0';
	if (hello.magic != SERVE_MAGIC || listener < 0 || !notify_is_listener(listener))
		err = EPROTO;
	else if (!peer.pid)
		err = SERVE_UNSEEN;
	n = notify_from_listener(listener);
	if (!err && !exec_client_add(x, &n, hello.comm, peer.uid, peer.gid))
		err = ENOMEM;
	if (err && listener >= 0)
		close(listener);
	s->served += !err;
	return err;
}

void serve_accept(struct serve *s, struct exec *x)
{
	const int sock = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	int32_t answer;

	if (sock < 0)
		return; /* it went away again */
	answer = admit(s, x, sock);
	fdpass_send(sock, &answer, sizeof(answer), -1);
	close(sock);
}

/* A socket that nobody listens at any more is removed. */
static int listen_at(const char *path)
{
	struct sockaddr_un at;
	struct stat st;
	mode_t mask;
	int fd = unix_stream_at(path, &at), err = 0;

	if (fd < 0)
		return fd;
	if (!connect(fd, (struct sockaddr *)&at, sizeof(at)))
		err = -EADDRINUSE;
	else if (errno == ECONNREFUSED && !stat(path, &st) && S_ISSOCK(st.st_mode))
		unlink(path);
	mask = umask(0177);
	if (!err)
		err = unix_listen(fd, &at, BACKLOG, false);
	umask(mask);
	if (err)
		close(fd);
	return err ? err : fd;
}

int serve_main(const char *scenario, const char *path, const struct run_options *options)
{
	struct serve s = {.path = path, .scenario = scenario, .signal_fd = -1};
	struct run_options o = *options;
	struct diag d = {0};
	struct exec x;
	struct scn scn;
	sigset_t stop;
	int code = exec_check_host("serve");

	if (code)
		return code;
	code = EXIT_USAGE;
	if (scn_load(&scn, scenario, o.sets, o.set_count, &d)) {
		fprintf(stderr, "%s\n", d.text);
		goto out;
	}
	s.listen_fd = listen_at(path);
	if (s.listen_fd < 0) {
		code = cli_refuse("serve", "--socket %s: %s", path, strerror(-s.listen_fd));
		goto out;
	}
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	s.signal_fd = signalfd(-1, &stop, SFD_CLOEXEC);
	exec_init(&x, NULL, &s);
	o.exec = &x;
	o.out = stderr;
	crash_install();
	code = run_scenario(&scn, &o);
	fprintf(stderr, "%u client%s served\n", s.served, s.served == 1 ? "" : "s");
	close(s.signal_fd);
	close(s.listen_fd);
	unlink(path);
out:
	scn_free(&scn);
	return code;
}
