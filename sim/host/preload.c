/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clients whose calls a preloaded library sends (preload_wire.h). Everything there is to wait for,
 * connections, new ones and the program's end, hangs on one epoll descriptor.
 *
 * Not covered: static programs, system calls made without the C library, a program that clears
 * its environment before it executes another one. A fatal signal ends a call only when it is over.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/fdpass.h"
#include "host/files.h"
#include "host/notify.h"
#include "host/preload_wire.h"

#define CONNECTIONS_MAX 1024
#define BACKLOG 64

enum { TAG_LISTENER = -1, TAG_CHILD = -2 };

struct preload {
	int listen_fd, child_fd;
	unsigned connections;
	bool child_gone;
	/* of a library whose own path LD_PRELOAD cannot have; "" = none */
	char folder[32], link[64];
};

/* The loader takes a space or a colon for the end of a name. 0 or -errno */
static int name_without_ends(struct preload *p, const char **library)
{
	int err;

	if (!strpbrk(*library, " :"))
		return 0;
	strcpy(p->folder, "/tmp/ffasim-XXXXXX");
	if (!mkdtemp(p->folder)) {
		p->folder[0] = 0;
		return -errno;
	}
	snprintf(p->link, sizeof(p->link), "%s/client.so", p->folder);
	err = symlink(*library, p->link) ? -errno : 0;
	*library = p->link;
	return err;
}

static void preload_free(struct preload *p)
{
	if (p->folder[0]) {
		unlink(p->link);
		rmdir(p->folder);
	}
	free(p);
}

static int watch(int epoll, int fd, int tag)
{
	struct epoll_event e = {.events = EPOLLIN, .data.fd = tag};

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

static void admit(struct notify *n)
{
	struct preload *p = n->state;
	const int sock = accept4(p->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (sock < 0)
		return;
	if (p->connections == CONNECTIONS_MAX || watch(n->fd, sock, sock)) {
		close(sock);
		return;
	}
	p->connections++;
}

static void part(struct notify *n, int sock)
{
	struct preload *p = n->state;

	close(sock);
	p->connections--;
}

static int preload_next(struct notify *n, struct notify_call *call)
{
	struct preload *p = n->state;
	struct preload_call c;
	struct epoll_event e;
	int none;

	if (epoll_wait(n->fd, &e, 1, 0) != 1)
		return -EAGAIN;
	if (e.data.fd == TAG_LISTENER) {
		admit(n);
		return -EAGAIN;
	}
	if (e.data.fd == TAG_CHILD) {
		p->child_gone = true;
		epoll_ctl(n->fd, EPOLL_CTL_DEL, p->child_fd, NULL);
	} else if (fdpass_receive(e.data.fd, &c, sizeof(c), &none)) {
		part(n, e.data.fd);
	} else {
		*call = (struct notify_call){.id = (uint64_t)e.data.fd,
					     .tid = c.tid,
					     .nr = c.nr,
					     .dev = c.dev,
					     .inode = c.inode};
		memcpy(call->arg, c.arg, sizeof(call->arg));
		return 0;
	}
	return p->child_gone && !p->connections ? -EPIPE : -EAGAIN;
}

static int preload_reply(const struct notify *n, const struct notify_call *call, int64_t ret,
			 bool execute)
{
	const struct preload_answer a = {.ret = ret,
					 .kind = execute ? PRELOAD_EXECUTE : PRELOAD_RESULT};

	return fdpass_send((int)call->id, &a, sizeof(a), -1) ? -ENOENT : 0;
}

static int preload_install_fd(const struct notify *n, const struct notify_call *call, int fd,
			      bool cloexec)
{
	const struct preload_answer a = {.kind = cloexec ? PRELOAD_FD_CLOEXEC : PRELOAD_FD};
	struct preload_confirm there;
	int none;

	if (fdpass_send((int)call->id, &a, sizeof(a), fd) ||
	    fdpass_receive((int)call->id, &there, sizeof(there), &none))
		return -ENOENT;
	return (int)there.fd;
}

static bool preload_alive(const struct notify *n, const struct notify_call *call)
{
	struct pollfd fd = {.fd = (int)call->id, .events = POLLRDHUP};
	int ready;

	do /* a signal of ours says nothing about the program */
		ready = poll(&fd, 1, 0);
	while (ready < 0 && errno == EINTR);
	return !ready;
}

static void preload_finish(struct notify *n)
{
	struct preload *p = n->state;

	close(n->fd);
	close(p->listen_fd);
	close(p->child_fd);
	preload_free(p);
	n->fd = -1;
	n->state = NULL;
}

static const struct notify_ops preload_ops = {
	.next = preload_next,
	.reply = preload_reply,
	.install_fd = preload_install_fd,
	.alive = preload_alive,
	.finish = preload_finish,
};

/* Before libraries the user preloads: whoever is first sees a call. */
static void set_environment(const char *library, const char *address)
{
	const char *others = getenv("LD_PRELOAD");
	char list[2 * PATH_MAX];

	snprintf(list, sizeof(list), "%s%s%s", library, others && *others ? ":" : "",
		 others ? others : "");
	setenv("LD_PRELOAD", list, 1);
	setenv(PRELOAD_ENV, address, 1);
}

static _Noreturn void child_main(const char *library, const char *address, char *const argv[])
{
	notify_child_begin();
	set_environment(library, address);
	notify_child_exec(argv);
}

/* Binds to an address that nobody else has; the kernel chooses it. */
static int listen_somewhere(char address[64])
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(at);
	const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&at, sizeof(sa_family_t)) || listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)&at, &len)) {
		const int err = errno;

		close(fd);
		return -err;
	}
	snprintf(address, 64, "%.*s", (int)(len - sizeof(sa_family_t) - 1), at.sun_path + 1);
	return fd;
}

int preload_spawn(struct notify *n, char *const argv[])
{
	struct preload *p = calloc(1, sizeof(*p));
	const char *library = host_client_library();
	char address[64];
	int err = -ENOMEM;

	*n = (struct notify){.ops = &preload_ops, .fd = -1, .state = p};
	if (!p)
		return err;
	err = library ? name_without_ends(p, &library) : -ENOENT;
	if (err)
		goto no_library;
	p->listen_fd = err = listen_somewhere(address);
	if (err < 0)
		goto no_library;
	n->fd = epoll_create1(EPOLL_CLOEXEC);
	err = n->fd < 0 ? -errno : watch(n->fd, p->listen_fd, TAG_LISTENER);
	if (err)
		goto no_child;
	n->child = fork();
	if (!n->child)
		child_main(library, address, argv);
	err = n->child < 0 ? -errno : 0;
	if (err)
		goto no_child;
	p->child_fd = (int)syscall(SYS_pidfd_open, n->child, 0);
	err = p->child_fd < 0 ? -errno : watch(n->fd, p->child_fd, TAG_CHILD);
	if (!err)
		return 0;
	kill(n->child, SIGKILL);
	waitpid(n->child, NULL, 0);
no_child:
	if (n->fd >= 0)
		close(n->fd);
	close(p->listen_fd);
no_library:
	preload_free(p);
	return err;
}
