/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One thread takes away what another one uses: the session, the device, the memory (linux-tee.md
 * 5.5). A call sees the thing and completes, or does not and fails with the errno of a stale one;
 * EBUSY is the SP's only context. And the process is killed with calls under way.
 */
#include "hostile.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#define ROUNDS 30
#define CALLS 20

struct user {
	struct ts_client *c;
	int missing; /* errno of a call that comes too late */
	int calls;
	int strange;
};

static void *user_main(void *arg)
{
	struct user *u = arg;
	size_t got;

	for (int i = 0; i < u->calls; i++) {
		if (ts_call(u->c, ECHO_ECHO, 4, &got) == INT32_MIN && errno != EBUSY &&
		    errno != u->missing)
			u->strange = errno;
	}
	return NULL;
}

enum taken { SESSION, DEVICE, MEMORY, TAKEN_KINDS };

static void take(const struct ts_client *c, enum taken what)
{
	struct tee_ioctl_close_session_arg s = {.session = c->session};

	if (what == SESSION)
		ioctl(c->fd, TEE_IOC_CLOSE_SESSION, &s);
	else if (what == DEVICE)
		close(c->fd);
	else
		munmap(c->buf, c->buf_bytes);
}

static void race(const uint8_t uuid[16], enum taken what)
{
	struct user u = {.missing = what == DEVICE ? EBADF : EINVAL, .calls = CALLS};
	struct ts_client c;
	pthread_t t;

	expect("open for a race", ts_open(&c, uuid, 4096), 0);
	u.c = &c;
	pthread_create(&t, NULL, user_main, &u);
	take(&c, what);
	pthread_join(t, NULL);
	errno = u.strange;
	expect(what == SESSION	? "a session closed in mid-call"
	       : what == DEVICE ? "a device closed in mid-call"
				: "memory unmapped in mid-call",
	       u.strange ? -1 : 0, 0);
	if (what != DEVICE)
		close(c.fd);
	if (what != MEMORY)
		munmap(c.buf, 4096);
}

/* Three threads are at it when the signal comes. */
static void killed(const uint8_t uuid[16])
{
	const pid_t child = fork();
	int status = 0;

	if (!child) {
		struct ts_client c;
		struct user u = {.c = &c, .calls = 1000000};
		pthread_t t[3];

		if (ts_open(&c, uuid, 4096))
			_exit(1);
		for (int i = 0; i < 3; i++)
			pthread_create(&t[i], NULL, user_main, &u);
		pause();
	}
	usleep(30000);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	errno = ECHILD;
	expect("killed", WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : -1, 0);
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
	signals++;
}

/* A signal that is handled, and without SA_RESTART: the secure call goes on all the same. Where the
 * kernel is the way, a call that nobody has taken up yet is not made and says EINTR. */
static void interrupted(struct ts_client *c, bool kernel)
{
	const pid_t parent = getpid();
	const pid_t child = fork();
	struct user u = {.c = c, .missing = kernel ? EINTR : EBUSY, .calls = 100};
	int status;

	if (!child) {
		for (int i = 0; i < 50; i++) {
			usleep(300);
			kill(parent, SIGUSR1);
		}
		_exit(0);
	}
	do
		user_main(&u);
	while (waitpid(child, &status, WNOHANG) != child); /* no signal comes after that */
	errno = u.strange;
	expect("a call with signals", u.strange ? -1 : 0, 0);
	errno = EINTR;
	expect("signals handled", signals ? 0 : -1, 0);
}

void hostile_threads(const struct ts_client *c, const uint8_t uuid[16], bool kernel)
{
	const struct sigaction sa = {.sa_handler = count_signal};
	struct ts_client mine = *c;

	for (int i = 0; i < ROUNDS; i++)
		race(uuid, (enum taken)(i % TAKEN_KINDS));
	killed(uuid);
	sigaction(SIGUSR1, &sa, NULL);
	interrupted(&mine, kernel);
}
