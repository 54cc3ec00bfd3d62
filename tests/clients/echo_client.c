/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A client of the echo service: echo_client UUID COUNT [HOW]. Exit 0 = every answer was right.
 *
 *   threads  four threads call at once, each with a session and a buffer of its own
 *   fork     a child goes on with the parent's descriptor, session and buffer
 *   crowd    waits for its turn where others have what the SP has of buffers
 *   held     the buffer's mapping outlives session and device
 *   signals  a timer's signals come all the time
 *   time     says how long a call takes (median of batches)
 */
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "ts_client.h"

#define ECHO_REVERSE 1
#define BUF_BYTES 8192
#define THREADS 4
#define BATCHES 9

static uint8_t uuid[16];
static int count;

static int fail(const char *what)
{
	fprintf(stderr, "echo_client: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Has @len bytes reversed and looks at each. The SP has one execution context: while another
 * client is in it the call fails with EBUSY (optee.md S8) and is made again. */
static int ask(struct ts_client *c, unsigned seed, size_t len)
{
	size_t got = 0;
	int32_t status;

	for (;;) {
		for (size_t i = 0; i < len; i++)
			c->buf[i] = (uint8_t)(seed + i * 7);
		status = ts_call(c, ECHO_REVERSE, len, &got);
		if (status != INT32_MIN || errno != EBUSY)
			break;
		usleep(100);
	}
	if (status == INT32_MIN)
		return fail("invoke");
	if (status || got != len) {
		fprintf(stderr, "echo_client: status %d, %zu bytes of %zu\n", status, got, len);
		return 1;
	}
	for (size_t i = 0; i < len; i++) {
		if (c->buf[i] != (uint8_t)(seed + (len - 1 - i) * 7)) {
			fprintf(stderr, "echo_client: byte %zu of %zu is wrong\n", i, len);
			return 1;
		}
	}
	return 0;
}

static int ask_all(struct ts_client *c, unsigned seed)
{
	for (int i = 0; i < count; i++)
		if (ask(c, seed + (unsigned)i, 1 + (size_t)(i * 37) % 4000))
			return 1;
	return 0;
}

/* EBUSY as in ask(); EINVAL = the SP has no slot left for another buffer (trusted-services.md 1.7).
 */
static int open_in_turn(struct ts_client *c)
{
	while (ts_open(c, uuid, BUF_BYTES)) {
		if (errno != EBUSY && errno != EINVAL)
			return fail("open");
		usleep(100);
	}
	return 0;
}

static void *thread(void *arg)
{
	struct ts_client c;
	intptr_t bad;

	if (open_in_turn(&c))
		return (void *)1;
	bad = ask_all(&c, (unsigned)(uintptr_t)arg);
	bad |= ts_close(&c);
	return (void *)bad;
}

static int threads(void)
{
	pthread_t t[THREADS];
	int bad = 0;

	for (uintptr_t i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, thread, (void *)(i * 100));
	for (int i = 0; i < THREADS; i++) {
		void *result;

		pthread_join(t[i], &result);
		bad |= result != NULL;
	}
	return bad;
}

static int forked(struct ts_client *c)
{
	const pid_t child = fork();
	int status;

	if (!child)
		_exit(ask_all(c, 5));
	return waitpid(child, &status, 0) != child || status;
}

static int held(struct ts_client *c)
{
	uint8_t *buf = c->buf;

	c->buf = mmap(NULL, c->buf_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ask(&(struct ts_client){c->fd, c->session, c->shm_id, buf, c->buf_bytes}, 3, 100) ||
	    ts_close(c))
		return 1;
	/* Device and session are gone; the memory is not, and keeps its contents. */
	if (buf[0] != (uint8_t)(3 + 99 * 7))
		return fail("contents");
	buf[0] = 1;
	return munmap(buf, c->buf_bytes);
}

static void on_alarm(int sig) {}

/* A signal every 50 us, so that some take back a call that has not been taken up yet: it comes
 * again and is one call to whoever answers. */
static int signals(struct ts_client *c)
{
	const struct itimerval often = {{0, 50}, {0, 50}}, never = {0};
	const struct sigaction sa = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
	int bad = sigaction(SIGALRM, &sa, NULL) || setitimer(ITIMER_REAL, &often, NULL);

	bad |= ask_all(c, 9);
	return bad | setitimer(ITIMER_REAL, &never, NULL);
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) -
	       (*(const double *)a < *(const double *)b);
}

static int timed(struct ts_client *c)
{
	double us[BATCHES];
	size_t got;

	for (int b = 0; b < BATCHES; b++) {
		const double start = now_us();

		for (int i = 0; i < count; i++)
			if (ts_call(c, ECHO_REVERSE, 8, &got))
				return fail("invoke");
		us[b] = (now_us() - start) / count;
	}
	qsort(us, BATCHES, sizeof(us[0]), by_value);
	printf("%.2f us a call, fastest %.2f\n", us[BATCHES / 2], us[0]);
	return 0;
}

int main(int argc, char **argv)
{
	const char *how = argc > 3 ? argv[3] : "";
	struct ts_client c;
	int bad;

	if (argc < 3 || !ts_uuid(argv[1], uuid))
		return 2;
	count = atoi(argv[2]);
	if (!strcmp(how, "threads"))
		return threads();
	if (!strcmp(how, "crowd") ? open_in_turn(&c) : ts_open(&c, uuid, BUF_BYTES) && fail("open"))
		return 1;
	if (!strcmp(how, "time"))
		return timed(&c) | ts_close(&c);
	bad = ask_all(&c, 1);
	if (!strcmp(how, "fork"))
		bad |= forked(&c);
	if (!strcmp(how, "signals"))
		bad |= signals(&c);
	if (!strcmp(how, "held"))
		return bad | held(&c);
	bad |= ts_close(&c);
	if (!bad)
		printf("%d answers\n", count);
	return bad;
}
