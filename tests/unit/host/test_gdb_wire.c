/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a debugger connects: the path is there no sooner than somebody listens at it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "host/fdpass.h"
#include "host/gdb_wire.h"

static char dir[] = "/tmp/ffasim-gdb-XXXXXX", path[sizeof(((struct sockaddr_un *)0)->sun_path)];
static unsigned listens;
static bool early;

/* In place of the C library's: what does somebody see who looks just now? */
int listen(int fd, int backlog)
{
	struct stat st;

	listens++;
	early = early || !stat(path, &st);
	return (int)syscall(SYS_listen, fd, backlog);
}

static int connect_there(void)
{
	struct sockaddr_un at;
	const int fd = unix_stream_at(path, &at);
	const int err = connect(fd, (struct sockaddr *)&at, sizeof(at)) ? -errno : 0;

	close(fd);
	return err;
}

static void ready_when_it_is_there(void **state)
{
	static struct gdb_wire w;

	snprintf(path, sizeof(path), "%s/s", dir);
	early = false;
	listens = 0;
	assert_int_equal(gdb_wire_listen(&w, path), 0);
	assert_int_equal(listens, 1);
	assert_false(early);
	assert_int_equal(connect_there(), 0);
	assert_true(gdb_wire_accept(&w));
	gdb_wire_close(&w);
}

/* What a killed run left is no obstacle, and nobody is sent there. */
static void again_at_one_path(void **state)
{
	static struct gdb_wire w;

	snprintf(path, sizeof(path), "%s/s", dir);
	assert_int_equal(connect_there(), -ECONNREFUSED);
	assert_int_equal(gdb_wire_listen(&w, path), 0);
	assert_int_equal(connect_there(), 0);
	gdb_wire_close(&w);
	unlink(path);
}

static void the_longest_path(void **state)
{
	static struct gdb_wire w;

	snprintf(path, sizeof(path), "%s/", dir);
	memset(path + strlen(path), 'x', sizeof(path) - 1 - strlen(path));
	assert_int_equal(gdb_wire_listen(&w, path), 0);
	assert_int_equal(connect_there(), 0);
	gdb_wire_close(&w);
	assert_int_equal(unlink(path), 0);
}

/* A server's way: who is there already stays. */
static void nobody_is_replaced(void **state)
{
	struct sockaddr_un at;
	int first, second;

	snprintf(path, sizeof(path), "%s/s", dir);
	early = false;
	first = unix_stream_at(path, &at);
	assert_int_equal(unix_listen(first, &at, 1, false), 0);
	assert_false(early);
	second = unix_stream_at(path, &at);
	assert_int_equal(unix_listen(second, &at, 1, false), -EADDRINUSE);
	assert_int_equal(connect_there(), 0);
	close(second);
	close(first);
	assert_int_equal(connect_there(), -ECONNREFUSED);
	assert_int_equal(unlink(path), 0);
}

static void nothing_is_left_of_a_refusal(void **state)
{
	static struct gdb_wire w;

	char too_long[sizeof(path) + 1];

	memset(too_long, 'x', sizeof(path));
	too_long[sizeof(path)] = 0;
	snprintf(path, sizeof(path), "%s/is-a-folder", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(gdb_wire_listen(&w, path) < 0);
	assert_int_equal(w.listener, -1);
	assert_int_equal(rmdir(path), 0);
	snprintf(path, sizeof(path), "%s/none/s", dir);
	assert_int_equal(gdb_wire_listen(&w, path), -ENOENT);
	assert_int_equal(gdb_wire_listen(&w, too_long), -ENAMETOOLONG);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ready_when_it_is_there),
		cmocka_unit_test(again_at_one_path),
		cmocka_unit_test(the_longest_path),
		cmocka_unit_test(nobody_is_replaced),
		cmocka_unit_test(nothing_is_left_of_a_refusal),
	};

	return mkdtemp(dir) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
