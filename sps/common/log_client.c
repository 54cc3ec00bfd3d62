/* SPDX-License-Identifier: BSD-3-Clause */
/* The client of log_client.h. */
#include "log_client.h"

#include <string.h>
#include "services.h"
#include "ts_bytes.h"

#define SESSION_BYTES 4096u /* of the log client (1.9) */

static bool put_line(struct libsp *l, const char *text, size_t len)
{
	struct log_client *c = l->log_ctx;
	struct ts_writer w = ts_writer_of(c->session.buf, SESSION_BYTES);
	int32_t status;
	size_t got;

	ts_put_u64(&w, len + 1);
	ts_put_bytes(&w, text, len);
	ts_put_bytes(&w, "", 1);
	return !w.failed && !ts_session_call(&c->session, l, LOG_PUTS, w.used, &got, &status) &&
	       !status;
}

bool log_client_open(struct log_client *c, struct libsp *l)
{
	static const uint8_t uuid[16] = LOGGING_UUID;

	if (ts_session_open(&c->session, l, uuid, SESSION_BYTES))
		return false;
	l->log_ctx = c;
	l->log = put_line;
	return true;
}
