/* SPDX-License-Identifier: BSD-3-Clause */
/* The one session of a test of sessions, on a scenario given as text. */
#ifndef FFASIM_TESTS_EXPLORE_OPEN_SESSION_H
#define FFASIM_TESTS_EXPLORE_OPEN_SESSION_H

#include <stdlib.h>
#include "host/session.h"

static struct session *x;
static struct scn s;

/* session_prepare() was called. */
static void open_session(const char *text, bool snapshot)
{
	struct run_options o = {.out = stdout};
	struct diag d = {0};

	if (scn_load_text(&s, "two-clients.yaml", text, &d))
		fail_msg("%s", d.text);
	x = calloc(1, sizeof(*x));
	assert_int_equal(session_open(x, &s, &o, snapshot), 0);
}

static void close_it(void)
{
	session_close(x);
	free(x);
	scn_free(&s);
}

#endif
